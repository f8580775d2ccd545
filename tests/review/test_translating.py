"""An editor puts a text of their own in the extract's place: it is held against all that the sources say."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.models import Level, Week
from weekly.review import approve, edit
from weekly.review.edit import etag

WEEK = Week.parse("2025-W15")
FAITHFUL = (
    "**Seaweed-7B** 由**字节跳动**提出，是约70亿参数的视频生成模型，从零训练只用了66.5万 H100 GPU 小时。"
    "项目页见[样例](https://seaweed.video/)。"
)


def rewritten(workspace, body):
    """The card after the editor's text, with the findings about it."""
    card = next(one for one in stored(workspace).drafts.find(WEEK).draft.cards if one.name == "Seaweed-7B")
    edit.edit(workspace, WEEK, card.id, {"body": body}, etag(card), "ada")
    draft = stored(workspace).drafts.find(WEEK).draft
    card = next(one for one in draft.cards if one.id == card.id)
    about = {"numbers", "names", "institutions", "links", "boasts", "directions", "exchanges"}
    return card, [one for one in approve.findings(workspace, draft) if one.card == card.id and one.check in about]


def test_a_faithful_translation_blocks_nothing(workspace):
    _, findings = rewritten(workspace, FAITHFUL)
    assert findings == []


def test_the_sentence_that_holds_a_claim_is_linked_by_itself(workspace):
    card, _ = rewritten(workspace, FAITHFUL)
    (proof,) = (one for one in card.evidence if "665,000" in one.quote)
    assert any("66.5万" in sentence for sentence in proof.supports)
    assert not any("英文摘录" in sentence for one in card.evidence for sentence in one.supports)


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ("70亿", "80亿", "numbers"),
        ("66.5万", "六十七万", "numbers"),
        ("字节跳动", "清华大学", "institutions"),
        ("H100", "A800", "names"),
        ("从零训练", "首次从零训练", "boasts"),
        ("https://seaweed.video/", "https://evil.example", "links"),
    ],
)
def test_what_no_source_says_blocks(workspace, before, after, check):
    _, findings = rewritten(workspace, FAITHFUL.replace(before, after))
    assert [(one.check, one.level) for one in findings] == [(check, Level.BLOCK)]


def test_a_direction_turned_round_warns_and_does_not_block(workspace):
    _, findings = rewritten(workspace, FAITHFUL + "性能远不如基线，落后于 H100。")
    assert {one.level for one in findings if one.check == "directions"} == {Level.WARN}
