"""What changes something. A form gets a page in return, a program of ours gets JSON."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response

from weekly.errors import ParseError, StageError
from weekly.models import Status, Week
from weekly.review import approve as approving
from weekly.review import decide as review
from weekly.review import edit as editing
from weekly.review.approve import current_revision
from weekly.store.reviews import Comment
from weekly.store.transaction import Transaction
from weekly.web.review import template_context
from weekly.web.review.access import INVITATION
from weekly.web.review.visit import Visit

_DECISIONS = {
    "accept": Status.ACCEPTED,
    "reject": Status.REJECTED,
    "later": Status.LATER,
    "pending": Status.PENDING,
}


def decide(visit: Visit) -> Response:
    """A decision about a candidate; `undo` is one of the buttons of the same form."""
    action, identifier = visit.sent("action"), visit.sent("candidate")
    if action == "undo":
        return undo(visit)
    if action not in _DECISIONS:
        raise ParseError(f"action: one of {', '.join(_DECISIONS)} is needed")
    workspace = visit.site.workspace
    revision = review.decide(workspace, visit.week, identifier, _DECISIONS[action], visit.editor)
    visit.site.redraw(visit.week, revision.draft)
    return _done(visit, _next(visit, identifier))


def _next(visit: Visit, identifier: str) -> str:
    """The address of the next candidate that waits for a decision."""
    with visit.site.workspace.store.read() as tx:
        statuses = tx.candidates.statuses(visit.week)
    ids = list(statuses)
    at = ids.index(identifier) + 1 if identifier in ids else 0
    follows = [*ids[at:], *ids[:at]]
    return visit.path(card=next((follow for follow in follows if statuses[follow] is Status.PENDING), identifier))


def undo(visit: Visit) -> Response:
    """Takes the editor's last decision back."""
    entry = review.undo(visit.site.workspace, visit.week, visit.editor)
    told = {"undone": {"action": entry.action, "card": entry.card}} if entry else {"undone": None}
    return _done(visit, visit.path(card=entry.card if entry else ""), **told)


def _done(visit: Visit, then: str, **more: Any) -> Response:
    if visit.wants_json:
        return JSONResponse({**template_context.state(visit), **more})
    return RedirectResponse(then, 303)


def arrange(visit: Visit) -> Response:
    """The cards in a new order: one moved by some places, or all of them named."""
    workspace, order = visit.site.workspace, visit.lists.get("order", [])
    if order:
        review.arrange(workspace, visit.week, order, visit.editor)
    else:
        review.move(workspace, visit.week, visit.sent("card"), _steps(visit.sent("steps")), visit.editor)
    return _done(visit, visit.path("/order"))


def _steps(text: str) -> int:
    try:
        return max(-1000, min(1000, int(text[:10])))
    except ValueError as error:
        raise ParseError("steps: a whole number is needed, such as -1") from error


def file_under(visit: Visit) -> Response:
    """A card under another topic."""
    identifier = visit.sent("card")
    review.file_under(visit.site.workspace, visit.week, identifier, visit.sent("topic"), visit.editor)
    return _done(visit, visit.path(card=identifier))


def save_card(visit: Visit) -> Response:
    """The text of a card, if nobody else has written another one since."""
    identifier = visit.query("id") or visit.sent("id")
    changes = {name: text for name, text in visit.fields.items() if name in editing.LONGEST}
    try:
        saved, card = editing.edit(visit.site.workspace, visit.week, identifier, changes, _base(visit), visit.editor)
    except editing.TextConflict as conflict:
        return _conflict(visit, conflict, changes, visit.path(card=identifier))
    if not visit.wants_json:
        return RedirectResponse(visit.path(card=identifier), 303)
    stands = {"etag": saved.etag, "revision": saved.revision, "fields": editing.fields(card)}
    return JSONResponse(stands, headers={"ETag": f'"{saved.etag}"'})


def save_head(visit: Visit) -> Response:
    """Headlines, summary and cover of the issue."""
    changes = {name: text for name, text in visit.fields.items() if name in editing.LONGEST_HEAD}
    try:
        saved = editing.edit_head(visit.site.workspace, visit.week, changes, _base(visit), visit.editor)
    except editing.TextConflict as conflict:
        return _conflict(visit, conflict, changes, visit.path("/order"))
    if not visit.wants_json:
        return RedirectResponse(visit.path("/order"), 303)
    told = {"etag": saved.etag, "revision": saved.revision}
    return JSONResponse(told, headers={"ETag": f'"{saved.etag}"'})


def _base(visit: Visit) -> str:
    base = visit.request.headers.get("if-match", "") or visit.sent("etag")
    if not base:
        raise ParseError("the version that was edited is missing: send it as If-Match")
    return base.strip().removeprefix("W/").strip('"')


def _conflict(visit: Visit, conflict: editing.TextConflict, mine: dict[str, str], back: str) -> Response:
    if visit.wants_json:
        told = {"error": str(conflict), "theirs": dict(conflict.theirs), "by": conflict.by}
        told |= {"etag": conflict.etag, "kept": str(conflict.kept)}
        return JSONResponse(told, 409, headers={"ETag": f'"{conflict.etag}"'})
    pairs = [(name, text, conflict.theirs.get(name, "")) for name, text in mine.items()]
    apart = [pair for pair in pairs if pair[1].replace("\r\n", "\n") != pair[2]]
    address = visit.request.url.path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
    return visit.render("conflict.html.j2", 409, conflict=conflict, mine=mine, apart=apart, address=address, back=back)


