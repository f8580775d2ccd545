"""State shared by all review pages: workspace, access, templates, the rendered mail of each revision."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from weekly.errors import WeeklyError
from weekly.models import Draft, Finding, Level, Mail, Week
from weekly.review import preview
from weekly.review.approve import current_revision
from weekly.review.corrections import CALL_FOR_CORRECTION
from weekly.review.findings import findings
from weekly.review.links import probe
from weekly.review.redraw import complete, waiting_cards
from weekly.review.sessions import REVOKED
from weekly.store.drafts import Revision
from weekly.store.review_sessions import ReviewSession
from weekly.web.guard import RateLimit, Refusals, caller
from weekly.web.review.access import COOKIE, SESSION, Access
from weekly.web.review.catalogue import LANGUAGES, TAGS, catalogue
from weekly.web.review.script import script
from weekly.workspace import Workspace

_HERE = Path(__file__).resolve().parent
STATIC = _HERE.parent / "static"
SCRIPT = script(STATIC / "review", "main")
STAMP = hashlib.sha256(b"".join(path.read_bytes() for path in sorted((STATIC / "review").iterdir()))).hexdigest()[:12]
"""Names what scripts and styles say, in their addresses: a browser asks for each once, until they change."""
_KEPT = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPreview:
    """A version of the draft as readers would get it, and what the checks say about it."""

    mail: Mail
    findings: tuple[Finding, ...]

    @property
    def size(self) -> int:
        """Bytes of the mail's HTML."""
        return len(self.mail.html.encode())

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stand in the way."""
        return tuple(finding for finding in self.findings if finding.level is Level.BLOCK)


class ReviewSite:
    """The review pages of one workspace."""

    def __init__(self, workspace: Workspace, token: str) -> None:
        self.workspace = workspace
        self.access = Access(token, workspace.settings.review, workspace.clock)
        self.editors = workspace.settings.review.editors
        self._templates = {language: _templates(language) for language in LANGUAGES}
        self._shown: OrderedDict[str, DraftPreview] = OrderedDict()
        self._lock = threading.Lock()
        self._drawing: set[tuple[str, str]] = set()
        self.probed: set[str] = set()
        """The weeks whose links were asked since the start."""
        self._guesses, self._refusals = RateLimit(20, 60), Refusals("weekly review")
        self._pencil = ThreadPoolExecutor(max_workers=1, thread_name_prefix="redraw")

    def page(self, template: str, status: int = 200, *, language: str = "", **context: Any) -> Response:
        """A page from one of our templates, in *language* or the newsletter's."""
        newsletter = self.workspace.settings.newsletter
        templates = self._templates[language or newsletter.language]
        return HTMLResponse(templates.get_template(template).render(newsletter=newsletter, **context), status)

    def enter(self, request: Request, token: str, wanted: str) -> str:
        """Who comes in by *token*; empty when it opens nothing.

        Raises HTTPException (429) for whoever has sent too many wrong ones: they are not even looked at.
        """
        who = caller(request)
        if self._guesses.is_spent(who):
            self._refusals.note("wrong tokens come faster than they are looked at", who)
            raise HTTPException(429, "Too many wrong tokens from here: wait a minute.", {"Retry-After": "60"})
        name = self.access.entering(token, wanted)
        if not name:
            self._guesses.allow(who)
            self._refusals.note("a token was wrong", who)
        return name

    def sign_in(self, request: Request, response: Response, name: str) -> None:
        """Gives the visitor the cookie of *name*; it goes over TLS alone where the page is served by TLS."""
        asked = request.headers.get("x-forwarded-proto", request.url.scheme)
        secure = "https" in {asked.partition(",")[0].strip(), urlsplit(self.workspace.settings.review.url).scheme}
        now = self.workspace.clock()
        session = ReviewSession(
            key=secrets.token_hex(8),
            editor=name,
            began_at=now,
            until=now + timedelta(seconds=SESSION),
            origin=caller(request)[:100],
        )
        with self.workspace.store.write() as tx:
            tx.review_sessions.add(session)
        text = self.access.sign("session", SESSION, name=name, session=session.key)
        response.set_cookie(COOKIE, text, max_age=SESSION, httponly=True, samesite="lax", secure=secure)

    def sign_out(self, request: Request) -> None:
        """From now on the visitor's cookie opens nothing, wherever a copy of it is."""
        told = self.access.session(request)
        if told is None:
            return
        with self.workspace.store.write() as tx:
            if "session" in told:
                tx.review_sessions.end(told["session"])
            else:
                tx.marks.set(_ended(request.cookies[COOKIE]), self.workspace.clock())

    def who(self, request: Request) -> str:
        """The name of the editor who asks; empty for a stranger and for whoever has signed out or was signed out."""
        told = None if self.access.proxied(request) else self.access.session(request)
        if told is not None:
            with self.workspace.store.read() as tx:
                if "session" in told:
                    ended = not tx.review_sessions.has(told["session"])
                else:  # a cookie of the version before
                    ended = bool(tx.marks.find(_ended(request.cookies[COOKIE])) or tx.marks.find(REVOKED))
            if ended:
                return ""
        return self.access.who(request)

    def shown(self, revision: Revision) -> DraftPreview:
        """The mail and the findings of a revision; the last versions are remembered."""
        with self._lock:
            if preview := self._shown.get(revision.hash):
                self._shown.move_to_end(revision.hash)
                return preview
        made = self.show(revision.draft)
        with self._lock:
            self._shown[revision.hash] = made
            while len(self._shown) > _KEPT:
                self._shown.popitem(last=False)
        return made

    def show(self, draft: Draft) -> DraftPreview:
        """The mail and the findings of *draft*."""
        mail = preview.mail(self.workspace, draft)
        return DraftPreview(mail=mail, findings=tuple(findings(self.workspace, draft, mail)))

    def prepare(self) -> None:
        """Has made what the first visitor would wait for: templates, and the newest week's candidates, mail, checks."""
        self._pencil.submit(self._prepare)

    def _prepare(self) -> None:
        templates = self._templates[self.workspace.settings.newsletter.language]
        for name in templates.list_templates():
            templates.get_template(name)
        with suppress(WeeklyError, IndexError):  # whoever comes is told, and where there is no week nobody waits
            with self.workspace.store.read() as tx:
                week = Week.parse(tx.candidates.weeks()[-1])
                tx.candidates.ranking(week)
            self.shown(current_revision(self.workspace, week))

    def redraw(self, week: Week, draft: Draft) -> None:
        """Has the cards that wait for their pages drawn, one after the other, while the editor goes on."""
        for identifier in waiting_cards(draft):
            with self._lock:
                if (str(week), identifier) in self._drawing:
                    continue
                self._drawing.add((str(week), identifier))
            self._pencil.submit(self._complete, week, identifier)

    def _complete(self, week: Week, identifier: str) -> None:
        try:
            complete(self.workspace, week, identifier)
        except WeeklyError:
            return  # the card stays as it is, with its note; the next start tries again
        finally:
            with self._lock:
                self._drawing.discard((str(week), identifier))

    def probe(self, week: Week, draft: Draft) -> None:
        """Has the links of *draft* asked while the editor goes on; what is dead is a finding from then on."""
        self._pencil.submit(self._probe, week, draft)

    def _probe(self, week: Week, draft: Draft) -> None:
        probe(self.workspace, draft)
        self.forget()
        self.probed.add(str(week))

    def forget(self) -> None:
        """Has the checks look again: what they know beside the draft has changed."""
        with self._lock:
            self._shown.clear()

    def close(self) -> None:
        """Waits for the card in hand and leaves the others for the next start."""
        self._pencil.shutdown(wait=True, cancel_futures=True)


@cache
def _templates(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    strings = catalogue(language)
    made.globals.update(
        _=strings.say,
        told=strings.told,
        lang=strings.lang,
        language=language,
        script=strings.script,
        LANGUAGES=LANGUAGES,
        CALL_FOR_CORRECTION=CALL_FOR_CORRECTION,
    )
    made.globals.update(tag=TAGS[language], static=f"/static/{STAMP}/review")
    return made


def _ended(cookie: str) -> str:
    return f"signed out {hashlib.sha256(cookie.encode('utf-8', 'replace')).hexdigest()[:40]}"
