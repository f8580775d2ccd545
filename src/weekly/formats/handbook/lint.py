from __future__ import annotations

from collections.abc import Iterator, Sequence

from weekly.formats import findings as find
from weekly.formats.anchors import Slugger, plain
from weekly.formats.handbook.model import Handbook, Question, targets
from weekly.formats.handbook.places import HandbookPlaces
from weekly.formats.line_marks import HEADING, level
from weekly.formats.lines import Line
from weekly.formats.pieces import DocumentFinding


def handbook_findings(page: Handbook, lines: Sequence[Line], places: HandbookPlaces) -> Iterator[DocumentFinding]:
    """What its owner should know about a handbook page."""
    yield from find.of_lines(lines)
    questions = [question for chapter in page.chapters for question in chapter.questions]
    slugs = Slugger()
    anchors = {slugs.slug(plain(HEADING.sub(r"\3", line.text))) for line in lines if level(line)}
    ids = {question.id for question in questions} | anchors
    for entry, (line, _) in zip(page.toc or (), places.toc, strict=True):
        if not targets(entry.anchor) & ids:
            message = f"the contents line {entry.text!r} points at #{entry.anchor}, which nothing on the page has"
            yield DocumentFinding(kind="contents-target", line=line, message=message)
    yield from _missing(page, questions, places)
    yield from _ids(questions, places)
    yield from _numbers(page, places)


def _missing(page: Handbook, questions: Sequence[Question], places: HandbookPlaces) -> Iterator[DocumentFinding]:
    if not page.toc:
        return
    listed = {target for entry in page.toc for target in (*targets(entry.anchor), entry.text)}
    for question, line in zip(questions, places.questions, strict=True):
        if not listed & {question.id, question.title}:
            yield DocumentFinding(
                kind="contents-missing", line=line, message=f"{question.title!r} is not in the contents"
            )


def _ids(questions: Sequence[Question], places: HandbookPlaces) -> Iterator[DocumentFinding]:
    """Ids given twice and, on a page whose ids repeat the questions, those that do not."""
    first: dict[str, int] = {}
    named = sum(_like(question) for question in questions) * 2 > len(questions)
    for question, line in zip(questions, places.questions, strict=True):
        if question.id and question.id in first:
            message = f"the id {question.id!r} stands here a second time, first on line {first[question.id]}"
            yield DocumentFinding(kind="duplicate-id", line=line, message=message)
        first.setdefault(question.id, line)
        if question.id and named and not _like(question):
            message = f"the id {question.id!r} is not that of its question {question.title!r}"
            yield DocumentFinding(kind="id-mismatch", line=line, message=message)


def _like(question: Question) -> bool:
    return question.id.replace(" ", "-").casefold() == question.title.strip().replace(" ", "-").casefold()


def _numbers(page: Handbook, places: HandbookPlaces) -> Iterator[DocumentFinding]:
    lines = iter(places.questions)
    for chapter in page.chapters:
        marks = [(next(lines), question.title) for question in chapter.questions]
        yield from find.of_numbering(marks, "question")
