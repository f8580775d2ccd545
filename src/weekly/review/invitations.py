"""Links for people without an account: each lets one guest approve one version, and counts as its maker's approval."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from weekly.errors import NotApproved, StageError
from weekly.models import Week
from weekly.review.approve import folded, unpublished_draft
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that still opens the page."""

    key: str
    name: str
    by: str
    """The editor who made it."""


def invite(workspace: Workspace, week: Week, name: str, by: str) -> Invitation:
    """A link for *name* to look at the draft as it stands and approve it.

    Raises NotApproved for the name of somebody who reviews the week themselves, StageError when there is no draft.
    """
    invitation = Invitation(key=secrets.token_hex(8), name=name, by=by)
    with workspace.store.write() as tx:
        tx.lock(f"draft {week}")
        revision = unpublished_draft(tx, week)
        if folded(name) in {folded(one) for one in (*workspace.settings.review.editors, by, *_reviewers(tx, week))}:
            raise NotApproved(f"{name} reviews this week themselves: a link is for somebody without an account")
        told = {"name": name, "invitation": invitation.key, "hash": revision.hash}
        tx.reviews.record(week, by, "invited", workspace.clock(), data=told)
    return invitation


def invitations(tx: Transaction, week: Week) -> list[Invitation]:
    """The links that still open the page: an edit, a withdrawal and whoever revokes them end them."""
    _, stands = tx.drafts.tip(week)
    alive: dict[str, Invitation] = {}
    for entry in tx.reviews.since(week, 0):
        key = entry.data.get("invitation", "")
        if entry.action == "withdrawn":
            alive.clear()
        elif entry.action == "revoked":
            alive.pop(key, None)
        elif entry.action == "invited" and key and entry.data["hash"] == stands:
            alive[key] = Invitation(key=key, name=entry.data["name"], by=entry.by)
    return list(alive.values())


def revoke(workspace: Workspace, week: Week, key: str, by: str) -> None:
    """Ends a link; raises StageError when it opens nothing any more."""
    with workspace.store.write() as tx:
        invitation = next((one for one in invitations(tx, week) if one.key == key), None)
        if invitation is None:
            raise StageError(f"{week} has no such link: it has ended already")
        told = {"name": invitation.name, "invitation": key}
        tx.reviews.record(week, by, "revoked", workspace.clock(), data=told)


def _reviewers(tx: Transaction, week: Week) -> set[str]:
    """Everybody who has done something about the week, without the guests."""
    return {entry.by for entry in tx.reviews.since(week, 0) if not entry.data.get("invited_by")}
