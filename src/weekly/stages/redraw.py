"""A card for a candidate that an editor accepts: at once from what is known, and whole when its page has been read."""

from __future__ import annotations

from dataclasses import replace

from weekly.drafting.extractive_drafter import create
from weekly.models import Candidate, Card, Draft, Kind, Week
from weekly.stages.draft import drafter, drafting_context
from weekly.store import codec
from weekly.workspace import Workspace

WAITING = "its page has not been read yet"
"""The note on a card that will be drawn again."""


def sketch(workspace: Workspace, candidate: Candidate) -> Card:
    """The card of *candidate* from what was collected: an editor does not wait for somebody else's server."""
    known = replace(drafting_context(workspace, "review", fetches=False), evergreen=True)
    card = create(known).card(candidate)
    has_page = candidate.work.lead.kind in {Kind.PAPER, Kind.PROJECT}
    return replace(card, notes=(WAITING,)) if has_page else card


def waiting(draft: Draft) -> tuple[str, ...]:
    """The cards that are to be drawn again."""
    return tuple(card.id for card in draft.cards if WAITING in card.notes)


def complete(workspace: Workspace, week: Week, identifier: str) -> None:
    """Draws a waiting card again with its page and picture; of a card that was edited since, only the picture comes."""
    store = workspace.store
    with store.database.read() as connection:
        candidate = store.candidates.find(connection, week, identifier)
    if candidate is None:
        return
    drawn = drafter(workspace, str(week)).card(candidate)
    with store.database.write() as connection:
        store.database.hold(connection, f"draft {week}")
        revision = store.drafts.newest(connection, week)
        if revision is None or store.issues.get(connection, week) is not None:
            return
        stands = next((card for card in revision.draft.cards if card.id == identifier), None)
        if stands is None or WAITING not in stands.notes:
            return
        untouched = stands == sketch(workspace, candidate)
        better = drawn if untouched else replace(stands, picture=stands.picture or drawn.picture, notes=drawn.notes)
        cards = tuple(better if card.id == identifier else card for card in revision.draft.cards)
        store.drafts.add(connection, replace(revision.draft, cards=cards), revision.author, workspace.now())
        if untouched:
            text = {"text": codec.dump(drawn)}
            store.review_log.add(connection, week, "machine", "drawn", workspace.now(), identifier, text)
