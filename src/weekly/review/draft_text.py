"""What an edited text of a draft says: taken as a whole, or refused by line.

What the text changes is worked out, the draft that this makes is written again, and each line in which that writing and
the text differ is refused. So nothing needs to be foreseen to be noticed: a line is in the draft, or it is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, NamedTuple

from weekly.drafting.picture_decoding import UnfitPicture
from weekly.errors import ParseError
from weekly.formats import digest
from weekly.formats.digest import Cover, Digest, Image, Item, Reference
from weekly.formats.inline import write_image, write_link
from weekly.formats.line_marks import conflicts
from weekly.formats.lines import split
from weekly.formats.lists import write_contents
from weekly.models import Block, Card, Draft, Link, LinkKind, Picture
from weekly.render.card_views import link_label
from weekly.render.markdown import to_text
from weekly.render.paths import PICTURES, on_the_web
from weekly.text.vocabulary import EN, ZH, vocabulary

Writing = Callable[[Draft], tuple[Digest, str]]
"""A draft as a document, and its text."""
PictureSearch = Callable[[str, str], Picture]
"""The picture at an address with a description; raises UnfitPicture, in words."""
TEXT = "issue.md"
"""What the file is called."""
EDITOR = "editor"
"""The origin of a link that somebody wrote."""
_NUMBERED = re.compile(r"\d{1,9}\.[ \t]+(.*)")
_FOREIGN = "no part of an issue: it has headlines, a cover, a summary, cards and references"
_LEFT_OUT = "the file leaves this line out, and the issue cannot"


class RefusedLine(NamedTuple):
    """A line of the text that the draft cannot say, or of the draft that the text leaves out."""

    line: int
    """Counted from 1; of a line that is left out, the one in front of it."""
    text: str
    reason: str


class TextRefused(ParseError):
    """An edited text holds what the draft cannot say; nothing of it was taken.

    Attributes:
        lines: each line that is refused, and why.
    """

    def __init__(self, lines: Sequence[RefusedLine]) -> None:
        first = next((line for line in lines if line.reason != _FOREIGN), lines[0])
        more = f", and {len(lines) - 1} more" if len(lines) > 1 else ""
        super().__init__(f"{TEXT}, line {first.line} ({first.text[:60]!r}): {first.reason}{more}: nothing was taken")
        self.lines = tuple(lines)


def read_draft(text: str, begun: Draft, write: Writing, find_picture: PictureSearch) -> Draft:
    """The draft that *text* makes of *begun*, the one that it was written from.

    Raises TextRefused when it holds a line that the draft would not say, ParseError when it is no issue at all.
    """
    lines = split(text)
    if marks := conflicts(lines):
        raise TextRefused([RefusedLine(line.number, line.text, "left by a merge: choose one side") for line in marks])
    before = _Written(begun, *write(begun))
    try:
        changes = _Changes(before, text, find_picture)
    except ParseError as error:
        raise TextRefused([RefusedLine(1, lines[0].text if lines else "", str(error))]) from error
    draft = changes.draft()
    after = _Written(draft, *write(draft))
    compared = _lines_of_text(text, before, after, changes), _lines_of_draft(after, changes.untouched)
    if refused := list(_differences(*compared, changes.reasons)):
        raise TextRefused(refused)
    return draft


@dataclass(frozen=True)
class _Written:
    """A draft as it is written, and what each line of its lists is about."""

    draft: Draft
    document: Digest
    text: str

    @cached_property
    def lists(self) -> dict[str, tuple[str, ...]]:
        lines: dict[str, tuple[str, ...]] = {}
        for card, line in zip(self.draft.cards, self.document.contents or (), strict=True):
            lines[write_contents(line.text, line.anchor)] = "contents", card.id
        links = [(card, link) for card in self.draft.cards for link in card.links]
        for (card, link), reference in zip(links, self.document.references, strict=True):
            lines[write_link(reference.label, reference.url)] = "references", card.id, link.kind.value, link.url
        return lines


class _Changes:
    """What a document changes in the draft that it was written from."""

    def __init__(self, before: _Written, text: str, find_picture: PictureSearch) -> None:
        self._before, self._text, self._find_picture = before, text, find_picture
        self._document, self._stood = digest.parse(text), digest.parse(before.text)
        if len(self._stood.items) != len(before.draft.cards):
            raise ParseError("a card of this draft reads as no card in a file: edit it on the review page")
        self._language = before.draft.language
        self._words = vocabulary(self._language)
        self.reasons: dict[str, str] = {}
        """Why what stands on a line is not taken, by a part of that line."""
        self.pictures: dict[str, str] = {}
        """How the line of a picture that was found elsewhere is written now."""
        self.untouched = {name for name in ("contents", "references") if self._stands(name)}

    def _stands(self, name: str) -> bool:
        """Whether a list is as it was written, and none of its lines stands elsewhere too."""
        now, stood = _plain(getattr(self._document, name)), _plain(getattr(self._stood, name))
        abouts = (_about(line.text, self._before.lists) for line in split(self._text))
        return now == stood and len(stood) == sum(about is not None and about[0] == name for about in abouts)

    def draft(self) -> Draft:
        """The draft with the changes."""
        begun, stood, now = self._before.draft, self._stood, self._document
        pairs = list(self._pairs())
        cards = [self._card(card, old, new) for card, old, new in pairs]
        if "references" not in self.untouched:
            links = self._links([card for card, _, _ in pairs], cards)
            cards = [replace(card, links=tuple(links[card.id])) for card in cards]
        same = now.headlines == stood.headlines
        draft = replace(
            begun,
            headlines=begun.headlines if same else tuple(map(to_text, now.headlines)),
            summary=begun.summary if now.summary == stood.summary else now.summary,
            cover=self._picture(begun.cover, stood.cover, now.cover),
            cards=tuple(cards),
            blocks=begun.blocks if now.blocks == stood.blocks else self._blocks([card.id for card in cards]),
        )
        if stood.cover and Cover(alt=stood.cover.alt, url="").credit != begun.cover_credit:
            return draft  # the description does not name its author
        return replace(draft, cover_credit=now.cover.credit if now.cover else begun.cover_credit)

    def _blocks(self, cards: Sequence[str]) -> tuple[Block, ...]:
        """The blocks of the document, each behind the one of *cards* that it stands behind there."""
        places = ["", *cards]
        if len(places) != len(self._document.placed_blocks):
            return self._before.draft.blocks  # an item is no card, and refused
        return tuple(
            Block(kind=block.kind, title=to_text(block.title), body=block.body, after=card)
            for card, blocks in zip(places, self._document.placed_blocks, strict=True)
            for block in blocks
        )

    def _pairs(self) -> Iterator[tuple[Card, Item, Item]]:
        """The document's items with the cards that they are, in its order.

        An item is a card by its title, its name, its text, or a reference under its name that is a link of the card.
        What remains on both sides has nothing to do with each other.
        """
        cards, stood = self._before.draft.cards, self._stood.items
        left = dict(enumerate(zip(cards, stood, strict=True)))
        pairs: dict[int, tuple[Card, Item]] = {}
        for is_same in (_same_title, self._same_name, _same_text, self._same_link):
            for at, item in enumerate(self._document.items):
                hits = [key for key, (card, old) in left.items() if at not in pairs and is_same(card, old, item)]
                if len(hits) == 1:
                    pairs[at] = left.pop(hits[0])
        for at, item in enumerate(self._document.items):
            if at in pairs:
                yield *pairs[at], item
            else:
                title = to_text(item.title)[:60]
                told = f"no card of the draft is {title!r}: accept its candidate first, then export again; or keep "
                self.reasons[f"# {item.title}"] = f"{told}its name or its text, or put its name before its links"

    def _same_name(self, card: Card, _: Item, item: Item) -> bool:
        return self._name(item, card)[0] == card.name

    def _same_link(self, card: Card, _: Item, item: Item) -> bool:
        labels = {f"{self._name(item, card)[0]} {link_label(link.kind, self._language)}" for link in card.links}
        urls = {link.url for link in card.links}
        return any(to_text(one.label) in labels and one.url in urls for one in self._document.references)

    def _name(self, item: Item, card: Card) -> tuple[str, str]:
        """Name and line of a title; it is split at the other language's colon too, and refused for it."""
        text = to_text(item.title).replace("\n", " ")
        other = (ZH if self._words.colon == EN.colon else EN).colon
        colon = self._words.colon if self._words.colon in text or other in card.name else other
        name, _, line = text.partition(colon)
        return name.strip(), line.strip()

    def _card(self, card: Card, old: Item, new: Item) -> Card:
        name, line = (card.name, card.line) if new.title == old.title else self._name(new, card)
        return replace(
            card,
            name=name,
            line=line,
            summary=card.summary if new.summary == old.summary else new.summary,
            tags=card.tags if new.tags == old.tags else new.tags,
            picture=self._picture(card.picture, old.image, new.image),
        )

    def _picture(self, stood: Picture | None, old: Image | Cover | None, new: Image | Cover | None) -> Picture | None:
        if new is None or (old and (new.alt, new.url) == (old.alt, old.url)):
            return stood if new else None
        alt = to_text(new.alt)
        try:
            kept = stood if stood and old and new.url == old.url else self._find_picture(new.url, alt)
        except UnfitPicture as error:
            self.reasons[f"]({new.url}"] = str(error)
            return stood
        self.pictures[write_image(new.alt, new.url)] = write_image(new.alt, f"{PICTURES}/{kept.file}")
        return replace(kept, alt=alt)

    def _links(self, begun: Sequence[Card], cards: Sequence[Card]) -> Mapping[str, list[Link]]:
        """The links of each card, by the references under its name or the one that it had."""
        labels: dict[str, dict[str, tuple[Card, LinkKind]]] = {}
        for name, card in [*((card.name, card) for card in cards), *((card.name, card) for card in begun)]:
            for kind in LinkKind:
                label = f"{name} {link_label(kind, self._language)}"
                labels.setdefault(label, {})[card.id] = card, kind
        links: dict[str, list[Link]] = {card.id: [] for card in cards}
        for reference in self._document.references:
            named = list(labels.get(to_text(reference.label), {}).values())
            known = [(card, kind) for card, kind in named if any(link.url == reference.url for link in card.links)]
            if len(known or named) != 1 or not (known or on_the_web(reference.url)):
                kinds = " | ".join(self._words.links.values())
                self.reasons[f"[{reference.label}"] = (
                    f"a reference is [NAME {kinds}](https://…) with the name of a card"
                )
                continue
            [(card, kind)] = known or named
            stood = (link for link in card.links if (link.kind, link.url) == (kind, reference.url))
            links[card.id].append(next(stood, Link(kind=kind, url=reference.url, origin=EDITOR)))
        return links


