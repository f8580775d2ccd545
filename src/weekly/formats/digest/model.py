"""The weekly issue: headlines, cover, summary, contents, one card for each work, references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from weekly.blocks import BlockKind
from weekly.formats.anchors import Slugger, plain
from weekly.formats.body import HEADING, Body
from weekly.formats.body import RULE as RULE_LINE
from weekly.formats.inline import one_line, read_cells, read_image, read_link, write_cells, write_image, write_link
from weekly.formats.lists import LINE, ContentsLine
from weekly.formats.pieces import RULE, DocumentFinding, Piece, RenderedPiece, Ways, findings, layout, render_pieces
from weekly.text import vocabulary
from weekly.text.vocabulary import Vocabulary

SUMMARY = (vocabulary.ZH.summary, vocabulary.EN.summary)
BRIEF = (vocabulary.ZH.brief, vocabulary.EN.brief)
TAGS = (vocabulary.ZH.tags, vocabulary.EN.tags)
REFERENCES = (vocabulary.ZH.references, "参考文献", vocabulary.EN.references)
LABEL = re.compile(rf"\*\*({'|'.join(BRIEF + TAGS)})\*\*([：:][ \t]*)", re.IGNORECASE)
"""What a card's summary and its tags begin with."""
TAIL = re.compile(r"(?:【[^【】|]*】|[ \t]\[[^\[\]|]*\])\Z")
"""The name of the newsletter behind the headlines."""

REFERENCES_LABEL = re.compile(rf"(\**)(?P<label>{'|'.join(REFERENCES)})[:：]?\1", re.IGNORECASE)

BLOCK_MARKS = {
    word.casefold(): BlockKind(kind) for words in (vocabulary.ZH, vocabulary.EN) for kind, word in words.blocks.items()
}
"""The kind of block that each word marks."""
BLOCK_MARK = re.compile(rf">[ \t]*({'|'.join(BLOCK_MARKS)})[ \t]*", re.IGNORECASE)
"""The line under the title of a block."""

