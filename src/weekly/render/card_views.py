"""Cards as templates of pages and mails see them: grouped by topic, each with its anchor and number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from markupsafe import Markup

from weekly.claims import institutions
from weekly.formats.anchors import Slugger
from weekly.formats.digest import Labels
from weekly.models import Card, Draft, Kind, LinkKind, Picture
from weekly.render.block_views import BlockView, block_views
from weekly.render.languages import other_language
from weekly.render.mail_text import MailText, mail_body
from weekly.render.markdown import escape, to_text
from weekly.render.paths import on_the_web
from weekly.settings import Settings
from weekly.text import is_chinese, one_line
from weekly.text.vocabulary import vocabulary

LONGEST_HEADING = 200
"""Characters of a heading that its anchor is made of."""
LONGEST_TAG = 80
"""Characters of a tag, or of an institution's name."""
LONGEST = 20_000
"""Characters of a heading that a page shows."""
LONGEST_CAPTION = 240
BRIEFS = ""
"""In place of a topic: what is no paper, in an issue with papers."""
_CAPTION = re.compile(r"(?<=图)：|(?<=figure): ")
_META = re.compile(r"\d{4}-\d{2}-\d{2}|arXiv:\d{4}\.\d{4,5}")
_MAIN = {
    Kind.PAPER: LinkKind.PAPER,
    Kind.PROJECT: LinkKind.CODE,
    Kind.RELEASE: LinkKind.RELEASE,
    Kind.POST: LinkKind.POST,
    Kind.MODEL: LinkKind.MODEL,
}
_QUOTED = 1_200
"""Characters of the quotations that a reader of another language gets of a card."""
LONGEST_TITLE = 160
"""Characters of a heading, a name or a tag in the mail."""


@dataclass(frozen=True, kw_only=True)
class CardView:
    """What templates see of a card wherever it stands; its words are visible characters, each on one line."""

    anchor: str
    """Where it stands on the issue's page, for ever."""
    heading: str
    name: str
    line: str
    institutions: tuple[str, ...]
    tags: tuple[str, ...]

    def shares(self, tag: str) -> bool:
        """Whether others may have *tag* too: it does not only repeat the name."""
        return tag.casefold() != self.name.casefold()


@dataclass(frozen=True, kw_only=True)
class IssueCard(CardView):
    """A card in its issue: on the page of the issue, and in the mail, which cuts what is too long."""

    card: Card
    language: str
    """Of whoever reads it."""
    number: int
    """In the order in which the issue shows its cards."""
    topic: str
    """The topic's name for readers; empty for a card that fits none."""
    links: tuple[tuple[str, str], ...]
    """Label and address of each; all lead to the web."""

    markdown: str
    """Its text; for who reads another language than the issue's, the quotations in theirs where there are some."""
    lang: str = ""
    """The text's language, where it is another than the reader's."""
    quoted: bool = False
    """Whether that is quotations alone, and the text itself is in another language."""

    authors: str = ""
    """The first of them, and how many there are."""
    known: tuple[str, ...] = ()
    """Date, arXiv id, venue: what is known of these."""
    main: str = ""
    """Where its title and its picture lead: to the paper, the repository, the release, the post."""
    caption: str = ""
    """What the picture shows, in the words of its source."""
    alt: str = ""
    """What is there in place of the picture: the description without the caption."""

    @cached_property
    def body(self) -> MailText:
        """The text as a mail shows it."""
        return mail_body(self.markdown)

    @property
    def own_tags(self) -> tuple[str, ...]:
        """The tags that say more than the topic above the card and the name over it."""
        said = {self.topic.casefold(), self.name.casefold()}
        foreign = self.language == "en" and not self.lang
        return tuple(
            tag for tag in self.tags if tag.casefold() not in said and not (foreign and other_language(tag, "en"))
        )

    blocks: tuple[BlockView, ...] = ()
    """What stands behind it."""

    @property
    def html(self) -> Markup:
        """The mail's text."""
        return self.body.html

    @property
    def text(self) -> str:
        """The same in plain text."""
        return self.body.text

    @property
    def cut(self) -> bool:
        """Whether that is only the beginning."""
        return self.body.cut

    @property
    def picture(self) -> Picture | None:
        """The picture as a mail shows it."""
        return mail_picture(self.card.picture)


