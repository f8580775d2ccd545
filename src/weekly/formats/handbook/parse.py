from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from weekly.errors import ParseError
from weekly.formats.anchors import plain, slug
from weekly.formats.handbook import model
from weekly.formats.handbook.lint import handbook_findings
from weekly.formats.handbook.model import Chapter, Handbook, Question, TocLine
from weekly.formats.handbook.places import HandbookPlaces
from weekly.formats.line_marks import HEADING, is_contents, is_rule, level, rule
from weekly.formats.line_marks import heading as read_mark
from weekly.formats.lines import Chunk, Line, chunks, join, lead, split
from weekly.formats.lists import read_list
from weekly.formats.pieces import MARKDOWN, RULE, Piece, Ways, markdown, piece, unless_fresh

_CHAPTER = re.compile(model.NUMBERED_CHAPTER)
_CLOSING = re.compile(model.CLOSING_CHAPTER)
_DEEPEST = 2
"""The deepest heading that a chapter has."""


def parse(text: str) -> Handbook:
    """The handbook page that *text* is.

    Raises:
        ParseError: it has no question.
    """
    page, places, lines = read(text)
    return replace(page, findings=tuple(handbook_findings(page, lines, places)))


def read(text: str) -> tuple[Handbook, HandbookPlaces, list[Line]]:
    """The handbook page that *text* is, where its parts stand, and its lines."""
    lines = split(text)
    before, rest = lead(lines)
    places = HandbookPlaces()
    questions = _questions(rest)
    if not questions:
        raise ParseError('no question: a handbook has headings like <h2 id="1.介绍一下X">1.介绍一下X</h2>')
    chapters = _chapters(rest, questions)
    start = min(chapters | questions.keys())
    page = Handbook(toc=(), lead=before)
    page, pieces = _front(page, rest[:start], places)
    cut = list(_cut(rest, start, chapters))
    page = replace(page, chapters=tuple(_chapter(run, questions, places) for run in cut))
    pieces.append(Piece(part="chapters", after=""))
    return replace(page, layout=unless_fresh(pieces, page.fresh)), places, lines


def is_empty(text: str) -> bool:
    """Whether a page has a title or a heading over its contents, and no question or chapter yet."""
    lines = split(text)
    headings = [line for line in lines if level(line) or model.read_heading(line.text)]
    first = next((line for line in lines if line.text.strip("\ufeff")), None)
    named = [line for line in headings if not (level(line) and (line is first or is_contents(_text(line))))]
    return bool(headings) and not named and not any(model.read_toc_line(line.text) for line in lines)


def _questions(lines: Sequence[Line]) -> dict[int, tuple[int, str, str]]:
    """Level, id and title of each question, by the index of its line.

    A Markdown heading is one when a line of the contents leads to it, and to no id; on a page without contents and
    ids, when it is numbered.
    """
    toc: list[tuple[str, str]] = []
    questions: dict[int, tuple[int, str, str]] = {}
    bare: dict[int, tuple[int, str]] = {}
    for index, line in enumerate(lines):
        text = line.text
        if line.code or not text:
            continue
        if "<" in text[:8] and (heading := model.read_heading(text)):
            if questions or toc or not is_contents(heading[2]):
                questions[index] = heading
        elif "](#" in text and (entry := model.read_toc_line(text)):
            toc.append(model.read_toc(entry[1]) or ("", ""))
        elif (depth := level(line)) and not _CHAPTER.match(text):
            bare[index] = depth, HEADING.sub(r"\3", text)
    ids = {id_ for _, id_, _ in questions.values()}
    listed = {name for entry in toc if not model.targets(entry[1]) & ids for name in entry}
    if not questions and not listed:
        return _numbered(bare)
    for index, (depth, text) in bare.items():
        if listed & {text, slug(plain(text))} and not is_contents(text):
            questions[index] = depth, "", text
    return questions


def _numbered(headings: Mapping[int, tuple[int, str]]) -> dict[int, tuple[int, str, str]]:
    """The numbered ones of *headings*, on the level that most of them are on."""
    numbered = {index: (depth, "", text) for index, (depth, text) in headings.items() if model.ordinal(text)}
    levels = Counter(depth for depth, _, _ in numbered.values())
    return {index: found for index, found in numbered.items() if found[0] == levels.most_common(1)[0][0]}


def _chapters(lines: Sequence[Line], questions: Mapping[int, object]) -> set[int]:
    """The headings that questions stand under.

    A heading is one when it directly precedes a question or another such heading, when it is numbered like a chapter,
    when it stands between contents and questions, or behind all questions with a name such as `参考资料`.
    """
    chapters: set[int] = set()
    last = max(questions)
    over = False
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not line.text or (is_rule(line) and not line.code):
            continue
        depth = level(line) if index not in questions else 0
        if index in questions:
            over = True
        elif 0 < depth <= _DEEPEST and (over or _CHAPTER.match(line.text)) and not is_contents(_text(line)):
            chapters.add(index)
        else:
            over = False
    chapters |= {i for i in range(last + 1, len(lines)) if level(lines[i]) and _CLOSING.match(lines[i].text)}
    start = _end_of_contents(lines, min(questions))
    chapters |= {i for i in range(start or 1, min(questions)) if 0 < level(lines[i]) <= _DEEPEST}
    return {
        index for index in chapters if index >= start and not (index == 0 and _is_title(lines, chapters, questions))
    }


