"""An editor adds, edits, moves and removes words beside the cards; every form says whose they are."""

from __future__ import annotations

import json

import pytest

from tests.stored import stored
from weekly.errors import Conflict, ParseError, StageError
from weekly.models import BlockKind, Status, Week
from weekly.render.article import article
from weekly.render.block_views import with_cards
from weekly.render.site.feeds import of_issue
from weekly.render.site.issues import IssueIndex
from weekly.review import blocks, draft_files, versions
from weekly.review import decide as review
from weekly.review.blocks import BlockFields
from weekly.review.links import addresses
from weekly.review.preview import mail, preview_issue, renderer

WEEK = Week.parse("2025-W15")
SPONSOR = BlockFields(
    kind="sponsor", title="Example Ltd", body="They *pay* 99.9 % of this: [page](https://sponsor.example.org/)."
)


def draft(workspace):
    return stored(workspace).drafts.find(WEEK).draft


def ids(workspace):
    return [card.id for card in draft(workspace).cards]


def test_what_was_approved_before_there_were_blocks_keeps_its_hash(workspace):
    before = stored(workspace).drafts.find(WEEK)
    blocks.add(workspace, WEEK, SPONSOR, "ada")
    blocks.remove(workspace, WEEK, 1, "ada")
    assert stored(workspace).drafts.find(WEEK).hash == before.hash
    assert stored(workspace).drafts.find(WEEK).number == before.number + 2


def test_a_block_survives_the_store_and_is_no_claim(workspace):
    before = ids(workspace)[1]
    revision = blocks.add(
        workspace, WEEK, BlockFields(kind="editorial", title=" A  b ", body="x\r\ny", after=before), "ada"
    )
    (block,) = draft(workspace).blocks
    assert (block.kind, block.title, block.body, block.after) == (BlockKind.EDITORIAL, "A b", "x\ny", before)
    assert stored(workspace).drafts.find_revision(WEEK, revision.number).draft.blocks == (block,)
    assert stored(workspace).reviews.history(WEEK)[0].action == "block added"


