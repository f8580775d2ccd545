"""Cards as templates of pages and mails see them: grouped by topic, each with its anchor and number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from weekly.formats.anchors import Slugger
from weekly.formats.digest import Labels
from weekly.models import Card, Draft, LinkKind, Picture
from weekly.render.block_views import BlockView, block_views
from weekly.render.mail_text import MailText, mail_body
from weekly.render.markdown import to_text
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
    number: int
    """In the order in which the issue shows its cards."""
    topic: str
    """The topic's name for readers; empty for a card that fits none."""
    links: tuple[tuple[str, str], ...]
    """Label and address of each; all lead to the web."""

    @cached_property
    def body(self) -> MailText:
        """The text as a mail shows it."""
        return mail_body(self.card.summary)

    lang: str = ""
    """The text's language, where it is another than the issue's."""
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
    """The cards of one topic."""

    slug: str
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
    """Where the cards of each topic stand among *cards*; topics in the order in which readers get them."""
    places: dict[str, list[int]] = {}
    for at, card in enumerate(cards):
        places.setdefault(card.topic, []).append(at)
    return places


def groups(draft: Draft, labels: Labels, settings: Settings, longest: int = LONGEST) -> tuple[Group, ...]:
    """The cards by topic: topics in the order of their first cards, cards in the editor's order.

    Headings, names and the like are cut at *longest* characters.
    """
    named = anchors(draft.cards, labels)
    made, number = [], 0
    blocks = block_views(draft, longest)
    for slug, places in by_topic(draft.cards).items():
        topic = topic_name(slug, draft.language, settings)
        shown = tuple(
            replace(
                _card(draft.cards[at], number + turn, named[at], topic, draft.language, labels, longest),
                blocks=blocks.get(draft.cards[at].id, ()),
            )
            for turn, at in enumerate(places, 1)
        )
        number += len(places)
        made.append(Group(slug=slug, topic=topic, cards=shown))
    return tuple(made)


def _card(card: Card, number: int, anchor: str, topic: str, language: str, labels: Labels, longest: int) -> IssueCard:
    return IssueCard(
        card=card,
        number=number,
        anchor=anchor,
        heading=one_line(heading(card, labels), longest),
        name=one_line(card.name, longest),
        line=one_line(card.line, longest),
        topic=topic,
        institutions=labels_of(card.institutions),
        tags=labels_of(card.tags),
        lang=_other_language(card.summary, language),
        links=tuple((link_label(link.kind, language), link.url) for link in card.links if on_the_web(link.url)),
    )


def _other_language(markdown: str, language: str) -> str:
    """The tag of the language of a text's own words, quotations aside; empty when it is the issue's *language*."""
    own = to_text("\n\n".join(part for part in markdown.split("\n\n") if not part.startswith(">"))) if markdown else ""
    # Chinese cards are full of Latin names, English ones hold a Chinese name at most.
    chinese = is_chinese(own) if language == "en" else bool(re.search(r"[\u4e00-\u9fff]", own))
    words = vocabulary("zh" if chinese else "en")
    return "" if not own.strip() or words is vocabulary(language) else words.lang


def labels_of(names: Iterable[str]) -> tuple[str, ...]:
    """Tags or institutions as they are shown and filed: those of which something can be seen."""
    return tuple(dict.fromkeys(filter(None, (one_line(name, LONGEST_TAG) for name in names))))


def topic_name(slug: str, language: str, settings: Settings) -> str:
    """What readers call the topic *slug*; empty for `other`, which says nothing."""
    return "" if slug == "other" else settings.topic(slug).label(language)


def references(groups: Iterable[Group]) -> list[tuple[str, str]]:
    """Label and address of every link of the cards, as they stand."""
    return [(f"{card.name} {label}", url) for group in groups for card in group.cards for label, url in card.links]
