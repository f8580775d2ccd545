"""An edited text is taken as a whole or refused by line: nothing that stands in it is dropped."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.hostile import words
from tests.stored import stored
from weekly.cli import main
from weekly.drafting.pictures import UnfitPicture
from weekly.models import Picture, Week
from weekly.render.documents import render
from weekly.review.draft_text import TextRefused, read_draft
from weekly.review.preview import renderer
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")
FOUND = Picture(file="found.png", alt="", origin="https://example.org/found.png", width=100, height=100)
STRANGERS = (
    "---",
    "====",
    "## 编辑推荐",
    "### HoloPart",
    "# Other",
    "**概要**：x",
    "**In brief**: x",
    "概要：x",
    "**标签**：#x",
    "![x](images/x.png)",
    "1. [a](#a)",
    "[^1]: x",
    "<!-- x -->",
    "```",
    "> x",
    "### **参考链接**",
    "## Contents",
    "<<<<<<< HEAD",
    "\u3000",
)


class Edited:
    """A draft, how it is written, and what becomes of a text that was made of it."""

    def __init__(self, workspace):
        self.draft = stored(workspace).drafts.find(WEEK).draft
        self._renderer, self._templates = renderer(workspace), workspace.environment
        self.text = self.write(self.draft)[1]
        self.words = self._renderer.labels(self.draft.language)

    def write(self, draft):
        document = self._renderer.digest(draft)
        return document, render(document, self._templates)

    def read(self, text):
        return read_draft(text, self.draft, self.write, find_picture)

    def label(self, part):
        return f"**{getattr(self.words, part)}**{self.words.colon}"

    def line(self, beginning, nth=0):
        """The nth line with this beginning that stands behind the contents."""
        cards = self.text.index("\n## ", self.text.index(f"## {self.words.contents}") + 5)
        return [line for line in self.text[cards:].split("\n") if line.startswith(beginning)][nth]


def find_picture(url, alt):
    if url != FOUND.origin:
        raise UnfitPicture("no picture: it is not there")
    return FOUND


@pytest.fixture(scope="module", params=["zh", "en"])
def edited(request, drafted_week, tmp_path_factory):
    root = tmp_path_factory.mktemp("edited")
    toml = (drafted_week / "weekly.toml").read_text(encoding="utf-8")
    (root / "weekly.toml").write_text(toml.replace('language = "zh"', f'language = "{request.param}"'), "utf-8")
    for stage in ("collect", "classify", "draft"):
        main(["--workspace", str(root), stage, "--week", str(WEEK)])
    with open_workspace(root) as workspace:
        yield Edited(workspace)


def replaced(edited, old, new):
    assert old in edited.text
    return edited.text.replace(old, new, 1)


TAKEN = {
    "a text": lambda e: replaced(e, e.line(e.label("brief")), f"{e.label('brief')}By hand,\n\nin two *paragraphs*."),
    "a name": lambda e: replaced(e, "## GenDoP", "## GenDoP2"),
    "a name, with its line in the contents": lambda e: (
        e.text.replace("\n## HoloPart", "\n## Part").replace("[HoloPart", "[Part").replace("(#holopart", "(#part")
    ),
    "tags": lambda e: replaced(e, e.line(e.label("tags")), f"{e.label('tags')}#a #b"),
    "tags that are left out": lambda e: replaced(e, e.line(e.label("tags")) + "\n\n", ""),
    "a description": lambda e: replaced(e, e.line("!["), re.sub(r"\[.*\]", "[New words]", e.line("!["))),
    "a picture that is left out": lambda e: replaced(e, e.line("![") + "\n\n", ""),
    "the cover that is left out": lambda e: re.sub(r"(?m)^!\[.*\n\n", "", e.text, count=1),
    "another picture": lambda e: replaced(e, e.line("!["), f"![New]({FOUND.origin})"),
    "a picture where none was": lambda e: replaced(
        e, e.line("## GenDoP") + "\n", f"{e.line('## GenDoP')}\n\n![New]({FOUND.origin})\n"
    ),
    "a headline": lambda e: re.sub(r"^# [^|]* \|", "# By hand |", e.text),
    "a headline more": lambda e: re.sub(r"^# ", "# First | ", e.text),
    "another address": lambda e: replaced(e, "(https://seaweed.video/)", "(https://seaweed.example/new)"),
    "a reference that is left out": lambda e: re.sub(r"(?m)^1\. \[Seaweed.*https.*\n", "", e.text, count=1),
    "a reference more": lambda e: re.sub(
        r"(?m)^3\. \[GenDoP .*https.*$", rf"\g<0>\n99. [GenDoP {code(e)}](https://github.com/a/b)", e.text
    ),
    "no references": lambda e: e.text[: e.text.index("\n### **")],
    "a card that is left out": lambda e: e.text.replace(section(e, "## GenDoP"), ""),
    "cards in another order": lambda e: e.text.replace(
        section(e, "## GenDoP"), section(e, "## HoloPart") + section(e, "## GenDoP")
    ).replace(section(e, "## HoloPart"), "", 2).replace(
        section(e, "## GenDoP"), section(e, "## HoloPart") + section(e, "## GenDoP")
    ),
    "a name, a text and a picture, known by its links": lambda e: replaced(
        e.text and e, section(e, "## UnifyEdit"), f"## Mine\n\n{e.label('brief')}By hand.\n\n---\n\n"
    ).replace("[UnifyEdit ", "[Mine "),
    "other line ends behind words": lambda e: e.text.replace("\n\n", "  \n\n\n"),
}  # fmt: skip
REFUSED = {
    "a work that is no card": (lambda e: replaced(e, "## GenDoP", f"## New{e.words.colon}x\n\n{e.label('brief')}x\n\n---\n\n## GenDoP"), "## New"),
    "another work in the place of one": (lambda e: replaced(e, section(e, "## GenDoP"), f"## New\n\n{e.label('brief')}x\n\n---\n\n"), "## New"),
    "a section": (lambda e: replaced(e, "\n### **", "\n## A word\n\nBy hand.\n\n---\n\n### **"), "By hand."),
    "an introduction": (lambda e: replaced(e, f"## {e.words.summary}", f"Hello.\n\n## {e.words.summary}"), "Hello."),
    "the newsletter's name": (lambda e: re.sub(r"(?m)^(# .*).{3}$", r"\1 Ours]", e.text, count=1), "# "),
    "a label without its stars": (lambda e: replaced(e, e.label("brief"), f"{e.words.brief}:"), "{brief}:"),
    "the other colon": (lambda e: replaced(e, e.label("tags"), f"**{e.words.tags}**{'：' if e.words.colon == ': ' else ':'}"), "**{tags}**"),
    "another level": (lambda e: replaced(e, "## HoloPart", "### HoloPart"), "### HoloPart"),
    "stars in a title": (lambda e: replaced(e, "## HoloPart", "## **HoloPart**"), "## **HoloPart**"),
    "a second picture": (lambda e: replaced(e, e.line("!["), e.line("![") + "\n\n![b](images/b.png)"), "![b]"),
    "a picture that is nowhere": (lambda e: replaced(e, e.line("!["), "![b](images/b.png)"), "![b]"),
    "a footnote": (lambda e: e.text + "\n[^1]: x\n", "[^1]"),
    "an item behind the references": (lambda e: f"{e.text}\n## Tail\n\n{e.label('brief')}x\n", "## Tail"),
    "a reference that is no card's": (lambda e: e.text + "30. [Mine](https://example.org/)\n", "30. [Mine]"),
    "a reference into a program": (lambda e: replaced(e, "https://seaweed.video/", "javascript:x"), "1. [Seaweed"),
    "a mark of a merge": (lambda e: replaced(e, e.label("brief"), f"{e.label('brief')}x\n>>>>>>> theirs\n"), ">>>>>>>"),
    "another heading": (lambda e: replaced(e, f"## {e.words.summary}", "## The week"), "## The week"),
    "a line of the contents": (lambda e: replaced(e, "1. [Seaweed-7B", "1. [Sea"), "1. [Sea"),
    "a line of the contents that is left out": (lambda e: re.sub(r"(?m)^1\. \[.*\]\(#.*\n", "", e.text, count=1), "1. [Seaweed"),
    "a comment": (lambda e: replaced(e, "---\n\n## GenDoP", "---\n\n<!-- todo -->\n\n## GenDoP"), "<!-- todo"),
    "a rule that is left out": (lambda e: replaced(e, "---\n\n## GenDoP", "## GenDoP"), "---"),
    "no title": (lambda e: e.text[e.text.index("\n") :], ""),
    "a copy of a reference elsewhere": (lambda e: replaced(e, "\n### **", "\n" + e.line("1. [") + "\n\n### **"), "1. ["),
}  # fmt: skip


def code(edited):
    return "GitHub repository" if edited.draft.language == "en" else "GitHub 仓库"


def section(edited, heading):
    start = edited.text.index(f"\n{heading}") + 1
    return edited.text[start : edited.text.index("---\n\n", start) + 5]


def lines(text):
    """The lines that say something, apart from the numbered ones, and these without their numbers."""
    said = [line.rstrip(" \t") for line in text.split("\n") if line.strip()]
    numbered = re.compile(r"\d+\.[ \t]+")
    return [line for line in said if not numbered.match(line)], {
        numbered.sub("", line) for line in said if numbered.match(line)
    }


def assert_says(edited, text, draft):
    """The draft says every line of the text; the lists may say what they said, since they follow."""
    written = edited.write(draft)[1].replace(f"images/{FOUND.file}", FOUND.origin)
    assert lines(written)[0] == lines(text)[0]
    assert lines(text)[1] <= lines(written)[1] | lines(edited.text)[1]


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_draft_can_say_is_taken(edited, name):
    text = TAKEN[name](edited)
    assert text != edited.text
    draft = edited.read(text)
    assert draft != edited.draft or name == "other line ends behind words"
    assert_says(edited, text, draft)
    again = edited.write(draft)[1]
    assert read_draft(again, draft, edited.write, find_picture) == draft


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_draft_cannot_say_is_refused_by_line(edited, name):
    change, beginning = REFUSED[name]
    text = change(edited)
    assert text != edited.text
    with pytest.raises(TextRefused) as refusal:
        edited.read(text)
    beginning = beginning.format(brief=edited.words.brief, tags=edited.words.tags)
    named = [line for line in refusal.value.lines if line.text.startswith(beginning)]
    assert named
    assert all(text.split("\n")[one.line - 1].rstrip() == one.text or one.text in edited.text for one in named)


def test_a_text_that_nobody_edited_changes_nothing(edited):
    assert edited.read(edited.text) == edited.draft


def test_a_reference_that_may_be_of_two_cards_is_named_and_not_dropped(edited):
    first, second, *rest = edited.draft.cards
    twins = replace(edited.draft, cards=(first, replace(second, name=first.name, links=first.links), *rest))
    text = edited.write(twins)[1]
    assert read_draft(text, twins, edited.write, find_picture) == twins
    with pytest.raises(TextRefused, match="a reference is"):
        read_draft(text[: text.rindex("\n", 0, -1)], twins, edited.write, find_picture)


@st.composite
def edits(draw):
    """One to three changes of lines: of which, how, and to what."""
    how = st.sampled_from(["change", "delete", "move", "copy", "insert", "cut"])
    new = st.sampled_from(STRANGERS) | words()
    return draw(st.lists(st.tuples(how, st.floats(0, 1), st.floats(0, 1), new), min_size=1, max_size=3))


def apply(text, changes):
    now = text.split("\n")
    for how, where, to, new in changes:
        at, there = int(where * (len(now) - 1)), int(to * (len(now) - 1))
        if how in {"change", "cut"}:
            now[at] = new if how == "change" else now[at][: int(to * len(now[at]))]
        elif how == "insert":
            now.insert(at, new)
        elif how == "copy":
            now.insert(there, now[at])
        elif len(now) > 1:
            line = now.pop(at)
            if how == "move":
                now.insert(there, line)
    return "\n".join(now)


def refused_lines(edited, text):
    """The lines that are refused; none where the draft says all of them."""
    try:
        assert_says(edited, text, edited.read(text))
    except TextRefused as refusal:
        return refusal.lines
    return ()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(changes=edits())
def test_any_edit_is_in_the_draft_or_its_line_is_named(edited, changes):
    text = apply(edited.text, changes)
    said = {line.rstrip(" \t") for line in [*text.split("\n"), *edited.text.split("\n")]}
    for line, words_of_it, reason in refused_lines(edited, text):
        assert 1 <= line <= text.count("\n") + 1
        assert words_of_it.rstrip(" \t") in said or "leaves" in reason