def mail_picture(picture: Picture | None) -> Picture | None:
    """A picture as a mail shows it: a long description is cut."""
    return picture and replace(picture, alt=one_line(picture.alt, LONGEST_TITLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The cards of one topic, or the news in brief."""

    slug: str
    """The topic's; empty for the news in brief, which are of several."""
    topic: str
    cards: tuple[IssueCard, ...]


def link_label(kind: LinkKind, language: str) -> str:
    """What a link of that kind is called in *language*."""
    return vocabulary(language).links[kind.value]


def heading(card: Card, labels: Labels) -> str:
    """`name：one line`, or the name alone."""
    return f"{card.name}{labels.colon}{card.line}" if card.line else card.name


def anchors(cards: Iterable[Card], labels: Labels) -> list[str]:
    """The anchor of each card, by GitHub's rule; one whose heading has no letter is called by its number."""
    slugger = Slugger()
    anchors = []
    for number, card in enumerate(cards, 1):
        text = heading(card, labels)[:LONGEST_HEADING]
        named = any(char.isalnum() for char in text)
        anchors.append(slugger.slug(text if named else f"card {number}"))
    return anchors


def by_topic(cards: Sequence[Card]) -> dict[str, list[int]]:
    """Where the cards of each topic stand among *cards*; topics in the order in which readers get them.

    Beside papers, repositories, releases and posts are news in brief: they stand together behind the topics.
    """
    apart = any(card.kind is Kind.PAPER for card in cards)
    places: dict[str, list[int]] = {}
    for at, card in sorted(enumerate(cards), key=lambda placed: apart and placed[1].kind is not Kind.PAPER):
        places.setdefault(BRIEFS if apart and card.kind is not Kind.PAPER else card.topic, []).append(at)
    return places


def groups(
    draft: Draft, labels: Labels, settings: Settings, longest: int = LONGEST, places: Mapping[str, str] | None = None
) -> tuple[Group, ...]:
    """The cards by topic: topics in the order of their first cards, cards in the editor's order.

    Headings, names and the like are cut at *longest* characters. *places* are the anchors of the cards on the issue's
    page, by id, where *draft* is only a part of the issue.
    """
    places = places or card_anchors(draft, labels)
    made, number = [], 0
    blocks = block_views(draft, longest)
    for slug, own in by_topic(draft.cards).items():
        topic = vocabulary(draft.language).briefs if slug == BRIEFS else topic_name(slug, draft.language, settings)
        shown = tuple(
            replace(
                _card(draft.cards[at], number + turn, places, settings, draft.language, labels, longest),
                blocks=blocks.get(draft.cards[at].id, ()),
            )
            for turn, at in enumerate(own, 1)
        )
        number += len(own)
        made.append(Group(slug=slug, topic=topic, cards=shown))
    return tuple(made)


def _card(
    card: Card, number: int, places: Mapping[str, str], settings: Settings, language: str, labels: Labels, longest: int
) -> IssueCard:
    name, line = _named(card, language)
    text, authors, known = split_meta(card, language)
    markdown, lang, quoted = _worded(replace(card, summary=text), language)
    alt, *caption = _CAPTION.split(card.picture.alt if card.picture else "", maxsplit=1)
    return IssueCard(
        card=card,
        language=language,
        number=number,
        anchor=places[card.id],
        heading=one_line(_shown_heading(replace(card, name=name, line=line), labels), longest),
        name=one_line(name, longest),
        line=one_line(line, longest),
        topic=topic_name(card.topic, language, settings),
        institutions=labels_of(_institution(name, language) for name in card.institutions),
        tags=labels_of(card.tags),
        markdown=markdown,
        lang=lang,
        quoted=quoted,
        authors=authors,
        known=known,
        main=_main_link(card),
        alt=one_line(alt, LONGEST_TITLE),
        caption=one_line("".join(caption), LONGEST_CAPTION),
        links=tuple((link_label(link.kind, language), link.url) for link in card.links if on_the_web(link.url)),
    )


def split_meta(card: Card, language: str) -> tuple[str, str, tuple[str, ...]]:
    """The text of *card* without the line of facts at its end; who wrote the work; its date, arXiv id and venue."""
    text, _, last = card.summary.rpartition("\n\n")
    authors, known = _known_facts(card, language)
    if not (text and " · " in last and _META.search(last) and "\n" not in last):
        return card.summary, authors, known
    parts = [to_text(part) for part in last.split(" · ") if not part.startswith("[")]
    if any(other_language(part, language) for part in parts):
        return text, authors, known or tuple(part for part in parts if _META.search(part))
    joined = {mark.join(card.institutions) for mark in ("、", ", ")}
    rest = tuple(part for part in parts[1:] if part not in joined)
    return (text, "", tuple(parts)) if _META.search(parts[0]) else (text, parts[0], rest)


def _known_facts(card: Card, language: str) -> tuple[str, tuple[str, ...]]:
    authors = labels_of(fact.value for fact in card.facts if fact.name == "author")
    others = f" {vocabulary(language).authors % len(authors)}" if len(authors) > 1 else ""
    known = {fact.name: fact.value for fact in card.facts}
    numbers = (match[1] for link in card.links if (match := re.search(r"arxiv\.org/\w+/(\d{4}\.\d{4,5})", link.url)))
    arxiv = next(numbers, "")
    named = (known.get("date", "")[:10], arxiv and f"arXiv:{arxiv}", known.get("venue", ""))
    return f"{authors[0]}{others}" if authors else "", labels_of(named)


def _institution(name: str, language: str) -> str:
    """Its name in the reader's language, where we know one."""
    known = institutions.find(name) if other_language(name, language) else None
    return known.label(language) if known else name


def _main_link(card: Card) -> str:
    wanted = _MAIN[card.kind]
    links = sorted((link for link in card.links if on_the_web(link.url)), key=lambda link: link.kind is not wanted)
    return links[0].url if links else ""


def card_anchors(draft: Draft, labels: Labels) -> dict[str, str]:
    """Where each card of *draft* stands on its page, by the card's id."""
    return dict(zip((card.id for card in draft.cards), anchors(draft.cards, labels), strict=True))


def _shown_heading(card: Card, labels: Labels) -> str:
    """The heading; the work's own title, as its authors wrote it, where name and line are only that title's words."""
    shown = heading(card, labels)
    return card.title if _letters(card.title) == _letters(shown) else shown


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _named(card: Card, language: str) -> tuple[str, str]:
    """Name and line; an English reader gets the work's own title in place of a line in Chinese."""
    if language != "en" or not other_language(card.line, language) or other_language(card.title, language):
        return card.name, card.line
    if card.title.casefold().startswith(card.name.casefold()):
        return card.name, card.title[len(card.name) :].lstrip(" :：-–—")
    return (card.name, card.title) if not other_language(card.name, language) else (card.title, "")


def _worded(card: Card, language: str) -> tuple[str, str, bool]:
    """The text for a reader of *language*, its language if it is another, and whether it is quotations alone."""
    if not (lang := _other_language(card.summary, language)):
        return card.summary, "", False
    blocks = [part for part in card.summary.split("\n\n") if part.startswith(">")]
    quotes = [re.sub(r"(?m)^> ?", "", part) for part in blocks] or [escape(proof.quote) for proof in card.evidence]
    readable, room = [], _QUOTED
    for quote in dict.fromkeys(quotes):
        if is_chinese(quote) == (language == "zh") and len(quote) <= room:
            readable.append(quote)
            room -= len(quote)
    return ("\n\n".join(readable), "", True) if readable else (card.summary, lang, False)


def _other_language(markdown: str, language: str) -> str:
    """The tag of the language of a text's own words, quotations aside; empty when it is the issue's *language*."""
    own = to_text("\n\n".join(part for part in markdown.split("\n\n") if not part.startswith(">"))) if markdown else ""
    # Chinese cards are full of Latin names, English ones hold a Chinese name at most.
    chinese = is_chinese(own) if language == "en" else bool(re.search(r"[\u4e00-\u9fff]", own))
    words = vocabulary("zh" if chinese else "en")
    return "" if not own.strip() or words is vocabulary(language) else words.lang


def labels_of(names: Iterable[str]) -> tuple[str, ...]:
    """Tags or institutions as they are shown and filed: those of which something can be seen."""
    return tuple(dict.fromkeys(filter(None, map(_label, names))))


@lru_cache(maxsize=20_000)  # an archive has few of them, and each on many cards
def _label(name: str) -> str:
    return one_line(name, LONGEST_TAG)


def topic_name(slug: str, language: str, settings: Settings) -> str:
    """What readers call the topic *slug*; empty for `other`, which says nothing."""
    return "" if slug == "other" else settings.topic(slug).label(language)


def references(groups: Iterable[Group]) -> list[tuple[str, str]]:
    """Label and address of every link of the cards, as they stand."""
    return [(f"{card.name} {label}", url) for group in groups for card in group.cards for label, url in card.links]
