"""Requests that change a week. A form gets a page in return, a script gets JSON."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from starlette.responses import JSONResponse, RedirectResponse, Response

from weekly.errors import Conflict, ParseError, StageError
from weekly.models import Week
from weekly.review import approve as approving
from weekly.review import edit as editing
from weekly.review import facts as card_facts
from weekly.review import invitations
from weekly.review.approve import current_revision
from weekly.review.looks import changes_since, note_look
from weekly.store.drafts import Revision
from weekly.store.reviews import Comment
from weekly.store.transaction import Transaction
from weekly.web.review import template_context
from weekly.web.review.access import INVITATION
from weekly.web.review.decisions import done
from weekly.web.review.text_diff import Span
from weekly.web.review.visit import Visit


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


def save_facts(visit: Visit) -> Response:
    """Authors, date, institutions, venue and links of a card."""
    identifier = visit.sent("card")
    changes = {name: text for name, text in visit.fields.items() if name in card_facts.LONGEST}
    card_facts.edit_facts(visit.site.workspace, visit.week, identifier, changes, visit.editor, visit.sent("etag"))
    then = visit.path(card=identifier)
    return done(visit, then, go=then)


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
    return done(visit, visit.path(card=identifier))


def comment(visit: Visit) -> Response:
    """A comment on a candidate."""
    text = visit.sent("text").strip()[:4000]
    identifier = visit.sent("card")
    workspace = visit.site.workspace
    now = workspace.clock()
    if not text:
        raise ParseError("text: a comment says something")
    with workspace.store.write() as tx:
        _require_candidate(tx, visit.week, identifier)
        tx.reviews.add_comment(visit.week, Comment(card=identifier, at=now, by=visit.editor, text=text))
        tx.reviews.record(visit.week, visit.editor, "commented", now, identifier)
    return done(visit, visit.path(card=identifier))


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
    return done(visit, visit.path(card=identifier))


def _require_candidate(tx: Transaction, week: Week, identifier: str) -> None:
    if tx.candidates.find(week, identifier) is None:
        raise StageError(f"{week} has no candidate {identifier[:80]!r}")


def ask_links(visit: Visit) -> Response:
    """Asks in the background whether what the draft links to is there."""
    visit.site.probe(visit.week, current_revision(visit.site.workspace, visit.week).draft)
    return done(visit, visit.path("/preview", asked="links"))


def approve(visit: Visit) -> Response:
    """The approval of what was shown, to be published at a moment or after a wait."""
    overrides = {
        name.removeprefix("override:"): text for name, text in visit.fields.items() if name.startswith("override:")
    }
    workspace, expected = visit.site.workspace, visit.sent("hash")
    if not expected:
        raise ParseError("hash: which version is approved? Send the one that the dialog shows")
    moment = due(visit)
    stands = current_revision(workspace, visit.week)
    if expected != stands.hash:
        return _stale(visit, stands)
    revision = approving.approve(workspace, visit.week, visit.editor, overrides, due_at=moment, expected=expected)
    note_look(workspace, visit.week, visit.editor, revision)
    return done(visit, visit.path())


def _stale(visit: Visit, stands: Revision) -> Response:
    """Refuses to approve what is not what the editor saw, and says who has changed which card and how."""
    seen = visit.sent("revision")
    with visit.site.workspace.store.read() as tx:
        number = int(seen) if re.fullmatch(r"[1-9][0-9]{0,8}", seen) else None
        changes = changes_since(tx, visit.week, visit.editor, stands, number)
    told = [
        {
            "by": change.by,
            "action": change.action,
            "card": change.card,
            "diff": [
                [name, "".join(_marked(span) for span in pieces)] for name, pieces in template_context.spans(change)
            ],
        }
        for change in changes
    ]
    who = "; ".join(
        f"{change.by} has {change.action} {f'“{change.card}”' if change.card else 'the head'}" for change in changes
    )
    error = f"{visit.week} has been edited since you looked{f': {who}' if who else ''}: look at v{stands.number}"
    if not visit.wants_json:
        raise Conflict(error)
    return JSONResponse({"error": error, "changed": told}, 409)


def _marked(span: Span) -> str:
    return {"gone": f"[-{span.text}-]", "new": f"{{+{span.text}+}}"}.get(span.kind, span.text)


def due(visit: Visit) -> datetime:
    """When the approved issue may be published: at the moment that was chosen, or after the wait."""
    settings = visit.site.workspace.settings
    now = visit.site.workspace.clock()
    if visit.sent("when") != "at" and not visit.sent("at"):
        return after_wait(visit)
    try:
        local = datetime.fromisoformat(visit.sent("at")[:19])
        moment = local.replace(tzinfo=local.tzinfo or settings.newsletter.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ParseError("at: a date and a time are needed, such as 2025-04-14T18:00") from error
    if not now < moment < now + timedelta(days=366):
        raise ParseError(f"at: {visit.sent('at')[:19]} is not in the year that begins now")
    return max(moment, after_wait(visit))


def after_wait(visit: Visit) -> datetime:
    """The first moment at which what is approved now may be published."""
    workspace = visit.site.workspace
    return workspace.clock() + timedelta(minutes=workspace.settings.review.wait)


def withdraw(visit: Visit) -> Response:
    """Takes the approval back as long as nothing is published."""
    approving.withdraw(visit.site.workspace, visit.week, visit.editor)
    return done(visit, visit.path())


def invite(visit: Visit) -> Response:
    """A signed link with which somebody without an account sees the issue and approves it."""
    name = " ".join(visit.sent("name").split())[:80]
    if not name.isprintable() or not name:
        raise ParseError("name: who gets the link?")
    made = invitations.invite(visit.site.workspace, visit.week, name, visit.editor)
    told = {"name": made.name, "by": made.by, "invitation": made.key}
    link = f"/signed/{visit.site.access.sign('approve', INVITATION, week=str(visit.week), **told)}"
    if visit.wants_json:
        return JSONResponse({"link": link})
    return RedirectResponse(visit.path("/approve", invitation=link), 303)


def revoke(visit: Visit) -> Response:
    """Ends a link that was made."""
    invitations.revoke(visit.site.workspace, visit.week, visit.sent("invitation"), visit.editor)
    return done(visit, visit.path("/approve"))
