"""Blocks as templates of pages and mails see them: whose words they are stands over each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from weekly.blocks import by_place, with_places
from weekly.models import Card, Draft
from weekly.render.languages import other_language
from weekly.render.mail_text import MailText, mail_body
from weekly.text import one_line
from weekly.text.vocabulary import vocabulary


@dataclass(frozen=True, kw_only=True)
class BlockView:
    """What templates see of a block."""

    kind: str
    label: str
    """Whose words they are, in the language of the issue."""
    title: str
    body: str
    """Markdown."""
    lang: str = ""
    """The language of its words, where it is another than the reader's."""

    @cached_property
    def mail(self) -> MailText:
        """The body as a mail shows it."""
        return mail_body(self.body)


def block_views(draft: Draft, longest: int) -> dict[str, tuple[BlockView, ...]]:
    """The blocks of *draft* by the card that they follow; titles are cut at *longest* characters."""
    words = vocabulary(draft.language).blocks
    return {
        card: tuple(
            BlockView(
                kind=block.kind.value,
                label=words[block.kind],
                title=one_line(block.title, longest),
                body=block.body,
                lang=other_language(f"{block.title} {block.body}", draft.language),
            )
            for block in blocks
        )
        for card, blocks in by_place(draft.blocks).items()
    }


def with_cards(draft: Draft, cards: Sequence[Card]) -> Draft:
    """*draft* with these cards; a block behind one that is gone follows the one before."""
    before = [card.id for card in draft.cards]
    return replace(draft, cards=tuple(cards), blocks=with_places(draft.blocks, before, {card.id for card in cards}))
