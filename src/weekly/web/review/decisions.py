"""Decisions, moves, topics and undo: one by a form, or those that a device has written down, in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, RedirectResponse, Response

from weekly.errors import Conflict, ParseError, WeeklyError
from weekly.models import Status
from weekly.review import decide as review
from weekly.review.approve import current_revision
from weekly.review.undo import undo as take_back
from weekly.store.reviews import LogEntry
from weekly.web.review import template_context
from weekly.web.review.visit import Visit

_STATUSES = {
    "accept": Status.ACCEPTED,
    "reject": Status.REJECTED,
    "later": Status.LATER,
    "pending": Status.PENDING,
}
_ACTIONS = (*_STATUSES, "undo", "move", "place", "topic")
_KEY = re.compile(r"[A-Za-z0-9-]{8,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that an editor wants done."""

    action: str
    candidate: str
    value: str
    """How many places a card moves; its new topic; for `place` a topic and the card before which it stands there."""
    key: str
    """Made by the device, so that what is sent twice is done once; empty for a form."""


def decide(visit: Visit) -> Response:
    """What a form asks for; or what a device sends, each decision under its key with a result of its own.

    A decision that is refused does not keep the later ones from being taken.
    """
    results: dict[str, Any] = {}
    wanted = list(_decisions(visit))
    then = visit.path()
    for decision in wanted:
        try:
            results[decision.key], then = _take(visit, decision)
        except WeeklyError as error:
            if not decision.key:
                raise
            results[decision.key] = {"refused": visit.strings.message(str(error))[0]}
    visit.site.redraw(visit.week, current_revision(visit.site.workspace, visit.week).draft)
    return done(visit, then, results=results) if any(results) else done(visit, then, **results[""])


def _decisions(visit: Visit) -> Iterator[Decision]:
    actions = visit.lists.get("action", [""])
    columns = [visit.lists.get(name, [""] * len(actions)) for name in ("candidate", "value", "key")]
    if any(len(column) != len(actions) for column in columns):
        raise ParseError("action, candidate, value and key: as many of each are needed")
    for action, candidate, value, key in zip(actions, *columns, strict=True):
        if action not in _ACTIONS:
            raise ParseError(f"action: one of {', '.join(_ACTIONS)} is needed")
        if key and not _KEY.fullmatch(key):
            raise ParseError("key: 8 to 64 letters, digits and dashes are needed")
        yield Decision(action=action, candidate=candidate, value=value, key=key)


def _take(visit: Visit, decision: Decision) -> tuple[dict[str, Any], str]:
    """What the device is told of a decision, and the page that follows a form."""
    workspace, week, by = visit.site.workspace, visit.week, visit.editor
    here, key = decision.candidate, decision.key
    try:
        if decision.action == "undo":
            return _undone(visit, take_back(workspace, week, by, key))
        if decision.action == "move":
            review.move(workspace, week, here, _steps(decision.value), by, key)
        elif decision.action == "place":
            topic, _, before = decision.value.partition(" ")
            review.place(workspace, week, here, topic, before, by, key)
        elif decision.action == "topic":
            review.file_under(workspace, week, here, decision.value, by, key)
        else:
            review.decide(workspace, week, here, _STATUSES[decision.action], by, key)
            return {}, "" if visit.wants_json else _next(visit, here)
    except review.Repeated as repeated:
        undoes = repeated.entry.undoes
        if undoes is None:
            return {}, visit.path(card=here)
        if repeated.entry.action == "overruled":
            raise Conflict(f"nothing is taken back: {repeated.entry.data['by']} has changed it since") from repeated
        with workspace.store.read() as tx:
            return _undone(visit, tx.reviews.find_entry(week, undoes))
    return {}, visit.path(card=here)


def _undone(visit: Visit, entry: LogEntry | None) -> tuple[dict[str, Any], str]:
    if entry is None:
        return {"undone": None}, visit.path()
    told: dict[str, Any] = {"undone": {"action": entry.action, "card": entry.card}}
    then = visit.path(card=entry.card)
    return (told | {"go": then} if "candidates" in entry.data else told), then


def _next(visit: Visit, identifier: str) -> str:
    """The address of the next candidate that waits for a decision."""
    with visit.site.workspace.store.read() as tx:
        statuses = tx.candidates.statuses(visit.week)
    ids = list(statuses)
    at = ids.index(identifier) + 1 if identifier in ids else 0
    follows = [*ids[at:], *ids[:at]]
    return visit.path(card=next((follow for follow in follows if statuses[follow] is Status.PENDING), identifier))


def undo(visit: Visit) -> Response:
    """Takes the editor's last act back."""
    told, then = _undone(visit, take_back(visit.site.workspace, visit.week, visit.editor))
    return done(visit, then, **told)


def done(visit: Visit, then: str, **more: Any) -> Response:
    """What follows when something was done: for a program what has changed since it last heard, for a form a page."""
    if visit.wants_json:
        return JSONResponse({**template_context.state(visit, visit.since), **more})
    return RedirectResponse(then, 303)


def arrange(visit: Visit) -> Response:
    """The cards in a new order: one moved by some places, or all of them named."""
    workspace, order = visit.site.workspace, visit.lists.get("order", [])
    if order:
        review.arrange(workspace, visit.week, order, visit.editor)
    else:
        review.move(workspace, visit.week, visit.sent("card"), _steps(visit.sent("steps")), visit.editor)
    return done(visit, visit.path("/order"))


def _steps(text: str) -> int:
    try:
        return max(-1000, min(1000, int(text[:10])))
    except ValueError as error:
        raise ParseError("steps: a whole number is needed, such as -1") from error


def file_under(visit: Visit) -> Response:
    """A card under another topic."""
    identifier = visit.sent("card")
    review.file_under(visit.site.workspace, visit.week, identifier, visit.sent("topic"), visit.editor)
    return done(visit, visit.path(card=identifier))
