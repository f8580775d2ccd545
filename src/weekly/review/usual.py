"""What is usual, and what became of what was published: the week seen beside the weeks before it."""

from __future__ import annotations

from datetime import datetime
from statistics import median

from weekly.checks.context import PublishedUpdate
from weekly.models import Week
from weekly.store.entries import Change
from weekly.store.transaction import Transaction

WEEKS = 8
"""Weeks before one that tell what is usual."""


def usual_shares(tx: Transaction, week: Week) -> dict[str, float]:
    """The share of the entries of the weeks before *week* that each source brought."""
    return tx.entries.shares([week.shift(-back) for back in range(1, WEEKS + 1)])


def usual_cards(tx: Transaction, week: Week) -> int:
    """The cards of a usual issue before that of *week*; 0 where there is none."""
    counts = [len(issue.draft.cards) for issue in tx.issues.latest(week, WEEKS)]
    return round(median(counts)) if counts else 0


def published_updates(tx: Transaction, week: Week) -> list[PublishedUpdate]:
    """The later versions and withdrawals that the runs of *week* noticed of works that other issues published.

    What was corrected since is none of them any more.
    """
    updates = {(update.source, update.key): update for update in tx.entries.updates(week)}
    gone = {(one.source, one.key) for one in tx.entries.updates(week) if one.change is Change.WITHDRAWN}
    published = tx.published_works.find((f"{source}:{key}" for source, key in updates), but=week)
    made = (
        (
            PublishedUpdate(
                publication=found[0],
                card=found[1],
                title=found[2],
                new_title=update.title,
                comment=update.comment,
                version=update.version,
                withdrawn=place in gone,
            ),
            update.at,
        )
        for place, update in updates.items()
        if (found := published.get(f"{place[0]}:{place[1]}"))
    )
    return [one for one, at in made if not _is_corrected(tx, one, at)]


def _is_corrected(tx: Transaction, update: PublishedUpdate, since: datetime) -> bool:
    """Whether something about it was corrected after it was noticed."""
    if not update.in_an_issue:
        return False
    return any(one.card == update.card and one.at >= since for one in tx.issues.errata(Week.parse(update.publication)))
