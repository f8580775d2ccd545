"""Numbered or bulleted lists whose every line is a node of its own: contents and references."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from weekly.formats.inline import one_line, read_link, write_link
from weekly.formats.line_marks import LISTED, rule
from weekly.formats.lines import Chunk, join
from weekly.formats.pieces import RULE, Piece, RenderedPiece, Ways, layout, markdown, piece, render_pieces, unless_fresh

LINE = (Piece(part="line", after="\n"),)
"""The layout of a line written from scratch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsLine:
    """One line of the contents; *anchor* is what it points at, without `#`, and empty where it is no link."""

    text: str
    anchor: str = ""
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The line, for a template."""
        return render_pieces(self.layout, LINE, {"line": write_contents(self.text, self.anchor)}, CONTENTS_WAYS)


def write_contents(text: str, anchor: str) -> str:
    """A contents line without its mark."""
    return write_link(text, "#" + anchor) if anchor else one_line(text)


def read_contents(raw: str) -> tuple[str, str]:
    """Text and anchor of a contents line without its mark."""
    link = read_link(raw)
    return (link[0], link[1].removeprefix("#")) if link else (raw, "")


CONTENTS_WAYS: Ways = {"line": lambda raw: write_contents(*read_contents(raw))}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    """A line of a list as it stands there."""

    number: int
    """Of the line on the page."""
    mark: str
    raw: str
    layout: tuple[Piece, ...]


def split_mark(raw: str) -> tuple[str, str] | None:
    """Mark and text of a numbered or bulleted line."""
    match = LISTED.fullmatch(raw)
    return (match[1], match[2]) if match else None


def read_list(
    rest: Sequence[Chunk],
    part: str,
    ways: Ways,
    form: Callable[[int], str] = "{}. ".format,
    listed: Callable[[str], tuple[str, str] | None] = split_mark,
) -> tuple[list[ListLine], list[Piece]]:
    """The lines of a list, and the pieces of the page that holds it: the list itself, what precedes and follows it.

    What the form does not know stays with the line in front of it, up to a rule, which ends the list.

    Args:
        rest: what stands behind the heading of the list, its lines being chunks of the part `line`.
        part: the name of the list's piece.
        ways: see `Ways`.
        form: the mark of the line that has a number.
        listed: mark and text of a line.
    """
    first = next((i for i, chunk in enumerate(rest) if chunk.part == "line"), len(rest))
    end = next((i for i, chunk in enumerate(rest) if i > first and chunk.part == RULE), len(rest))
    lines: list[ListLine] = []
    pieces = [_other(chunk) for chunk in rest[:first]]
    behind = ""
    nodes: list[list[Piece]] = []
    for index, chunk in enumerate(rest[first:end], first):
        raw, after = join(chunk.lines)
        found = listed(raw) if chunk.part == "line" else None
        if not found:
            nodes[-1].append(markdown(chunk.lines))
            continue
        if index == end - 1:
            after, behind = chunk.lines[0].end, after.removeprefix(chunk.lines[0].end)
        mark, text = found
        nodes.append([piece("line", text, after, ways, None if mark == form(len(nodes) + 1) else mark)])
        lines.append(ListLine(number=chunk.number, mark=mark, raw=text, layout=()))
    if nodes:
        pieces.append(Piece(part=part, after=behind))
    pieces += [_other(chunk) for chunk in rest[end:]]
    return [_with_layout(line, node) for line, node in zip(lines, nodes, strict=True)], pieces


def _with_layout(line: ListLine, node: Sequence[Piece]) -> ListLine:
    return ListLine(number=line.number, mark=line.mark, raw=line.raw, layout=unless_fresh(node, LINE))


def _other(chunk: Chunk) -> Piece:
    return rule(chunk) if chunk.part == RULE else markdown(chunk.lines)
