"""What the checks say about a draft."""

from __future__ import annotations

from weekly import checks
from weekly.checks.context import CheckContext
from weekly.models import Draft, Finding, Mail, Week
from weekly.review.earlier import earlier_titles
from weekly.review.links import HOLDS, addresses
from weekly.review.preview import mail
from weekly.review.usual import published_updates, usual_cards, usual_shares
from weekly.workspace import Workspace


def findings(workspace: Workspace, draft: Draft, rendered: Mail | None = None) -> list[Finding]:
    """What the checks say about *draft* and the mail made of it, what blocks first."""
    return checks.findings(_context(workspace, draft, rendered or mail(workspace, draft)))


def _context(workspace: Workspace, draft: Draft, rendered: Mail) -> CheckContext:
    week, since = Week.parse(draft.week), workspace.now() - HOLDS
    with workspace.store.read() as tx:
        candidates = tx.candidates.of(week, [card.id for card in draft.cards])
        health = tx.source_runs.health(week)
        earlier = earlier_titles(tx, week)
        links = tx.links.answers(addresses(draft), since)
        shares, cards, updates = usual_shares(tx, week), usual_cards(tx, week), published_updates(tx, week)
    return CheckContext(
        settings=workspace.settings,
        root=workspace.root,
        client=workspace.client,
        now=workspace.now,
        draft=draft,
        mail=rendered,
        candidates=candidates,
        health=health,
        earlier=earlier,
        usual_shares=shares,
        usual_cards=cards,
        updates=updates,
        links=links,
    )
