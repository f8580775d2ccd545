from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from weekly.formats.lines import Line, join

MARKDOWN = "markdown"
"""The part for what a document has and its form does not know."""
RULE = "rule"
"""The part for a line between two others; it belongs to no field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Where one part of a document stands, in the order of the page, and how it differs from the form.

    A node whose pieces are those of a freshly written one keeps none.
    """

    part: str
    """The name of the field that stands here, or `rule`, or `markdown`."""
    after: str = "\n\n"
    """The white space behind it."""
    mark: str | None = None
    """What stands in front of it, where that is not what the form has there (`##  ` for `## `)."""
    written: str | None = None
    """How its text is written, where that is not how it would be written again; the text itself for `markdown`.

    Empty for a label with nothing behind it.
    """


class RenderedPiece(NamedTuple):
    """One part, ready for a template."""

    part: str
    mark: str | None
    text: str
    after: str
    nodes: Sequence[Any] = ()
    """What stands there, where it is more than a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFinding:
    """Something wrong with a document, reported to its owner and not repaired."""

    kind: str
    line: int
    """Counted from 1."""
    message: str


Ways = Mapping[str, Callable[[str], str]]
"""For each part, how what is written would be written again: the same where it is written by the form."""


def layout() -> Any:
    """A field that says how a node is written; it is left out of the JSON where it is as in a fresh one."""
    return field(default=(), metadata={"layout": True})


def findings() -> Any:
    """A field for findings, which tell of a text and not of what it says."""
    return field(default=(), compare=False)


def unless_fresh(pieces: Iterable[Piece], fresh: Sequence[Piece]) -> tuple[Piece, ...]:
    """*pieces*, or none where they are those of a fresh node."""
    kept = tuple(pieces)
    return () if kept == tuple(fresh) else kept


def markdown(lines: Sequence[Line]) -> Piece:
    """What the form does not know, in its place."""
    text, after = join(lines)
    return Piece(part=MARKDOWN, after=after, written=text)


def piece(part: str, raw: str, after: str, ways: Ways, mark: str | None = None) -> Piece:
    """The place of a part that is written as *raw*."""
    again = ways[part](raw) if part in ways else raw
    if raw and raw == again:
        return _as_formed(part, after, mark)
    return Piece(part=part, after=after, mark=mark, written=raw)


@lru_cache(maxsize=1000)  # nearly all pieces are one of a few
def _as_formed(part: str, after: str, mark: str | None) -> Piece:
    return Piece(part=part, after=after, mark=mark)


Texts = Mapping[str, str | Sequence[str] | None]
"""For each part what its field says, as Markdown: one text, one for each time that the part stands there, or none."""


def render_pieces(pieces: Sequence[Piece], fresh: Sequence[Piece], texts: Texts, ways: Ways) -> list[RenderedPiece]:
    """What a template prints, in order.

    Args:
        pieces: the layout of a node that was read, or nothing.
        fresh: the layout of such a node when it is written from scratch.
        texts: what the fields say now.
        ways: see `Ways`. What was written stays as it was, unless the field was given another value since.
    """
    result = []
    waiting = {part: iter([text] if isinstance(text, str) else text or ()) for part, text in texts.items()}
    for place in _complete(pieces, fresh) if pieces else fresh:
        text = _text(place, waiting, ways)
        if text is not None:
            result.append(RenderedPiece(place.part, place.mark, text, place.after))
    return result


def _text(place: Piece, waiting: Mapping[str, Iterator[str]], ways: Ways) -> str | None:
    """What stands at *place*, None where its field is empty by now."""
    if place.part == RULE:
        return place.written or "---"
    if place.part == MARKDOWN:
        return place.written
    text = next(waiting.get(place.part, iter(())), None)
    if text is None:
        return "" if place.written == "" else None
    if place.written is None:
        return text
    again = ways[place.part](place.written) if place.part in ways else place.written
    return place.written if again == text else text


def _complete(pieces: Sequence[Piece], fresh: Sequence[Piece]) -> list[Piece]:
    """*pieces* and what fields that were filled since need: each behind the part that it follows in a fresh node."""
    result = list(pieces)
    missing = Counter(place.part for place in fresh) - Counter(place.part for place in pieces)
    for part in (RULE, *(f"{place.part}_heading" for place in pieces)):
        del missing[part]
    for index in reversed(range(len(fresh) if missing else 0)):
        place = fresh[index]
        if not missing[place.part]:
            continue
        missing[place.part] -= 1
        before = {other.part for other in fresh[: index + 1]}
        at = max((i + 1 for i, other in enumerate(result) if other.part in before), default=0)
        result.insert(at, place)
    return result
