"""What editors ask for in comments: lines that begin with `/weekly`, and nothing that merely looks like one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from weekly.errors import ParseError, WeeklyError
from weekly.models import Status, Week
from weekly.review.approve import current_revision
from weekly.review.decide import DraftChange, change_draft, decide, file_under, with_card
from weekly.review.overrides import override
from weekly.review.redraw import complete, waiting_cards
from weekly.stages.draft import drafter
from weekly.store.drafts import Revision
from weekly.text import one_line
from weekly.workspace import Workspace

_WORD = "/weekly"
OVERRIDE = "override"
"""The request that says why a finding may stand."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@#~+=?&%-]{0,199}")
_SLUG = re.compile(r"[a-z0-9_]{1,40}")
_OVERRIDE = re.compile(r"([A-Za-z][A-Za-z0-9_ -]{0,59})=(.{1,500})")
"""As 'weekly approve --override' has it."""
_MOST = 50
"""Requests of one comment that are looked at."""
_ARXIV = re.compile(r"[0-9]{4}\.[0-9]{4,5}")
_DECISIONS = {"accept": Status.ACCEPTED, "reject": Status.REJECTED, "later": Status.LATER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line of a comment."""

    action: str
    """accept, reject, later, topic, redraw or override."""
    card: str = ""
    topic: str = ""
    check: str = ""
    reason: str = ""


def is_writable(identifier: str) -> bool:
    """Whether a request can name *identifier*."""
    return _ID.fullmatch(identifier) is not None


def requests(comment: str) -> list[Request | ParseError]:
    """The requests of *comment*, those that are none as the error that says so; empty for a comment that has none.

    A line counts if it begins with `/weekly`: not one that is quoted, indented or in the middle of a sentence.
    """
    lines = [line.rstrip() for line in comment.splitlines() if line == _WORD or line.startswith(f"{_WORD} ")]
    return [_request(line) for line in lines[:_MOST]]


def _request(line: str) -> Request | ParseError:
    action, *words = line.removeprefix(_WORD).split()[:5] or [""]
    if action == OVERRIDE:
        return _override(line.partition(OVERRIDE)[2])
    wanted = 2 if action == "topic" else 1
    if action not in {*_DECISIONS, "topic", "redraw"}:
        return ParseError("no such request: accept, reject, later, topic, redraw and override are")
    if len(words) != wanted or not is_writable(words[0]):
        return ParseError(f"{action}: write /weekly {action} ID{' SLUG' if action == 'topic' else ''}")
    if action == "topic" and not _SLUG.fullmatch(words[1]):
        return ParseError("topic: a slug such as agents is needed")
    identifier = f"arxiv:{words[0]}" if _ARXIV.fullmatch(words[0]) else words[0]
    return Request(action=action, card=identifier, topic=words[1] if action == "topic" else "")


def _override(text: str) -> Request | ParseError:
    match = _OVERRIDE.fullmatch(text.strip())
    reason = one_line(match[2], 500).strip() if match else ""
    if match is None or not reason:
        return ParseError(f"{OVERRIDE}: write /weekly {OVERRIDE} CHECK=REASON")
    return Request(action=OVERRIDE, check=match[1].strip(), reason=reason)


def fulfil(workspace: Workspace, week: Week, request: Request, by: str) -> str:
    """Does what *by* asked for; returns what became of it, without a word of strangers but the id."""
    try:
        if request.action == "topic":
            file_under(workspace, week, request.card, request.topic, by)
        elif request.action == "redraw":
            _redraw(workspace, week, request.card, by)
        elif request.action == OVERRIDE:
            override(workspace, week, request.check, request.reason, by)
        else:
            decide(workspace, week, request.card, _DECISIONS[request.action], by)
        for waiting in waiting_cards(current_revision(workspace, week).draft):
            complete(workspace, week, waiting)
    except WeeklyError as error:
        return f"not done: {error}"
    return "done"


def _redraw(workspace: Workspace, week: Week, identifier: str, by: str) -> Revision:
    """Draws a card of the draft again, from its sources; where it stands and its topic stay."""
    with workspace.store.read() as tx:
        candidate = tx.candidates.find(week, identifier)
    drawn = drafter(workspace, str(week)).card(candidate) if candidate else None

    def work_out(change: DraftChange) -> Revision:
        standing = change.card(identifier)
        assert drawn is not None  # noqa: S101 - refused below
        return change.save(with_card(change.revision.draft, replace(drawn, topic=standing.topic)))

    if drawn is None:
        raise ParseError(f"{identifier} is no candidate of {week}")
    return change_draft(workspace, week, by, work_out)
