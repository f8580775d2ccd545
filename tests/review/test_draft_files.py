"""The draft in a file and back: what was edited comes in, what was not stays, nothing is overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stored import stored
from weekly.errors import ParseError, StageError, WorkspaceError
from weekly.models import Status, Week
from weekly.review import draft_files as exchange
from weekly.review import edit

WEEK = Week.parse("2025-W15")


@pytest.fixture
def folder(workspace, tmp_path):
    exchange.export(workspace, WEEK, tmp_path / "out")
    return tmp_path / "out"


def draft(workspace):
    return stored(workspace).drafts.find(WEEK).draft


def rewrite(folder, old, new):
    text = (folder / "issue.md").read_text(encoding="utf-8")
    assert old in text
    (folder / "issue.md").write_text(text.replace(old, new), encoding="utf-8")


def body(card):
    return card.summary


def test_what_was_not_edited_makes_no_revision(workspace, folder):
    before = stored(workspace).drafts.find(WEEK)
    assert exchange.take_back(workspace, folder, "ada") == before


def test_an_edited_text_becomes_a_revision_of_its_editor(workspace, folder):
    first, *others = draft(workspace).cards
    rewrite(folder, body(first), "用手写的一段。")
    revision = exchange.take_back(workspace, folder, "ada")
    assert revision.author == "ada"
    assert revision.draft.cards == (replace(first, summary="用手写的一段。"), *others)
    assert exchange.take_back(workspace, folder, "ada") == revision


def test_titles_tags_headlines_and_order_come_back(workspace, folder):
    text = (folder / "issue.md").read_text(encoding="utf-8")
    start = text.index("\n## ", text.index("## 目录") + 5)
    first, second = text.index("\n## ", start), text.index("\n## ", start + 4)
    third = text.index("\n## ", second + 4)
    moved = text[:first] + text[second:third] + text[first:second] + text[third:]
    name = draft(workspace).cards[0].name
    moved = moved.replace(f"## {name}", "## Renamed：in a line", 1)
    (folder / "issue.md").write_text(moved, encoding="utf-8")
    before = draft(workspace).cards
    after = exchange.take_back(workspace, folder, "ada").draft.cards
    assert [card.id for card in after[:3]] == [before[1].id, before[0].id, before[2].id]
    assert after[1].name == "Renamed"
    assert after[1].line.startswith("in a line")


def test_a_card_that_the_file_leaves_out_is_rejected(workspace, folder):
    text = (folder / "issue.md").read_text(encoding="utf-8")
    start = text.index("\n## ", text.index("## 目录") + 5)
    end = text.index("\n## ", start + 4)
    (folder / "issue.md").write_text(text[:start] + text[end:], encoding="utf-8")
    gone = draft(workspace).cards[0].id
    assert gone not in [card.id for card in exchange.take_back(workspace, folder, "ada").draft.cards]
    status = {one.work.id: one.status for one in stored(workspace).candidates.ranking(WEEK)}
    assert status[gone] is Status.REJECTED


def test_what_was_changed_on_the_page_meanwhile_stays(workspace, folder):
    first, second = draft(workspace).cards[:2]
    edit.edit(workspace, WEEK, second.id, {"body": "On the page."}, "*", "grace")
    rewrite(folder, body(first), "In the file.")
    cards = exchange.take_back(workspace, folder, "ada").draft.cards
    assert [card.summary for card in cards[:2]] == ["In the file.", "On the page."]


def test_a_conflict_is_shown_and_overwrites_nothing(weekly, workspace, folder):
    first = draft(workspace).cards[0]
    edit.edit(workspace, WEEK, first.id, {"body": "On the page."}, "*", "grace")
    rewrite(folder, body(first), "In the file.")
    ran = weekly("--workspace", workspace.root, "draft", "import", folder)
    assert ran.status == 1
    assert "On the page.\n=======\nIn the file." in ran.out
    assert "nothing is overwritten" in ran.err
    assert draft(workspace).cards[0].summary == "On the page."
    assert "In the file." in (folder / "issue.md").read_text(encoding="utf-8")


def test_the_commands_write_and_take_back(weekly, workspace, tmp_path):
    where = ("--workspace", workspace.root)
    assert weekly(*where, "draft", "export", tmp_path / "there", "--week", WEEK).status == 0
    rewrite(tmp_path / "there", body(draft(workspace).cards[0]), "By command.")
    assert weekly(*where, "draft", "import", tmp_path / "there", "--by", "ada").status == 0
    assert draft(workspace).cards[0].summary == "By command."


def test_a_folder_that_cannot_be_taken_back_says_why(workspace, folder, tmp_path):
    with pytest.raises(ParseError, match="'weekly draft export' writes it"):
        exchange.take_back(workspace, tmp_path / "nowhere", "ada")
    with pytest.raises(StageError, match="not of 2025-W16"):
        exchange.take_back(workspace, folder, "ada", WEEK.shift(1))
    (folder / "issue.md").write_text(
        (folder / "issue.md")
        .read_text(encoding="utf-8")
        .replace("\n### **参考链接", "\n## A new one\n\n**概要**：X\n\n### **参考链接"),
        encoding="utf-8",
    )
    with pytest.raises(StageError, match="accept its candidate first"):
        exchange.take_back(workspace, folder, "ada")
    (folder / "draft.json").write_text('{"week": "2025-W15", "revision": 77, "hash": "x"}', encoding="utf-8")
    with pytest.raises(StageError, match="no such revision"):
        exchange.take_back(workspace, folder, "ada")


def test_headlines_summary_tags_and_descriptions_come_back(workspace, folder):
    before = draft(workspace)
    pictured = next(card for card in before.cards if card.picture)
    rewrite(folder, before.headlines[0], "新的标题")
    rewrite(folder, before.summary.splitlines()[0], "手写的摘要。")
    rewrite(folder, pictured.picture.alt, "这是一张图")
    rewrite(folder, before.cover.alt, "封面上的字")
    text = (folder / "issue.md").read_text(encoding="utf-8")
    tags = next(line for line in text.splitlines() if line.startswith("**标签**"))
    rewrite(folder, tags, "**标签**：#一 #二")
    after = exchange.take_back(workspace, folder, "ada").draft
    assert after.headlines == ("新的标题", *before.headlines[1:])
    assert after.summary == "手写的摘要。"
    assert after.cards[0].tags == ("一", "二")
    assert after.cover.alt == "封面上的字"
    assert next(card for card in after.cards if card.id == pictured.id).picture.alt == "这是一张图"


def test_a_card_whose_title_text_and_picture_all_changed_is_asked_about_when_others_are_gone_too(workspace, folder):
    text = (folder / "issue.md").read_text(encoding="utf-8")
    start = text.index("\n## ", text.index("## 目录") + 5)
    third = text.index("\n## ", text.index("\n## ", start + 4) + 4)
    (folder / "issue.md").write_text(
        text[:start] + "\n## Whose：is this\n\n**概要**：X\n" + text[third:], encoding="utf-8"
    )
    with pytest.raises(StageError, match="cannot tell which card 'Whose：is this' is"):
        exchange.take_back(workspace, folder, "ada")


def test_one_card_that_changed_altogether_is_known_by_its_place(workspace, folder):
    first = draft(workspace).cards[0]
    text = (folder / "issue.md").read_text(encoding="utf-8")
    start = text.index("\n## ", text.index("## 目录") + 5)
    second = text.index("\n## ", start + 4)
    (folder / "issue.md").write_text(
        text[:start] + "\n## All new\n\n**概要**：Rewritten.\n\n---\n" + text[second:], encoding="utf-8"
    )
    after = exchange.take_back(workspace, folder, "ada").draft.cards[0]
    assert (after.id, after.name, after.line, after.summary) == (first.id, "All new", "", "Rewritten.")
    assert after.picture == first.picture


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("draft.json", b"{", "not JSON"),
        ("draft.json", b"[1]", "an object is needed"),
        ("issue.md", b"\xff\xfe", "not UTF-8"),
        ("issue.md", b"x" * 2_000_001, "larger than 2,000,000"),
    ],
)
def test_a_file_that_was_damaged_is_one_line(workspace, folder, name, content, told):
    (folder / name).write_bytes(content)
    with pytest.raises(ParseError, match=told):
        exchange.take_back(workspace, folder, "ada")


def test_a_folder_that_cannot_be_written_is_named(workspace, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        exchange.export(workspace, WEEK, tmp_path / "taken")
