"""What opens the review page without its token: browsers that are signed in, and links that editors have made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from weekly.errors import StageError
from weekly.models import Week
from weekly.review.invitations import invitations, revoke
from weekly.workspace import Workspace

REVOKED = "review sessions revoked"
"""The mark of when all sign-ins were ended last: cookies that have no row of their own open nothing from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayIn:
    """A sign-in or a link that opens the page, or a part of it, to whoever holds it."""

    key: str
    kind: str
    """`session`, or `link`."""
    who: str
    since: datetime | None
    until: datetime | None
    detail: str
    """From where a browser has signed in; which week a link is for, and who made it."""


def ways_in(workspace: Workspace) -> list[WayIn]:
    """Everything that opens the page now, sessions first."""
    with workspace.store.read() as tx:
        sessions = tx.review_sessions.standing(workspace.clock())
        weeks = [Week.parse(week) for week in tx.candidates.weeks()]
        links = [(week, link) for week in weeks if not tx.issues.has(week) for link in invitations(tx, week)]
    opened = [
        WayIn(key=one.key, kind="session", who=one.editor, since=one.began_at, until=one.until, detail=one.origin)
        for one in sessions
    ]
    made = [
        WayIn(key=link.key, kind="link", who=link.name, since=None, until=None, detail=f"{week}, made by {link.by}")
        for week, link in links
    ]
    return [*opened, *made]


def revoke_way_in(workspace: Workspace, key: str, by: str) -> None:
    """Ends the session or the link *key*; raises StageError when there is none."""
    with workspace.store.write() as tx:
        if tx.review_sessions.end(key):
            return
    with workspace.store.read() as tx:
        weeks = [Week.parse(week) for week in tx.candidates.weeks()]
        of = next((week for week in weeks if any(link.key == key for link in invitations(tx, week))), None)
    if of is None:
        raise StageError(f"nothing that opens the page is called {key[:40]!r}: see 'weekly review sessions'")
    revoke(workspace, of, key, by)


def revoke_all(workspace: Workspace, by: str) -> int:
    """Ends every session and every link, and returns how many that were."""
    links = [one for one in ways_in(workspace) if one.kind == "link"]
    for link in links:
        revoke_way_in(workspace, link.key, by)
    with workspace.store.write() as tx:
        tx.marks.set(REVOKED, workspace.clock())
        return tx.review_sessions.end_all() + len(links)
