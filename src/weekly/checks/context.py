"""What a check looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from weekly.claims import Sources
from weekly.context import PluginContext
from weekly.models import EDITOR, Candidate, Card, Draft, Evidence, Mail, Reach, SourceHealth
from weekly.render.markdown import to_text
from weekly.select.urls import find_urls
from weekly.text.vocabulary import EN

LABELS = (*EN.rows.values(), EN.numbers, EN.foreign_quote)
"""Words of the form in a card's text, which look like names and state nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedUpdate:
    """A later version, or the withdrawal, of a work that was published."""

    publication: str
    """Where: the week of an issue, or a page that was imported."""
    card: str
    """The id of its card there."""
    title: str
    """The work's title as it was published."""
    new_title: str
    comment: str
    """What the authors say of the new version."""
    version: str
    withdrawn: bool

    @property
    def in_an_issue(self) -> bool:
        """Whether it was published in an issue of ours, and no page that was imported."""
        return not self.publication.startswith("import:")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckContext(PluginContext):
    """The draft and what is known about it; a check asks nobody else."""

    draft: Draft
    mail: Mail
    """The mail that would be sent."""
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    """What the cards were made of, by the cards' ids."""
    health: Sequence[SourceHealth] = ()
    """How each source did for the week."""
    earlier: Sequence[tuple[str, str]] = ()
    """What other publications have said: their names (`2025-W14`) and the works' titles."""
    usual_shares: Mapping[str, float] = field(default_factory=dict)
    """The share of the entries of earlier weeks that each source brought; empty where nothing was collected before."""
    usual_cards: int = 0
    """Cards of a usual issue, the median of the last ones; 0 where there is none."""
    updates: Sequence[PublishedUpdate] = ()
    """What this week's runs noticed of works that other issues have published."""
    links: Mapping[str, tuple[Reach, str]] = field(default_factory=dict)
    """What the cards' links lead to, by address, and the detail; only those that were asked within a week."""

    @staticmethod
    def evidence(card: Card) -> Sources:
        """What a card's words may rest on: all that was gathered of its work, its quotes, its facts, its links."""
        proofs = (*card.gathered, *card.evidence)
        people = ", ".join(fact.value for fact in card.facts if fact.name == "author" and fact.origin != EDITOR)
        facts = (fact.value for fact in card.facts if fact.name != "author" and fact.origin != EDITOR)
        texts = [*dict.fromkeys([*LABELS, card.title, *(proof.quote for proof in proofs), people, *facts])]
        if any(proof.origin == EDITOR for proof in card.evidence):  # an editor's own item: their word is the evidence
            texts += [card.name, card.line, to_text(card.summary), *card.institutions]
            proofs = (*proofs, *(Evidence(quote="", url=url) for url in find_urls(card.summary)))
        return Sources(texts, [*(link.url for link in card.links), *(proof.url for proof in proofs)])
