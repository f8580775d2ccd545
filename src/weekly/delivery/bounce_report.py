"""What came back, and what was refused at once: by mailing, domain and reason, with the words of a mail server."""

from __future__ import annotations

from collections import Counter
from typing import Any

from weekly.delivery.refusals import judge
from weekly.store.transaction import Transaction

REFUSED = "refused"
"""The kind of what a mail server did not take; of what it took and sent back, see `BounceKind`."""


def bounce_report(tx: Transaction) -> list[dict[str, Any]]:
    """A row for each week, domain, kind and cause: how many there were, and the words of one of them.

    The newest mailing comes first, in it what there is most of. Who was erased is not counted.
    """
    rows = [*tx.bounces.summary(), *_refusals(tx)]
    rows.sort(key=lambda row: (-row["count"], row["domain"]))
    return sorted(rows, key=lambda row: str(row["week"]), reverse=True)


def _refusals(tx: Transaction) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, str, str]] = Counter()
    words: dict[tuple[str, str, str], str] = {}
    for week, email, detail in tx.deliveries.failures():
        if "@" not in email:
            continue  # erased
        group = (week, email.rpartition("@")[2].lower(), judge(detail).value)
        counts[group] += 1
        words[group] = detail
    return [
        {"week": week, "domain": domain, "kind": REFUSED, "cause": cause, "count": count, "detail": words[group]}
        for group, count in counts.items()
        for week, domain, cause in [group]
    ]
