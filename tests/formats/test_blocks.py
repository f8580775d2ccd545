"""Words beside the cards in a digest: marked, in their place, the same when they come back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.formats.corpus import texts
from tests.formats.test_digest import FRESH
from weekly.formats import from_json, to_json
from weekly.formats.digest import EN, BlockSection, parse
from weekly.models import BlockKind
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
FIRST, LAST = (item.title for item in FRESH.items)
BODY = "一段话，见[主页](https://example.org)。\n\n### 小标题\n\n- 一\n- 二\n\n> 引文"


def written(document):
    return render(document, ENVIRONMENT)


def block(**more):
    return BlockSection(**{"kind": BlockKind.SPONSOR, "title": "本期赞助：示例公司", "body": BODY, **more})


@pytest.mark.parametrize("after", ["", FIRST, LAST])
@pytest.mark.parametrize(("kind", "word"), [("editorial", "编者按"), ("announcement", "公告"), ("sponsor", "赞助")])
def test_a_block_is_a_section_with_its_mark_under_the_title_and_is_read_as_such(after, kind, word):
    issue = replace(FRESH, blocks=(block(kind=BlockKind(kind), after=after),), contents=None)
    text = written(issue)
    assert f"## 本期赞助：示例公司\n\n> {word}\n\n{BODY}\n\n---\n" in text
    read = parse(text)
    assert [(one.kind, one.title, one.body, one.after) for one in read.blocks] == [
        (kind, "本期赞助：示例公司", BODY, after)
    ]
    assert read.items == parse(written(FRESH)).items
    assert written(read) == text


def test_english_issues_have_english_marks():
    text = written(replace(FRESH, labels=EN, blocks=(block(), block(kind=BlockKind.EDITORIAL, after=FIRST))))
    assert "\n> Sponsored\n" in text
    assert "\n> Editorial\n" in text
    assert [one.kind for one in parse(text).blocks] == ["sponsor", "editorial"]
    assert written(parse(text)) == text


@pytest.mark.parametrize(
    "section",
    [
        "## T  \n> 赞助  \nText.\n\n",
        "##  **T**\n\n\n>公告\n> Text.\n\n***\n\nWhat nobody knows.\n\n",
        "## T\n\n> sponsored\n\n```\n---\n## code\n```\n\nText.\n\n---\n\n",
        "## T\n\n> 编者按\n\n",
    ],
)
def test_however_it_is_written_it_comes_back_byte_for_byte_in_every_place(section):
    for name, text in texts("digest").items():
        parts = text.split("\n---\n")
        for at in range(3, len(parts)):
            whole = "\n---\n".join(parts[:at]) + "\n---\n\n" + section + "\n---\n".join(parts[at:]).lstrip("\n")
            read = parse(whole)
            assert len(read.blocks) == 1, (name, at)
            assert len(read.items) == len(parse(text).items)
            assert written(read) == whole
            assert written(from_json(to_json(read))) == whole


def test_the_json_is_the_data_alone():
    told = to_json(parse(written(replace(FRESH, blocks=(block(after=FIRST),)))))
    assert told["blocks"] == [{"kind": "sponsor", "title": "本期赞助：示例公司", "body": BODY, "after": FIRST}]
    assert "blocks" not in to_json(FRESH)


def test_a_text_that_looks_like_the_form_stays_within_its_block():
    body = "## Not a card\n\n---\n\n### **参考链接**\n\n1. [x](https://example.org)"
    read = parse(written(replace(FRESH, blocks=(block(body=body),))))
    assert [one.body for one in read.blocks] == [body]
    assert len(read.references) == len(FRESH.references)


def test_behind_one_of_two_cards_of_one_title_it_keeps_its_place():
    twice = replace(FRESH, items=(FRESH.items[0], FRESH.items[0]), contents=None)
    for after, before in (("1", 1), ("2", 2)):
        text = written(replace(twice, blocks=(block(after=after),)))
        assert text[: text.index("> 赞助")].count(f"## {FIRST}") == before
        assert written(parse(text)) == text


def test_behind_a_card_that_is_not_there_it_stands_at_the_end():
    text = written(replace(FRESH, blocks=(block(after="gone"),)))
    assert text.index(f"## {LAST}") < text.index("> 赞助") < text.index("参考链接")


def test_the_contents_lead_to_cards_whose_titles_a_block_has_too():
    issue = replace(FRESH, blocks=(block(title=FIRST),), contents=None)
    assert issue.contents[0].anchor.endswith("-1")
    assert parse(written(issue)).findings == ()


def test_a_mark_above_the_summary_makes_no_block_and_hides_nothing():
    text = written(FRESH).replace("## 摘要", "## T\n\n> 编者按\n\nText.\n\n## 摘要")
    read = parse(text)
    assert (read.blocks, read.summary, len(read.items)) == ((), FRESH.summary, len(FRESH.items))
    assert written(read) == text


def test_what_nobody_knows_behind_a_block_stays_behind_it():
    text = written(replace(FRESH, blocks=(block(after=FIRST),), contents=None))
    begin, _, rest = text.partition("## 本期赞助：示例公司")
    own, rule, behind = rest.partition("\n---\n")
    whole = f"{begin}## 本期赞助：示例公司{own}{rule}\n# What nobody knows\n\n{behind.lstrip()}"
    read = parse(whole)
    assert [one.title for one in read.blocks] == ["本期赞助：示例公司"]
    assert written(read) == whole


def test_behind_the_references_nothing_is_a_block():
    whole = written(FRESH).rstrip("\n") + "\n\n## T\n\n> 赞助\n\nText.\n"
    assert parse(whole).blocks == ()
    assert written(parse(whole)) == whole
