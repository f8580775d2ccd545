from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from weekly.errors import ParseError
from weekly.formats.digest import model
from weekly.formats.digest.lint import digest_findings
from weekly.formats.digest.model import BlockSection, Cover, Digest, Image, Item, Labels, Reference
from weekly.formats.inline import read_image, read_link
from weekly.formats.line_marks import CONTENTS, HEADING, LISTED, heading, is_rule, level, rule
from weekly.formats.lines import Chunk, Line, chunks, join, lead, split
from weekly.formats.lists import CONTENTS_WAYS, ContentsLine, read_contents, read_list
from weekly.formats.pieces import MARKDOWN, RULE, Piece, markdown, piece, unless_fresh

_PAGE = {"summary": model.SUMMARY, "contents": CONTENTS}
_RUNNING = {MARKDOWN, "summary"}


def parse(text: str) -> Digest:
    """The weekly issue that *text* is.

    Raises:
        ParseError: it has no title.
    """
    lines = split(text)
    before, rest = lead(lines)
    reading = _DigestParse(found=_card_labels(rest))
    for role, run in _runs(rest):
        _READERS[role](reading, run)
    if not any(place.part == "title" for place in reading.pieces):
        raise ParseError("no title: a weekly issue begins with a line like # A | B | C【AI周报】")
    digest = reading.digest(before)
    return replace(digest, findings=tuple(digest_findings(digest, lines, reading.places)))


@dataclass(slots=True, kw_only=True)
class _DigestParse:
    """What has been read so far."""

    found: dict[str, str]
    """The words that the issue has for its parts."""
    headlines: tuple[str, ...] = ()
    separator: str = " | "
    cover: Cover | None = None
    summary: str = ""
    items: list[Item] = field(default_factory=list)
    blocks: list[tuple[int, BlockSection]] = field(default_factory=list)
    """Each with the number of items before it."""
    contents: list[ContentsLine] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    places: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: {"contents": [], "references": []})
    """Line and mark of each line of the two lists."""
    named: set[str] = field(default_factory=set)
    """What the contents name."""
    behind: list[Piece] = field(default_factory=list)
    """What the form does not know and stands behind the last item."""

    @property
    def labels(self) -> Labels:
        """The words of the issue; those that do not occur are of the same language as those that do."""
        english = any(getattr(model.EN, part) == word for part, word in self.found.items())
        return replace(model.EN if english else model.ZH, **self.found)

    def flush(self) -> None:
        """Gives the last item, or the block behind it, what stands behind it."""
        if not self.behind:
            return
        if self.blocks and self.blocks[-1][0] == len(self.items):
            at, block = self.blocks[-1]
            self.blocks[-1] = at, replace(block, layout=(*(block.layout or block.fresh), *self.behind))
        else:
            last = self.items[-1]
            self.items[-1] = replace(last, layout=(*(last.layout or last.fresh), *self.behind))
        self.behind.clear()

    def digest(self, before: str) -> Digest:
        self.flush()
        digest = Digest(
            title=self.separator.join(self.headlines) + self.labels.tail,
            headlines=self.headlines,
            cover=self.cover,
            summary=self.summary,
            items=tuple(self.items),
            references=tuple(self.references),
            contents=tuple(self.contents),
            labels=self.labels,
            separator=self.separator,
            lead=before,
        )
        places, labels = digest.places, self.labels
        blocks = tuple(replace(_unmarked(block, labels), after=places[at]) for at, block in self.blocks)
        return replace(digest, blocks=blocks, layout=unless_fresh(self.pieces, digest.fresh))

    def place(self, chunk: Chunk) -> None:
        """Puts a rule, or what the form does not know, on the page."""
        self.pieces.append(rule(chunk) if chunk.part == RULE else markdown(chunk.lines))


def _card_labels(lines: Sequence[Line]) -> dict[str, str]:
    """The labels of the first card that has them."""
    labels: dict[str, str] = {}
    for line in lines:
        match = None if line.code or "**" not in line.text[:2] else model.LABEL.match(line.text)
        if match:
            labels.setdefault(_label_part(match[1]), match[1])
            labels.setdefault("colon", match[2])
    return labels


def _label_part(label: str) -> str:
    return "brief" if label.casefold() in map(str.casefold, model.BRIEF) else "tags"


def _role(line: Line, seen: set[str]) -> str:
    """What a line begins: `title`, `summary`, `contents`, `references`, `section`, or nothing."""
    match = HEADING.match(line.text) if level(line) else None
    if not match:
        return ""
    if match[2] == "#":
        return "other" if seen & {"title", "section"} else "title"
    if (
        "references" not in seen
        and model.REFERENCES_LABEL.fullmatch(match[3])
        and (match[2] == "###" or "section" in seen)
    ):
        return "references"
    if match[2] == "##" and "section" not in seen:
        name = match[3].strip("* \t").casefold()
        for role, names in _PAGE.items():
            if role not in seen and name in map(str.casefold, names):
                return role
    return "section" if match[2] == "##" else ""