def link_quote(visit: Visit) -> Response:
    """A sentence of a source as evidence of a card."""
    identifier = visit.sent("card")
    editing.link_quote(visit.site.workspace, visit.week, identifier, visit.sent("quote"), visit.editor)
    return _done(visit, visit.path(card=identifier))


def comment(visit: Visit) -> Response:
    """A comment on a candidate."""
    text = visit.sent("text").replace("\0", "").encode("utf-8", "replace").decode().strip()[:4000]
    identifier = visit.sent("card")
    workspace = visit.site.workspace
    now = workspace.clock()
    if not text:
        raise ParseError("text: a comment says something")
    with workspace.store.write() as tx:
        _require_candidate(tx, visit.week, identifier)
        tx.reviews.add_comment(visit.week, Comment(card=identifier, at=now, by=visit.editor, text=text))
        tx.reviews.record(visit.week, visit.editor, "commented", now, identifier)
    return _done(visit, visit.path(card=identifier))


def assign(visit: Visit) -> Response:
    """A card for oneself, or free again."""
    identifier, workspace = visit.sent("card"), visit.site.workspace
    now = workspace.clock()
    with workspace.store.write() as tx:
        _require_candidate(tx, visit.week, identifier)
        if visit.sent("release"):
            tx.reviews.unassign(visit.week, identifier)
            tx.reviews.record(visit.week, visit.editor, "released", now, identifier)
        elif (owner := tx.reviews.assign(visit.week, identifier, visit.editor, now)) != visit.editor:
            raise StageError(f"{owner} has claimed this card: ask, or release it first")
        else:
            tx.reviews.record(visit.week, visit.editor, "claimed", now, identifier)
    return _done(visit, visit.path(card=identifier))


def _require_candidate(tx: Transaction, week: Week, identifier: str) -> None:
    if tx.candidates.find(week, identifier) is None:
        raise StageError(f"{week} has no candidate {identifier[:80]!r}")


def note_presence(visit: Visit) -> Response:
    """Who is here and what they have open; tells the others the same of the visitor."""
    workspace, card = visit.site.workspace, visit.sent("card")[:500].replace("\0", "")
    with workspace.store.write() as tx:
        tx.reviews.set_presence(visit.week, visit.editor, card, workspace.clock())
    return JSONResponse({**template_context.state(visit), **template_context.company(visit)})


def ask_links(visit: Visit) -> Response:
    """Asks in the background whether what the draft links to is there."""
    visit.site.probe(visit.week, current_revision(visit.site.workspace, visit.week).draft)
    return _done(visit, visit.path("/preview", asked="links"))


def approve(visit: Visit) -> Response:
    """The approval of what was shown, to be published at a moment or after a wait."""
    overrides = {
        name.removeprefix("override:"): text for name, text in visit.fields.items() if name.startswith("override:")
    }
    approving.approve(
        visit.site.workspace,
        visit.week,
        visit.editor,
        overrides,
        due_at=due(visit),
        expected=visit.sent("hash"),
    )
    return _done(visit, visit.path())


def due(visit: Visit) -> datetime:
    """When the approved issue may be published: at the moment that was chosen, or after the wait."""
    settings = visit.site.workspace.settings
    now = visit.site.workspace.clock()
    if visit.sent("when") != "at":
        return now + timedelta(minutes=settings.review.wait)
    try:
        local = datetime.fromisoformat(visit.sent("at")[:19])
        moment = local.replace(tzinfo=local.tzinfo or settings.newsletter.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ParseError("at: a date and a time are needed, such as 2025-04-14T18:00") from error
    if not now < moment < now + timedelta(days=366):
        raise ParseError(f"at: {visit.sent('at')[:19]} is not in the year that begins now")
    return moment


def withdraw(visit: Visit) -> Response:
    """Takes the approval back as long as nothing is published."""
    approving.withdraw(visit.site.workspace, visit.week, visit.editor)
    return _done(visit, visit.path())


def invite(visit: Visit) -> Response:
    """A signed link with which somebody without an account sees the issue and approves it."""
    name = " ".join(visit.sent("name").split())[:80]
    if not name.isprintable() or not name:
        raise ParseError("name: who gets the link?")
    link = invitation(visit, visit.week, name)
    workspace = visit.site.workspace
    current_revision(workspace, visit.week)
    with workspace.store.write() as tx:
        tx.reviews.record(visit.week, visit.editor, "invited", workspace.clock(), data={"name": name})
    if visit.wants_json:
        return JSONResponse({"link": link})
    return RedirectResponse(visit.path("/approve", invitation=link), 303)


def invitation(visit: Visit, week: Week, name: str) -> str:
    """The path of the signed link."""
    signed = visit.site.access.sign("approve", INVITATION, week=str(week), name=name, by=visit.editor)
    return f"/signed/{signed}"
