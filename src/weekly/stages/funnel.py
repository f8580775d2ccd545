"""What became of a week's entries, as things stand: each is a card, or was lost for a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from weekly.models import Status, Week
from weekly.store.candidates import Funnel
from weekly.store.drafts import Revision
from weekly.store.transaction import Transaction

STEPS = (
    ("fetched", "entries of the week"),
    ("carried_over", "of these put off a week ago"),
    ("added", "added by an editor"),
    ("merged", "the same work as another entry"),
    ("already_published", "published before"),
    ("withdrawn", "withdrawn by their authors"),
    ("candidates", "candidates"),
    ("rejected", "rejected by an editor"),
    ("put_off", "put off by an editor"),
    ("passed_over", "passed over for better ones"),
    ("selected", "cards of the draft"),
)
"""The numbers of a funnel from its mouth on, each with what it counts."""


def week_funnel(
    tx: Transaction, week: Week, revision: Revision | None = None, statuses: Mapping[str, Status] | None = None
) -> Funnel:
    """The funnel of *week* with what the draft and the decisions of editors make of its candidates.

    *revision* is the draft, *statuses* are the decisions about all candidates, where they are at hand.
    """
    stored, revision = tx.candidates.funnel(week), revision or tx.drafts.find(week)
    statuses = tx.candidates.statuses(week) if statuses is None else statuses
    cards = {card.id for card in revision.draft.cards} if revision else set()
    ends = Counter(status for identifier, status in statuses.items() if identifier not in cards)
    return replace(
        stored,
        candidates=len(statuses),
        added=stored.added + len(statuses) - stored.candidates,  # those of the page come after the ranking
        selected=len(cards & statuses.keys()),
        rejected=ends[Status.REJECTED],
        put_off=ends[Status.LATER],
        passed_over=ends[Status.PENDING] + ends[Status.ACCEPTED] if revision else 0,
    )
