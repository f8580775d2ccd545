"""Subscribing, choosing and leaving.

Looking changes nothing: mail scanners follow every link of a mail. Only a POST does, and one click is a POST
(RFC 8058).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from weekly.errors import WeeklyError
from weekly.publishers.message import READER
from weekly.readers.addresses import address
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.text import one_line
from weekly.web.confirmation import accepted, ask
from weekly.web.guard import RateLimit, caller
from weekly.web.pages import Pages, choices_of, form_of
from weekly.workspace import Workspace

TRAP = "website"
"""A field that people do not see; programs that fill in every form do."""
_LANGUAGES = ("zh", "en")


class Subscriptions:
    """The pages under the links of mails, and the one that brings readers."""

    def __init__(self, workspace: Workspace, pages: Pages, *, asks: RateLimit | None = None) -> None:
        """*asks* bounds how often one visitor may ask for a mail."""
        self._workspace, self._pages = workspace, pages
        self._asks = asks or RateLimit(20, 3600)
        self._topics = [(topic.slug, topic.label("zh"), topic.label("en")) for topic in workspace.settings.topics]

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/subscribe", self.subscribe, methods=["GET", "POST"]),
            Route("/confirm/{token}", self.confirm, methods=["GET", "POST"]),
            Route("/preferences", self.nobody, methods=["GET"]),
            Route("/preferences/{token}", self.preferences, methods=["GET", "POST"]),
            Route("/unsubscribe", self.nobody, methods=["GET"]),
            Route("/unsubscribe/{token}", self.unsubscribe, methods=["GET", "POST"]),
        ]

    async def subscribe(self, request: Request) -> Response:
        """The form, and what becomes of it: the same answer for every address, whoever has it."""
        if request.method != "POST":
            return self._pages.show("subscribe", topics=self._topics, problem="", email="")
        form = await form_of(request)
        try:
            email = address(form.get("email", ""))
        except WeeklyError as error:
            return self._pages.show(
                "subscribe", status=422, topics=self._topics, problem=str(error), email=form.get("email", "")[:254]
            )
        if form.get(TRAP):
            return self._pages.show("asked", email=email)
        if not self._asks.allow(caller(request)):
            return self._pages.show("busy", status=429)
        topics = self._known(await choices_of(request, "topics"))
        reader = Subscriber(email=email, topics=topics, language=_language(form))
        later = BackgroundTask(self._ask, reader)
        shown = self._pages.show("asked", email=email)
        shown.background = later
        return shown

    async def _ask(self, reader: Subscriber) -> None:
        now = self._workspace.now()
        if not await run_in_threadpool(self._may_ask, reader.email):
            return
        if reason := await ask(self._workspace, self._pages, reader, now):
            # The page has answered already, and says the same to everybody: only the owner can see to it.
            sys.stderr.write(f"weekly serve: a mail that asks for confirmation was not sent: {one_line(reason)}\n")

    def _may_ask(self, email: str) -> bool:
        store, now = self._workspace.store, self._workspace.now()
        with store.database.write() as connection:
            # Who called our mail a nuisance is not sent more of it because somebody types their address.
            if store.suppressions.among(connection, [email]).get(email) is Reason.COMPLAINT:
                return False
            return store.requests.allow(connection, email, now)

    async def confirm(self, request: Request) -> Response:
        """A button, and the subscription once it is pressed."""
        now = self._workspace.now()
        reader = accepted(self._workspace, request.path_params["token"], now)
        if reader is None:
            return self._pages.show("stale", status=410)
        if request.method == "POST":
            await run_in_threadpool(self._confirm, reader)
            return self._pages.show("confirmed", email=reader.email, language=reader.language)
        return self._pages.show("confirm", email=reader.email, language=reader.language)

    def _confirm(self, reader: Subscriber) -> None:
        store = self._workspace.store
        with store.database.write() as connection:
            store.subscribers.confirm(connection, reader, self._workspace.now())

    async def preferences(self, request: Request) -> Response:
        """What a reader chose, and a form to change it."""
        reader = await run_in_threadpool(self._reader, request)
        if reader is None:
            return self._pages.show("unknown", status=404)
        saved = False
        if request.method == "POST":
            form = await form_of(request)
            topics = self._known(await choices_of(request, "topics"))
            saved = await run_in_threadpool(self._choose, reader.id, topics, _language(form), "pause" in form)
            reader = self._workspace.store.subscribers.get(reader.id) or reader
        return self._pages.show(
            "preferences",
            language=reader.language,
            reader=reader,
            topics=self._topics,
            saved=saved,
            stopped=reader.status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED},
            token=request.path_params["token"],
        )

    def _choose(self, number: int, topics: tuple[str, ...], language: str, paused: bool) -> bool:  # noqa: FBT001
        store = self._workspace.store
        with store.database.write() as connection:
            return store.subscribers.set_wishes(connection, number, topics=topics, language=language, paused=paused)

    async def unsubscribe(self, request: Request) -> Response:
        """A button, and the end of the mails once it is pressed, here or in a mail program (RFC 8058)."""
        if request.method != "POST":
            reader = await run_in_threadpool(self._reader, request)
            if reader is None:
                return self._pages.show("unknown", status=404)
            return self._pages.show("unsubscribe", language=reader.language, token=request.path_params["token"])
        number = self._number(request)
        if number is None:
            return self._pages.show("unknown", status=404)
        form = await form_of(request)
        one_click = form.get("List-Unsubscribe") == "One-Click"
        if not one_click and form.get("sure") != "yes":
            return PlainTextResponse("nothing to do: POST List-Unsubscribe=One-Click (RFC 8058)", status_code=400)
        language = await run_in_threadpool(self._stop, number, "one click" if one_click else "on the page")
        return PlainTextResponse("unsubscribed") if one_click else self._pages.show("left", language=language)

    def _stop(self, number: int, how: str) -> str:
        """Ends the mails of a reader; one who is gone already has what they want."""
        store = self._workspace.store
        reader = store.subscribers.get(number)
        if reader is None:
            return ""
        with store.database.write() as connection:
            store.subscribers.stop(connection, reader.email, Reason.UNSUBSCRIBED, self._workspace.now(), how)
        return reader.language

    async def nobody(self, request: Request) -> Response:
        """Where the archive's copy of a mail leads: the link of a reader is in the reader's own mail."""
        del request
        return self._pages.show("nobody")

    def _number(self, request: Request) -> int | None:
        return self._workspace.signer.read_number(READER, request.path_params["token"])

    def _reader(self, request: Request) -> Subscriber | None:
        number = self._number(request)
        return self._workspace.store.subscribers.get(number) if number is not None else None

    def _known(self, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(slug for slug, _, _ in self._topics if slug in given)


def _language(form: Mapping[str, str]) -> str:
    chosen = form.get("language", "")
    return chosen if chosen in _LANGUAGES else ""