def _is_title(lines: Sequence[Line], chapters: set[int], questions: Mapping[int, object]) -> bool:
    """Whether the first line is the title of a page without contents: chapters follow before the first question."""
    below = any(0 < index < min(questions) for index in chapters)
    return below and level(lines[0]) == 1 and not _CHAPTER.match(lines[0].text)


def _end_of_contents(lines: Sequence[Line], first: int) -> int:
    """Where what stands in front of the first question is no contents any more; 0 where there are none."""
    for index in range(first - 1, -1, -1):
        line = lines[index]
        if (
            line.text
            and not line.code
            and (model.read_toc_line(line.text) or (level(line) and is_contents(_text(line))))
        ):
            return index + 1
    return 0


def _text(line: Line) -> str:
    return HEADING.sub(r"\3", line.text)


def _cut(lines: Sequence[Line], start: int, chapters: set[int]) -> Iterator[list[tuple[int, Line]]]:
    """The chapters' lines with their indexes."""
    run: list[tuple[int, Line]] = []
    for index in range(start, len(lines)):
        if index in chapters and run:
            yield run
            run = []
        run.append((index, lines[index]))
    yield run


def _front(page: Handbook, lines: Sequence[Line], places: HandbookPlaces) -> tuple[Handbook, list[Piece]]:
    """What stands in front of the first chapter: a title, the contents."""
    if not lines:
        return page, []

    def begins(line: Line) -> str:
        if model.read_toc_line(line.text):
            return "line"
        html = model.read_heading(line.text)
        if level(line) or html:
            name = html[2] if html else _text(line)
            return (
                "toc_heading" if is_contents(name) else "title" if line is lines[0] and level(line) == 1 else MARKDOWN
            )
        return ""

    cut = chunks(lines, begins, {MARKDOWN})
    first = next((i for i, chunk in enumerate(cut) if chunk.part == "line"), len(cut))
    pieces: list[Piece] = []
    for chunk in cut[:first]:
        raw, after = join(chunk.lines)
        if chunk.part == "title":
            place, title = read_mark(chunk, "title", "# ", {})
            page = replace(page, title=title)
        elif chunk.part == "toc_heading" and "<" in raw:
            place = Piece(part=MARKDOWN, after=after, written=raw)
        elif chunk.part == "toc_heading" and not any(each.part == "toc_heading" for each in pieces):
            place, label = read_mark(chunk, "toc_heading", "# ", {})
            page = replace(page, contents_label=label)
        else:
            place = markdown(chunk.lines)
        pieces.append(place)
    lines_, behind = read_list(cut[first:], "toc", model.TOC_WAYS, lambda _: "- ", model.read_toc_line)
    toc = []
    for line in lines_:
        text, anchor = model.read_toc(line.raw) or (line.raw, "")
        toc.append(TocLine(text=text, anchor=anchor, layout=line.layout))
        places.toc.append((line.number, line.mark))
    return replace(page, toc=tuple(toc)), pieces + behind


def _chapter(
    run: list[tuple[int, Line]], questions: Mapping[int, tuple[int, str, str]], places: HandbookPlaces
) -> Chapter:
    starts = [at for at, (index, _) in enumerate(run) if index in questions]
    head = [line for _, line in run[: starts[0] if starts else len(run)]]
    chapter = Chapter()
    pieces: list[Piece] = []
    places.chapters.append(run[0][1].number)
    places.end = run[-1][1].number + 1
    if head:
        end = next((i for i, line in enumerate(head) if i and line.text), len(head))
        place, title = read_mark(Chunk("", head[:end]), "title", "## ", model.CHAPTER_WAYS)
        pieces.append(place)
        intro, rest = _text_and_rules(head[end:], "intro", model.CHAPTER_WAYS)
        chapter = replace(chapter, title=title, intro=intro)
        pieces += rest
    found = []
    for start, stop in pairwise([*starts, len(run)] if starts else []):
        places.questions.append(run[start][1].number)
        found.append(_question([line for _, line in run[start:stop]], questions[run[start][0]]))
    chapter = replace(chapter, questions=tuple(found))
    return replace(chapter, layout=unless_fresh([*pieces, Piece(part="questions", after="")], chapter.fresh))


def _question(run: Sequence[Line], heading: tuple[int, str, str]) -> Question:
    depth, id_, title = heading
    end = next((i for i, line in enumerate(run) if i and line.text), len(run))
    raw, after = join(run[:end])
    place = piece("heading", raw, after, model.QUESTION_WAYS)
    body, rest = _text_and_rules(run[end:], "body", model.QUESTION_WAYS)
    question = Question(id=id_, title=title, body=body, level=depth)
    return replace(question, layout=unless_fresh([place, *rest], question.fresh))


def _text_and_rules(lines: Sequence[Line], part: str, ways: Ways) -> tuple[str, list[Piece]]:
    """Running text, and its place and those of the rules behind it."""
    end = len(lines)
    while end and (not lines[end - 1].text or (is_rule(lines[end - 1]) and not lines[end - 1].code)):
        end -= 1
    while end < len(lines) and not lines[end].text:
        end += 1
    text, pieces = "", []
    if end:
        raw, after = join(lines[:end])
        text = (model.INTRO_BODY if part == "intro" else model.BODY).read(raw)
        pieces.append(piece(part, raw, after, ways))
    return text, pieces + [rule(chunk) for chunk in chunks(lines[end:], lambda _: RULE, ())]