@pytest.mark.parametrize(
    ("wrong", "error", "told"),
    [
        ({"kind": "advert"}, ParseError, "none of announcement, editorial, sponsor"),
        ({"title": " "}, ParseError, "title: a block says something"),
        ({"body": ""}, ParseError, "body: a block says something"),
        ({"body": "x" * 20_001}, ParseError, "at most 20,000"),
        ({"after": "no-such-card"}, StageError, "no card 'no-such-card'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(workspace, wrong, error, told):
    with pytest.raises(error, match=told):
        blocks.add(workspace, WEEK, BlockFields(**{"kind": "sponsor", "title": "T", "body": "B", **wrong}), "ada")


def test_an_issue_takes_as_many_as_its_owner_allows(workspace):
    for _ in range(3):
        blocks.add(workspace, WEEK, SPONSOR, "ada")
    with pytest.raises(StageError, match="blocks allows: 3"):
        blocks.add(workspace, WEEK, SPONSOR, "ada")


def test_nobody_writes_over_what_another_wrote_since(workspace):
    blocks.add(workspace, WEEK, SPONSOR, "ada")
    seen = blocks.version(draft(workspace).blocks[0])
    blocks.edit(workspace, WEEK, 1, BlockFields(kind="sponsor", title="Bob's", body="B"), "bob", seen)
    for act in (blocks.remove, lambda *words: blocks.edit(*words[:3], SPONSOR, *words[3:])):
        with pytest.raises(Conflict, match="another one since you looked"):
            act(workspace, WEEK, 1, "ada", seen)
    assert draft(workspace).blocks[0].title == "Bob's"


def test_a_block_moves_past_cards_and_other_blocks(workspace):
    first, second, *_ = ids(workspace)
    blocks.add(workspace, WEEK, SPONSOR, "ada")
    blocks.add(workspace, WEEK, BlockFields(kind="editorial", title="E", body="e", after=first), "ada")
    blocks.move(workspace, WEEK, 1, 1, "ada")
    assert [(block.title, block.after) for block in draft(workspace).blocks] == [("Example Ltd", first), ("E", first)]
    blocks.move(workspace, WEEK, 1, 2, "ada")
    assert [(block.title, block.after) for block in draft(workspace).blocks] == [("E", first), ("Example Ltd", second)]
    blocks.move(workspace, WEEK, 2, -100, "ada")
    assert [(block.title, block.after) for block in draft(workspace).blocks] == [("Example Ltd", ""), ("E", first)]
    with pytest.raises(StageError, match="no block 3: it has 2"):
        blocks.move(workspace, WEEK, 3, 1, "ada")


def test_when_its_card_goes_a_block_follows_the_one_before(workspace):
    first, second, *_ = ids(workspace)
    blocks.add(workspace, WEEK, BlockFields(kind="sponsor", title="T", body="B", after=second), "ada")
    review.decide(workspace, WEEK, second, Status.REJECTED, "ada")
    assert draft(workspace).blocks[0].after == first
    review.decide(workspace, WEEK, first, Status.REJECTED, "ada")
    assert draft(workspace).blocks[0].after == ""


def test_every_form_marks_it_and_shows_it_once_in_its_place(workspace):
    first, second, *_ = ids(workspace)
    blocks.add(
        workspace, WEEK, BlockFields(kind=SPONSOR.kind, title=SPONSOR.title, body=SPONSOR.body, after=first), "ada"
    )
    issue = preview_issue(workspace, draft(workspace))
    files = {name: data.decode() for name, data in renderer(workspace).files(issue).items()}
    made = article(issue, workspace.settings, workspace.environment, {}, "https://weekly.example.org/2025/W15/")
    feed = of_issue(IssueIndex([json.loads(files["issue.json"])], workspace.settings.newsletter.zone).issues[0],
                    workspace.settings.newsletter, str)  # fmt: skip
    name = {card.id: card.name for card in issue.draft.cards}
    for form in (files["issue.md"], files["index.html"], files["email.html"], files["email.txt"], *made):
        body = form[form.rindex(name[first], 0, form.index("Example Ltd")) :]
        assert form.count("Example Ltd") == 1
        assert "赞助" in body[: body.index("They")]
        assert body.index("Example Ltd") < body.index(name[second])
        assert "javascript" not in form
    assert "<strong>赞助</strong>" in feed.content
    assert json.loads(files["issue.json"])["blocks"] == [
        {"kind": "sponsor", "title": SPONSOR.title, "body": SPONSOR.body, "after": first}
    ]


def test_a_mail_of_chosen_topics_still_has_it(workspace):
    *_, last = ids(workspace)
    blocks.add(workspace, WEEK, BlockFields(kind="sponsor", title="Example Ltd", body="B", after=last), "ada")
    fewer = with_cards(draft(workspace), draft(workspace).cards[:2])
    shown = mail(workspace, fewer)
    assert "Example Ltd" in shown.html
    assert "[赞助] Example Ltd" in shown.text


def test_its_links_are_asked_with_the_others(workspace):
    blocks.add(workspace, WEEK, SPONSOR, "ada")
    assert "https://sponsor.example.org/" in addresses(draft(workspace))


def test_it_goes_out_with_the_exported_draft_and_what_is_edited_there_comes_back(workspace, tmp_path):
    first, *_ = ids(workspace)
    blocks.add(workspace, WEEK, BlockFields(kind="sponsor", title="Old *title*", body="Old.", after=first), "ada")
    draft_files.export(workspace, WEEK, tmp_path)
    stands = draft(workspace)
    assert draft_files.take_back(workspace, tmp_path, "ada").draft == stands
    text = (tmp_path / "issue.md").read_text(encoding="utf-8")
    added = "## Ours\n\n> 编者按\n\nHello.\n\n---\n\n"
    second_heading = text.index("\n## ", text.index("> 赞助"))
    text = text[: second_heading + 1] + added + text[second_heading + 1 :].replace("Old.", "New.")
    (tmp_path / "issue.md").write_text(text.replace("Old.", "New."), encoding="utf-8")
    draft_files.take_back(workspace, tmp_path, "bob")
    assert [(block.kind, block.title, block.body, block.after) for block in draft(workspace).blocks] == [
        ("sponsor", "Old *title*", "New.", first),
        ("editorial", "Ours", "Hello.", first),
    ]
    assert [card.id for card in draft(workspace).cards] == [card.id for card in stands.cards]


def test_a_version_with_its_blocks_stands_again(workspace):
    kept = blocks.add(workspace, WEEK, SPONSOR, "ada").number
    blocks.remove(workspace, WEEK, 1, "bob")
    newest = next(versions.versions(workspace, WEEK))
    assert "Example Ltd" in newest.changes[0].texts["blocks"][0]
    versions.restore_head(workspace, WEEK, kept, "ada")
    assert [block.title for block in draft(workspace).blocks] == ["Example Ltd"]
