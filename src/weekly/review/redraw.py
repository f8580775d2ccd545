"""A card for a candidate that an editor accepts: at once from what is known, and whole when its page has been read."""

from __future__ import annotations

from dataclasses import replace

from weekly.drafting.extractive_drafter import create
from weekly.drafting.plain_card import card_or_plain
from weekly.models import EDITOR, Candidate, Card, Draft, Evidence, Kind, Link, LinkKind, Week
from weekly.stages.assess import BY_HAND
from weekly.stages.draft import drafter, drafting_context
from weekly.store import codec
from weekly.store.drafts import MACHINE
from weekly.workspace import Workspace

WAITING = "its page has not been read yet"
"""The note on a card that will be drawn again."""


def draft_offline(workspace: Workspace, candidate: Candidate) -> Card:
    """The card of *candidate* from what was collected: an editor does not wait for somebody else's server."""
    if candidate.work.lead.source == BY_HAND:
        return _as_written(candidate)
    known = replace(drafting_context(workspace, "review", fetches=False), evergreen=True)
    card = card_or_plain(create(known), candidate)
    has_page = candidate.work.lead.kind in {Kind.PAPER, Kind.PROJECT}
    return replace(card, notes=(WAITING,)) if has_page else card


def _as_written(candidate: Candidate) -> Card:
    """The card of what an editor has written, whose word is its evidence."""
    lead = candidate.work.lead
    return Card(
        id=candidate.work.id,
        kind=lead.kind,
        topic=candidate.topic,
        name=lead.title,
        line=lead.comment,
        title=lead.title,
        summary=lead.text,
        tags=(),
        links=(Link(kind=LinkKind.POST, url=lead.url, origin=EDITOR),) if lead.url else (),
        evidence=(Evidence(quote=lead.text, url=lead.url, origin=EDITOR),),
        keys=tuple(sorted(candidate.work.keys)),
    )


def waiting_cards(draft: Draft) -> tuple[str, ...]:
    """The cards that are to be drawn again."""
    return tuple(card.id for card in draft.cards if WAITING in card.notes)


def complete(workspace: Workspace, week: Week, identifier: str) -> None:
    """Draws a waiting card again with its page and picture; of a card that was edited since, only the picture comes."""
    with workspace.store.read() as tx:
        candidate = tx.candidates.find(week, identifier)
    if candidate is None:
        return
    first, drawn = draft_offline(workspace, candidate), card_or_plain(drafter(workspace, str(week)), candidate)
    with workspace.store.write() as tx:
        tx.lock(f"draft {week}")
        revision = tx.drafts.find(week)
        stands = next((card for card in revision.draft.cards if card.id == identifier), None) if revision else None
        if revision is None or stands is None or WAITING not in stands.notes or tx.issues.has(week):
            return
        better = (
            drawn if stands == first else replace(stands, picture=stands.picture or drawn.picture, notes=drawn.notes)
        )
        cards = tuple(better if card.id == identifier else card for card in revision.draft.cards)
        tx.drafts.add(replace(revision.draft, cards=cards), revision.author, workspace.now())
        if stands == first:
            tx.reviews.record(week, MACHINE, "drawn", workspace.clock(), identifier, {"text": codec.dump(drawn)})
