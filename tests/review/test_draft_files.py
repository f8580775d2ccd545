"""The draft in a file and back: what was edited comes in, what was not stays, nothing is overwritten."""

from __future__ import annotations

import io
import json
import re
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from tests.stored import stored
from weekly.errors import ParseError, StageError, WorkspaceError
from weekly.models import Status, Week
from weekly.review import decide, edit
from weekly.review import draft_files as exchange
from weekly.review.draft_text import TextRefused
from weekly.review.merge import FileConflict
from weekly.stages.draft import pictures

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
    with pytest.raises(ParseError, match="accept its candidate first"):
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


def test_what_remains_on_both_sides_is_not_the_same_work(workspace, folder):
    text = (folder / "issue.md").read_text(encoding="utf-8")
    start = text.index("\n## ", text.index("\n## ", text.index("## 目录") + 5) + 4)
    second = text.index("\n## ", start + 4)
    replaced = text[:start] + "\n## All new\n\n**概要**：Rewritten.\n\n---\n" + text[second:]
    (folder / "issue.md").write_text(replaced, encoding="utf-8")
    with pytest.raises(TextRefused, match="no card of the draft is 'All new'"):
        exchange.take_back(workspace, folder, "ada")
    assert (folder / "issue.md").read_text(encoding="utf-8") == replaced


def test_headlines_and_summary_are_those_of_the_file_when_a_card_is_left_out(workspace, folder):
    before = draft(workspace)
    text = (folder / "issue.md").read_text(encoding="utf-8")
    start = text.index("\n## ", text.index("## 目录") + 5)
    (folder / "issue.md").write_text(text[:start] + text[text.index("\n## ", start + 4) :], encoding="utf-8")
    after = exchange.take_back(workspace, folder, "ada").draft
    assert (after.headlines, after.summary) == (before.headlines, before.summary)
    assert len(after.cards) == len(before.cards) - 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("draft.json", b"{", "not JSON"),
        ("draft.json", b"[1]", "an object is needed"),
        ("issue.md", b"\xff\xfe", "not UTF-8"),
        ("issue.md", b"# A\0", "a binary file"),
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


TAKEN = {"base", "change_ref_link", "delete_ref", "delete_refs_section", "remove_cover", "remove_picture"}


def test_edits_of_real_editors_are_taken_or_refused_by_line(weekly, workspace, folder, shared):
    """The numbers of the references follow; all else that is taken stands in the file again."""
    cases = shared / "cases" / "documents" / "edits"
    (folder / "issue.md").write_bytes((cases / "base.md").read_bytes())
    exchange.take_back(workspace, folder, "ada")
    taken = set()
    for case in sorted(cases.glob("*.md")):
        root = shutil.copytree(workspace.root, folder.parent / case.stem)
        ours = shutil.copytree(folder, root / "out")
        (ours / "issue.md").write_bytes(case.read_bytes())
        ran = weekly("--workspace", root, "draft", "import", ours, "--json")
        if ran.status:
            assert (ours / "issue.md").read_bytes() == case.read_bytes()
            lines = case.read_text(encoding="utf-8").split("\n")
            assert {lines[one["line"] - 1] for one in json.loads(ran.out)["refused"]}
        else:
            taken.add(case.stem)
            assert said(ours / "issue.md") == said(case)
    assert taken == TAKEN


def said(path):
    text = path.read_text(encoding="utf-8")
    return [re.sub(r"^\d+\. ", "", line.rstrip()) for line in text.split("\n") if line.strip()]


def test_a_picture_beside_the_file_is_kept_with_the_issue(workspace, folder):
    old = draft(workspace).cards[0].picture
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(picture, "PNG")
    (folder / "mine.png").write_bytes(picture.getvalue())
    rewrite(folder, f"images/{old.file}", "mine.png")
    new = exchange.take_back(workspace, folder, "ada").draft.cards[0].picture
    assert (new.width, new.height, new.alt) == (300, 200, old.alt)
    assert pictures(workspace).path(new).read_bytes() == picture.getvalue()
    assert f"images/{new.file}" in (folder / "issue.md").read_text(encoding="utf-8")
    rewrite(folder, f"images/{new.file}", "../../weekly.toml")
    with pytest.raises(TextRefused, match="is neither a file beside"):
        exchange.take_back(workspace, folder, "ada")


def test_an_edited_file_is_not_exported_over(workspace, folder):
    exchange.export(workspace, WEEK, folder)
    rewrite(folder, "## GenDoP", "## GenDoP2")
    edited = (folder / "issue.md").read_bytes()
    with pytest.raises(StageError, match="was edited: take it back"):
        exchange.export(workspace, WEEK, folder)
    assert (folder / "issue.md").read_bytes() == edited
    base = (folder / "draft.json").read_bytes()
    (folder / "draft.json").write_bytes(b"{")
    with pytest.raises(StageError, match="was edited: take it back"):
        exchange.export(workspace, WEEK, folder)
    (folder / "draft.json").write_bytes(base)
    exchange.take_back(workspace, folder, "ada")
    exchange.export(workspace, WEEK, folder)


def test_what_the_page_took_out_is_not_brought_back_by_an_edit_of_the_file(workspace, folder):
    first, second = draft(workspace).cards[:2]
    decide.decide(workspace, WEEK, second.id, Status.REJECTED, "grace")
    rewrite(folder, body(first), "In the file.")
    cards = exchange.take_back(workspace, folder, "ada").draft.cards
    assert cards[0].summary == "In the file."
    assert second.id not in [card.id for card in cards]
    third = cards[1]
    decide.decide(workspace, WEEK, third.id, Status.REJECTED, "grace")
    rewrite(folder, body(third), "In the file.")
    with pytest.raises(FileConflict, match=re.escape(third.name)):
        exchange.take_back(workspace, folder, "ada")


def test_links_and_the_cover_are_written_in_the_file(workspace, folder):
    before = draft(workspace)
    links = before.cards[0].links
    rewrite(folder, links[0].url, "https://seaweed.example/new")
    rewrite(folder, f"![{before.cover.alt}](images/{before.cover.file})\n", "")
    after = exchange.take_back(workspace, folder, "ada").draft
    assert [link.url for link in after.cards[0].links] == ["https://seaweed.example/new", links[1].url]
    assert after.cards[0].keys == before.cards[0].keys
    assert after.cover is None
