from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from weekly.formats.handbook.habits import next_id, numbered, resembled
from weekly.formats.handbook.model import (
    BODY,
    Chapter,
    Handbook,
    Question,
    contents_line,
    write_heading,
    write_toc,
)
from weekly.formats.handbook.parse import is_empty, read
from weekly.formats.handbook.places import HandbookPlaces
from weekly.formats.inline import literal, one_line, write_url
from weekly.formats.insert import add_blank_lines, insert, same_title
from weekly.formats.line_marks import CONTENTS, HEADING, is_contents, is_rule, level
from weekly.formats.lines import Line, split
from weekly.formats.same_work import ids, is_same, own_ids
from weekly.select.urls import find_urls

_NUMBER = re.compile(r"\d+")
_NOT_IN_IDS = re.compile(r"[\\`<>\"]|&(?=#?\w{1,32};)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a new question goes: behind the last one of a chapter."""

    chapter: Chapter
    first: int
    """The index of the chapter's first question among all of the page."""
    end: int
    """The number of the line behind the chapter."""


def append(
    text: str, question: Question, chapter: str = "", *, opened: bool = False, contents: str = CONTENTS[0]
) -> str:
    """The page *text* with *question* behind the last one of a chapter and in the contents.

    Number, id and contents line are in the page's own style; those of *question* do not matter. Only lines are added.
    A page that has the question already, by the work that its answer links to or by its title, whatever its number, is
    returned as it is.

    Args:
        text: a handbook page; one that has a title and no question yet begins with this one.
        question: its title, in HTML, and its body.
        chapter: the title of a chapter; the last one that has questions when it is empty or not there.
        opened: whether a chapter that is not there is begun, behind that one.
        contents: the heading of the contents that a page without questions gets.

    Raises:
        ParseError: *text* is no handbook, or does not close its code.
    """
    if is_empty(text):
        return _begin(text, question, contents)
    page, places, lines = read(text)
    questions = [each for one in page.chapters for each in one.questions]
    own = ids(find_urls(question.body))
    if any(is_same(question.title, own, each.title, own_ids(each.body)) for each in questions):
        return text
    place = _place(page, places, lines, chapter)
    begun = opened and bool(chapter) and same_title(place.chapter.title) != same_title(chapter)
    siblings = place.chapter.questions
    model, counted = resembled(siblings, questions, question.title), siblings
    if begun and place.first and siblings[0].number == 1:  # each chapter counts its own
        model, counted = replace(model, title=_NUMBER.sub("0", model.title, count=1)), ()
    title = numbered(counted, model, one_line(question.title))
    made = next_id(questions, model, title)
    # The title came for a heading in HTML; one without an id is Markdown.
    title, id_ = (title, _write_id(made)) if made else (literal(html.unescape(title)), "")
    new = Question(id=id_, title=title, body=question.body, level=model.level)
    at, rule = _place_after_last(place, places, lines)
    heading = write_heading(new.level, new.id, new.title)
    block = [heading, *(["", BODY.write(new.body)] if new.body else []), *(["", rule] if rule else [])]
    if begun:
        at, rule = place.end, ""
        block = ["#" * (level(lines[places.chapters[0] - 1]) or 2) + " " + one_line(chapter), "", *block]
    listing = [_contents_line(page, places, siblings, siblings[-1] if begun else model, new)] if page.toc else []
    return insert(lines, [*listing, (at, add_blank_lines(lines, at, block))])


def first(question: Question) -> Question:
    """The first question of a page that counts them."""
    return Question(id="q-001", title=f"1. {one_line(question.title)}", body=question.body)


def _begin(text: str, question: Question, contents: str) -> str:
    """A page that has no question yet with its first one, as a new page has it."""
    lines, new = split(text), first(question)
    listed = any(level(line) and is_contents(HEADING.sub(r"\3", line.text)) for line in lines)
    line = contents_line(new)
    block = [*([] if listed else [f"# {contents}", ""]), f"- {write_toc(line.text, line.anchor)}", ""]
    block += [write_heading(new.level, new.id, new.title), *(["", BODY.write(new.body)] if new.body else [])]
    end = len(lines) + 1
    return insert(lines, [(end, add_blank_lines(lines, end, block))])


def _place(page: Handbook, places: HandbookPlaces, lines: Sequence[Line], title: str) -> _Place:
    first = 0
    candidates: list[_Place] = []
    for index, chapter in enumerate(page.chapters):
        end = places.chapters[index + 1] if index + 1 < len(places.chapters) else len(lines) + 1
        if chapter.questions:
            candidates.append(_Place(chapter=chapter, first=first, end=end))
        first += len(chapter.questions)
    named = (
        candidate for candidate in candidates if title and same_title(candidate.chapter.title) == same_title(title)
    )
    return next(named, candidates[-1])


def _write_id(id_: str) -> str:
    """*id_* as a link in Markdown leads to it as it stands."""
    id_ = _NOT_IN_IDS.sub("", html.unescape(id_))
    return (id_ if write_url(id_) == id_ else re.sub(r"[()]", "", id_)) or "q"


def _place_after_last(place: _Place, places: HandbookPlaces, lines: Sequence[Line]) -> tuple[int, str]:
    """The number of the line that a new question goes in front of, and the rule that goes behind it.

    A rule behind every question belongs to them; one behind the last alone belongs to the chapter.
    """
    starts = places.questions[place.first : place.first + len(place.chapter.questions)]
    rules = [_last_rule(lines, end) for end in (*starts[1:], place.end)]
    number = rules[-1]
    if not number:
        return place.end, ""
    if len(rules) > 1 and all(rules):
        return place.end, lines[number - 1].text
    return number, ""


def _last_rule(lines: Sequence[Line], end: int) -> int:
    """The number of the rule in front of the line numbered *end*, 0 for none."""
    number = end - 1
    while number > 0 and not lines[number - 1].text:
        number -= 1
    return number if number > 0 and is_rule(lines[number - 1]) and not lines[number - 1].code else 0


def _contents_line(
    page: Handbook, places: HandbookPlaces, siblings: Sequence[Question], model: Question, new: Question
) -> tuple[int, list[str]]:
    """Where the contents get their line, and what goes there."""
    toc = page.toc or ()
    by_anchor = {entry.anchor.removeprefix("user-content-"): index for index, entry in enumerate(toc)}
    by_text = {entry.text: index for index, entry in enumerate(toc)}

    def listed(question: Question) -> int | None:
        return by_anchor.get(question.id, by_text.get(question.title))

    last = next((at for sibling in reversed(siblings) if (at := listed(sibling)) is not None), len(toc) - 1)
    like = listed(model)
    like = last if like is None else like
    mark = places.toc[like][1]
    if number := _NUMBER.search(mark):
        count = _NUMBER.search(places.toc[last][1]) or number
        mark = mark[: number.start()] + str(int(count[0]) + 1) + mark[number.end() :]
    prefix = "user-content-" if toc[like].anchor.startswith("user-content-") else ""
    line = mark + write_toc(contents_line(new).text, prefix + contents_line(new).anchor)
    return places.toc[last][0] + 1, [line] if mark.strip() else ["", line]