def _block_headings(lines: Sequence[Line]) -> dict[int, str]:
    """The headings of blocks, by the line under each that says what it is, and what each begins.

    Where a part of the page follows, a block has no place among the cards: it is kept as it stands.
    """
    told = [line for line in lines if line.text]
    found: dict[int, str] = {}
    for line, follows in pairwise(told):
        text = HEADING.sub(r"\3", line.text).strip("* \t").casefold() if level(line) == 2 else ""  # noqa: PLR2004 - ##
        if any(text in map(str.casefold, names) for names in _PAGE.values()):
            found = dict.fromkeys(found, "other")
        elif text and not follows.code and model.BLOCK_MARK.fullmatch(follows.text):
            found[line.number] = "block"
    return found


def _runs(lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The document cut at the headings that matter."""
    seen: set[str] = set()
    blocks = _block_headings(lines)
    role, run = "", list[Line]()
    for line in lines:
        if begins := blocks.get(line.number) or _role(line, seen):
            if run:
                yield role, run
            role, run = begins, []
            seen.add(begins)
        run.append(line)
    if run:
        yield role, run


def _keep_unknown(reading: _DigestParse, run: Sequence[Line]) -> None:
    """Markdown in its place: behind the last card while cards are being read, on the page otherwise."""
    if (reading.items or reading.blocks) and reading.pieces[-1].part == "items":
        reading.behind.append(markdown(run))
    else:
        reading.pieces.append(markdown(run))


def _title(reading: _DigestParse, run: Sequence[Line]) -> None:
    def begins(line: Line) -> str:
        if level(line) == 1:
            return "title"
        return RULE if is_rule(line) else "image" if read_image(line.text) else ""

    for chunk in chunks(run, begins, _RUNNING):
        raw, after = join(chunk.lines)
        if chunk.part == "title":
            place, text = heading(chunk, "title", "# ", model.WAYS)
            reading.headlines, reading.separator, tail = model.read_title(text)
            reading.found["tail"] = tail
            reading.pieces.append(place)
        elif chunk.part == "image" and not reading.cover and (image := read_image(raw)):
            reading.cover = Cover(alt=image[0], url=image[1])
            reading.pieces.append(piece("cover", raw, after, model.WAYS))
        else:
            reading.place(chunk)


def _summary(reading: _DigestParse, run: Sequence[Line]) -> None:
    head, *rest = chunks(run, lambda line: RULE if is_rule(line) else "head" if line is run[0] else "", _RUNNING)
    place, name = heading(head, "summary_heading", "## ", {})
    reading.found["summary"] = name
    reading.pieces.append(place)
    for chunk in rest:
        if chunk.part == RULE or reading.summary:
            reading.place(chunk)
            continue
        raw, after = join(chunk.lines)
        reading.summary = model.BODY.read(raw)
        reading.pieces.append(piece("summary", raw, after, model.WAYS))


def _contents(reading: _DigestParse, run: Sequence[Line]) -> None:
    head, *rest = _listed(run)
    place, name = heading(head, "contents_heading", "## ", {})
    reading.found["contents"] = name
    reading.pieces.append(place)
    lines, pieces = read_list(rest, "contents", CONTENTS_WAYS)
    reading.pieces += pieces
    for line in lines:
        text, anchor = read_contents(line.raw)
        reading.named.add(text)
        reading.contents.append(ContentsLine(text=text, anchor=anchor, layout=line.layout))
        reading.places["contents"].append((line.number, line.mark))


def _references(reading: _DigestParse, run: Sequence[Line]) -> None:
    head, *rest = _listed(run)
    place, name = heading(head, "references_heading", "### ", model.WAYS)
    label = model.references_label(name)
    reading.found["references"] = label
    if place.mark is None and name == f"**{label}**":
        place = replace(place, written=None)
    else:
        place = replace(place, mark=place.mark or "### ")
    reading.pieces.append(place)
    lines, pieces = read_list(rest, "references", model.REFERENCE_WAYS)
    reading.pieces += pieces
    for line in lines:
        label, url = read_link(line.raw) or (line.raw, "")
        reading.references.append(Reference(label=label, url=url, layout=line.layout))
        reading.places["references"].append((line.number, line.mark))


def _listed(run: Sequence[Line]) -> list[Chunk]:
    """A heading, the lines of a list, and what is neither."""

    def begins(line: Line) -> str:
        if line is run[0]:
            return "head"
        return RULE if is_rule(line) else "line" if LISTED.fullmatch(line.text) else ""

    return chunks(run, begins, _RUNNING)


def _section(reading: _DigestParse, run: Sequence[Line]) -> None:
    """A card, when it has anything that cards have; otherwise, and behind the references, an unknown section."""
    if any(place.part == "references_heading" for place in reading.pieces):
        _keep_unknown(reading, run)
        return
    seen: set[str] = set()

    def begins(line: Line) -> str:
        if line is run[0]:
            return "title"
        if is_rule(line):
            return RULE
        label = model.LABEL.match(line.text)
        part = _label_part(label[1]) if label else "image" if read_image(line.text) else ""
        part = {"brief": "summary"}.get(part, part)
        if not part or part in seen or (part == "image" and "summary" in seen):
            return ""
        seen.add(part)
        return part

    cut = chunks(run, begins, _RUNNING)
    if not seen and (reading.contents or len(cut) > 1) and HEADING.sub(r"\3", run[0].text) not in reading.named:
        _keep_unknown(reading, run)
        return
    item = Item(title="")
    pieces = []
    for chunk in cut:
        item, place = _item_part(item, chunk, reading.labels)
        pieces.append(place)
    _begin_items(reading)
    reading.items.append(replace(item, layout=unless_fresh(pieces, item.fresh)))


def _begin_items(reading: _DigestParse) -> None:
    """From here on items and blocks follow each other."""
    if not (reading.items or reading.blocks):
        reading.pieces.append(Piece(part="items", after=""))
    reading.flush()


def _block(reading: _DigestParse, run: Sequence[Line]) -> None:
    """Words beside the cards: title, the mark of whose they are, and all up to a rule."""
    if any(place.part == "references_heading" for place in reading.pieces):
        _keep_unknown(reading, run)
        return
    kind = next(at for at in range(1, len(run)) if run[at].text)
    body = next((at for at in range(kind + 1, len(run)) if run[at].text), len(run))
    end = next((at for at in range(body, len(run)) if not run[at].code and is_rule(run[at])), len(run))
    place, title = heading(Chunk("title", list(run[:kind])), "title", "## ", model.BLOCK_WAYS)
    mark, after = join(run[kind:body])
    pieces = [place, Piece(part="kind", mark=mark, after=after)]
    text = ""
    if body < end:
        raw, after = join(run[body:end])
        text = model.BLOCK_BODY.read(raw)
        pieces.append(piece("body", raw, after, model.BLOCK_WAYS))
    rest = chunks(run[end:], lambda line: RULE if is_rule(line) else "", _RUNNING) if end < len(run) else []
    pieces += [rule(chunk) if chunk.part == RULE else markdown(chunk.lines) for chunk in rest]
    match = model.BLOCK_MARK.fullmatch(mark)
    assert match is not None  # noqa: S101 - the caller matched it
    _begin_items(reading)
    made = BlockSection(kind=model.BLOCK_MARKS[match[1].casefold()], title=title, body=text, layout=tuple(pieces))
    reading.blocks.append((len(reading.items), made))


def _unmarked(block: BlockSection, labels: Labels) -> BlockSection:
    """*block* without a mark of its own where it is marked as the issue's language has it."""
    usual = f"> {labels.blocks[block.kind]}"
    pieces = [replace(one, mark=None) if one.part == "kind" and one.mark == usual else one for one in block.layout]
    return replace(block, layout=unless_fresh(pieces, block.fresh))


def _item_part(item: Item, chunk: Chunk, labels: Labels) -> tuple[Item, Piece]:
    """The card with one more part, and that part's place."""
    raw, after = join(chunk.lines)
    if chunk.part == "title":
        place, text = heading(chunk, "title", "## ", model.ITEM_WAYS)
        return replace(item, title=text), place
    if chunk.part == "image" and (image := read_image(raw)):
        place = piece("image", raw, after, model.ITEM_WAYS)
        return replace(item, image=Image(alt=image[0], url=image[1])), place
    label = model.LABEL.match(raw)
    if chunk.part not in {"summary", "tags"} or not label:
        return item, rule(chunk) if chunk.part == RULE else markdown(chunk.lines)
    text = raw[label.end() :]
    usual = f"**{labels.brief if chunk.part == 'summary' else labels.tags}**{labels.colon}"
    place = piece(chunk.part, text, after, model.ITEM_WAYS, None if label[0] == usual else label[0])
    if chunk.part == "summary":
        return replace(item, summary=model.BODY.read(text, behind=True)), place
    return replace(item, tags=model.read_tags(text)), place


_READERS = {
    "": _keep_unknown,
    "title": _title,
    "summary": _summary,
    "contents": _contents,
    "references": _references,
    "section": _section,
    "block": _block,
    "other": _keep_unknown,
}