def _same_title(_: Card, old: Item, item: Item) -> bool:
    return item.title == old.title


def _same_text(_: Card, old: Item, item: Item) -> bool:
    return bool(item.summary) and item.summary == old.summary


def _plain(lines: Sequence[Any]) -> list[tuple[str, str]]:
    """What the lines of a list say, however they are laid out."""
    return [(line.label, line.url) if isinstance(line, Reference) else (line.text, line.anchor) for line in lines]


class _Compared(NamedTuple):
    """A line to be compared: of a list, whatever its number, by what it is about."""

    line: int
    text: str
    says: str | tuple[str, ...]


def _about(text: str, lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    match = _NUMBERED.fullmatch(text)
    return lists.get(match[1]) if match else None


def _lines_of_text(text: str, before: _Written, after: _Written, changes: _Changes) -> list[_Compared]:
    """The lines of the text, but for those of the lists that follow from what was edited elsewhere."""
    lines, cards = [], {card.id for card in after.draft.cards}
    for line in split(text):
        about = _about(line.text, after.lists) or _about(line.text, before.lists)
        if line.text.strip() and (about is None or (about[0] not in changes.untouched and about[1] in cards)):
            lines.append(_Compared(line.number, line.text, about or changes.pictures.get(line.text, line.text)))
    return lines


def _lines_of_draft(after: _Written, untouched: set[str]) -> list[_Compared]:
    lines = []
    for line in split(after.text):
        about = _about(line.text, after.lists)
        if line.text.strip() and (about is None or about[0] not in untouched):
            lines.append(_Compared(line.number, line.text, about or line.text))
    return lines


def _differences(
    text: Sequence[_Compared], draft: Sequence[_Compared], reasons: Mapping[str, str]
) -> Iterator[RefusedLine]:
    """Each line that only one of the two says."""
    matcher = SequenceMatcher(None, [one.says for one in text], [one.says for one in draft], autojunk=False)
    for kind, first, end, other, other_end in matcher.get_opcodes():
        if kind == "equal":
            continue
        rewritten = end - first == other_end - other
        for at in range(first, end):
            told = f"the issue would say {draft[other + at - first].text!r}" if rewritten else _FOREIGN
            why = next((reason for part, reason in reasons.items() if part in text[at].text), told)
            yield RefusedLine(text[at].line, text[at].text, why)
        for missing in [] if rewritten else draft[other:other_end]:
            yield RefusedLine(text[max(end, 1) - 1].line if text else 1, missing.text, _LEFT_OUT)
