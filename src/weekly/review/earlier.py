"""Earlier publications whose titles are similar to a new one's."""

from __future__ import annotations

from weekly.checks.earlier import alike
from weekly.models import Week
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace


def similar_titles(workspace: Workspace, week: Week, title: str) -> list[tuple[str, str]]:
    """Other publications, each with its title, that say much the same as *title*: `you said this in W14`."""
    with workspace.store.read() as tx:
        known = earlier_titles(tx, week)
    return alike(title, known)


def earlier_titles(tx: Transaction, week: Week) -> list[tuple[str, str]]:
    """Every title that was published elsewhere than in the issue of *week*, with its publication."""
    return [(publication, title) for publication, title in tx.published_works.titles() if publication != str(week)]