BODY = Body(HEADING, RULE_LINE, LABEL.pattern, r"!\[")
BLOCK_BODY = Body(r"#{1,2}(?:[ \t]|$)", RULE_LINE, rf"###[ \t]+\W*(?:{'|'.join(REFERENCES)})")
_CREDIT = re.compile(r"(?:作者|\bby)[:： \t]*(\S.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words of the form in one language."""

    summary: str
    contents: str
    brief: str
    tags: str
    references: str
    colon: str
    tail: str
    """Behind the headlines in the title."""

    @property
    def blocks(self) -> Mapping[str, str]:
        """What blocks are marked as."""
        return (vocabulary.EN if self.brief == vocabulary.EN.brief else vocabulary.ZH).blocks

    @classmethod
    def of(cls, words: Vocabulary, newsletter: str) -> Labels:
        """The words of a language for the issues of a *newsletter*."""
        return cls(
            summary=words.summary,
            contents=words.contents,
            brief=words.brief,
            tags=words.tags,
            references=words.references,
            colon=words.colon,
            tail=words.tail % newsletter,
        )


ZH = Labels.of(vocabulary.ZH, "AI周报")
EN = Labels.of(vocabulary.EN, "AI Weekly")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture."""

    alt: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """The picture under the title; *credit* is its author, found in *alt* when not given."""

    alt: str
    url: str
    credit: str = ""

    def __post_init__(self) -> None:
        if not self.credit and (match := _CREDIT.search(self.alt)):
            object.__setattr__(self, "credit", match[1].strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """The card of one work."""

    title: str
    """`name：one line`."""
    image: Image | None = None
    summary: str = ""
    tags: tuple[str, ...] = ()
    """Without their `#`."""
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The card's parts in order, for a template."""
        texts = {
            "title": one_line(self.title),
            "image": write_image(self.image.alt, self.image.url) if self.image else None,
            "summary": BODY.write(self.summary, behind=True) if self.summary else None,
            "tags": write_tags(self.tags) if self.tags else None,
        }
        return render_pieces(self.layout, self.fresh, texts, ITEM_WAYS)

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a card written from scratch."""
        parts = {"image": self.image, "summary": self.summary, "tags": self.tags}
        return [Piece(part="title"), *(Piece(part=part) for part, value in parts.items() if value), Piece(part=RULE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSection:
    """Words beside the cards, marked as whose they are: `## TITLE` and `> 编者按` under it."""

    kind: BlockKind
    title: str
    body: str = ""
    after: str = ""
    """The title of the item before it, or its number where several have that title; empty before the first."""
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The block's parts in order, for a template."""
        texts = {"title": one_line(self.title), "kind": "", "body": BLOCK_BODY.write(self.body) if self.body else None}
        return render_pieces(self.layout, self.fresh, texts, BLOCK_WAYS)

    @property
    def fresh(self) -> list[Piece]:
        """The layout of a block written from scratch."""
        parts = ("title", "kind", *(["body"] if self.body else []), RULE)
        return [Piece(part=part) for part in parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A link of the closing list."""

    label: str
    url: str
    layout: tuple[Piece, ...] = layout()

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The line, for a template."""
        text = write_link(self.label, self.url) if self.url else one_line(self.label)
        return render_pieces(self.layout, LINE, {"line": text}, REFERENCE_WAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A weekly issue.

    Title and contents follow from the headlines and the items when they are not given. Of an issue that was read
    they are what stands there, mistakes included.
    """

    title: str = ""
    """As readers see it, with the name of the newsletter behind it."""
    headlines: tuple[str, ...] = ()
    cover: Cover | None = None
    summary: str = ""
    items: tuple[Item, ...] = ()
    references: tuple[Reference, ...] = ()
    contents: tuple[ContentsLine, ...] | None = None
    blocks: tuple[BlockSection, ...] = field(default=(), metadata={"optional": True})
    labels: Labels = field(default=ZH, metadata={"layout": True})
    separator: str = field(default=" | ", metadata={"layout": True})
    """Between two headlines."""
    lead: str = field(default="", metadata={"layout": True})
    """White space in front of everything."""
    layout: tuple[Piece, ...] = layout()
    findings: tuple[DocumentFinding, ...] = findings()

    def __post_init__(self) -> None:
        if not self.title:
            object.__setattr__(self, "title", self.separator.join(self.headlines) + self.labels.tail)
        if self.contents is None:
            object.__setattr__(self, "contents", self._derived_contents())

    def _derived_contents(self) -> tuple[ContentsLine, ...]:
        slugs = Slugger()
        for heading in (self.title, self.labels.summary, self.labels.contents):
            slugs.slug(plain(heading))
        opening, *behind = self.placed_blocks
        for block in opening:
            slugs.slug(plain(block.title))
        lines = []
        for item, blocks in zip(self.items, behind, strict=True):
            title = one_line(item.title)
            lines.append(ContentsLine(text=title, anchor=slugs.slug(plain(title))))
            for block in blocks:
                slugs.slug(plain(block.title))
        return tuple(lines)

    @property
    def places(self) -> list[str]:
        """What blocks call each place among the items, the one before them first."""
        titles = [item.title for item in self.items]
        return ["", *(title if titles.count(title) == 1 else str(at) for at, title in enumerate(titles, 1))]

    @property
    def placed_blocks(self) -> list[list[BlockSection]]:
        """The blocks before the items, then those behind each; one whose item is not there stands at the end."""
        places = {name: at for at, name in reversed([*enumerate(self.places)])}
        placed: list[list[BlockSection]] = [[] for _ in range(len(self.items) + 1)]
        for block in self.blocks:
            placed[places.get(block.after, -1)].append(block)
        return placed

    @property
    def heading(self) -> str:
        """The title as Markdown: a `|` that separates no headlines gets a backslash."""
        composed = self.separator.join(map(one_line, self.headlines)) + self.labels.tail
        if self.headlines and one_line(composed) == one_line(self.title):
            return write_cells(self.headlines, self.separator) + self.labels.tail
        return one_line(self.title)

    @property
    def pieces(self) -> list[RenderedPiece]:
        """The issue's parts in order, for a template; `contents`, `items` and `references` stand for all of theirs."""
        texts = {
            "title": self.heading,
            "cover": write_image(self.cover.alt, self.cover.url) if self.cover else None,
            "summary_heading": self.labels.summary,
            "summary": BODY.write(self.summary) if self.summary else None,
            "contents_heading": self.labels.contents,
            "references_heading": self.labels.references,
            **dict.fromkeys(("contents", "items", "references"), ""),
        }
        return render_pieces(self.layout, self.fresh, texts, WAYS)

    @property
    def fresh(self) -> list[Piece]:
        """The layout of an issue written from scratch: that of the first issues of the newsletter."""
        rule = Piece(part=RULE)
        parts = [Piece(part="title")]
        if self.cover:
            parts += [Piece(part="cover")]
        if self.summary:
            parts += [Piece(part="summary_heading", after="  \n\n"), Piece(part="summary"), rule]
        if self.contents:
            parts += [Piece(part="contents_heading", after="  \n\n"), Piece(part="contents", after="\n"), rule]
        parts += [Piece(part="items", after="")]
        if self.references:
            parts += [Piece(part="references_heading"), Piece(part="references", after="")]
        return parts


def body_way(raw: str) -> str:
    """How running text is written again."""
    return BODY.again(raw)


def image_way(raw: str) -> str:
    """How a picture is written again."""
    image = read_image(raw)
    return write_image(*image) if image else raw


def read_title(raw: str) -> tuple[tuple[str, ...], str, str]:
    """Headlines, what separates them and what stands behind them in a title."""
    tail = match[0] if (match := TAIL.search(raw)) else ""
    rest = raw.removesuffix(tail)
    headlines = read_cells(rest)
    return headlines, " | " if " | " in rest or len(headlines) == 1 else "|", tail


def title_way(raw: str) -> str:
    """How a title is written again."""
    headlines, separator, tail = read_title(raw)
    return write_cells(headlines, separator) + tail


def write_tags(tags: tuple[str, ...]) -> str:
    """`#a #b`; blanks in a tag become hyphens."""
    return " ".join("#" + re.sub(r"\s+", "-", tag.strip()) for tag in tags)


def read_tags(raw: str) -> tuple[str, ...]:
    """The tags of a card without their `#`."""
    return tuple(word.removeprefix("#") for word in re.split(r"[、，,][ \t]*(?=#)|\s+", raw) if word)


def reference_way(raw: str) -> str:
    """How a reference is written again."""
    link = read_link(raw)
    return raw if link is None else write_link(*link)


def references_label(raw: str) -> str:
    """The words in the heading of the references."""
    match = REFERENCES_LABEL.fullmatch(raw)
    return match["label"] if match else raw


BLOCK_WAYS: Ways = {"title": one_line, "body": BLOCK_BODY.again}
WAYS: Ways = {
    "title": title_way,
    "cover": image_way,
    "summary": body_way,
    "references_heading": references_label,
}
ITEM_WAYS: Ways = {
    "title": one_line,
    "image": image_way,
    "summary": lambda raw: BODY.write(BODY.read(raw, behind=True), behind=True),
    "tags": lambda raw: write_tags(read_tags(raw)),
}
REFERENCE_WAYS: Ways = {"line": reference_way}
