"""Subscribing, choosing and leaving.

Looking changes nothing: mail scanners follow every link of a mail. Only a POST does, and one click is a POST
(RFC 8058).
"""

from __future__ import annotations

import sys

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from weekly.delivery.message import SUBSCRIBER
from weekly.errors import WeeklyError
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.subscribers.addresses import address
from weekly.text import one_line
from weekly.web.confirmation import ask, read_offer
from weekly.web.guard import RateLimit, Refusals, caller
from weekly.web.pages import Form, Pages, read_form
from weekly.workspace import Workspace

TRAP = "website"
"""A field that people do not see; programs that fill in every form do."""
_LANGUAGES = ("zh", "en")


class Subscriptions:
    """The pages under the links of mails, and the one that brings subscribers."""

    def __init__(self, workspace: Workspace, pages: Pages, *, asks: RateLimit | None = None) -> None:
        """*asks* bounds how often one visitor may ask for a mail."""
        self._workspace, self._pages = workspace, pages
        self._asks, self._refusals = asks or RateLimit(20, 3600), Refusals("weekly serve")
        self._topics = [(topic.slug, topic.label("zh"), topic.label("en")) for topic in workspace.settings.topics]

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/subscribe", self.subscribe, methods=["GET", "POST"]),
            Route("/confirm/{token:path}", self.confirm, methods=["GET", "POST"]),
            Route("/preferences", self.nobody, methods=["GET"]),
            Route("/preferences/{token:path}", self.preferences, methods=["GET", "POST"]),
            Route("/unsubscribe", self.nobody, methods=["GET"]),
            Route("/unsubscribe/{token:path}", self.unsubscribe, methods=["GET", "POST"]),
        ]

    async def subscribe(self, request: Request) -> Response:
        """The form, and what becomes of it: the same answer for every address, whoever has it."""
        if request.method != "POST":
            return self._pages.show("subscribe", topics=self._topics, problem="", email="")
        form = await read_form(request)
        try:
            email = address(form.get("email"))
        except WeeklyError as error:
            return self._pages.show(
                "subscribe", status=422, topics=self._topics, problem=str(error), email=form.get("email")[:254]
            )
        if form.get(TRAP):
            return self._pages.show("asked", email=email)
        if not self._asks.allow(who := caller(request)):
            self._refusals.note("a sign-up was refused: more than 20 an hour from one address", who)
            return self._pages.show("busy", status=429)
        topics = self._known(form.choices("topics"))
        subscriber = Subscriber(email=email, topics=topics, language=_language(form))
        later = BackgroundTask(self._ask, subscriber)
        shown = self._pages.show("asked", email=email)
        shown.background = later
        return shown

    async def _ask(self, subscriber: Subscriber) -> None:
        now = self._workspace.now()
        if not await run_in_threadpool(self._may_ask, subscriber.email):
            self._refusals.note(
                "a sign-up got no mail: 3 a day for one address, 500 an hour in all, none after a complaint"
            )
            return
        if reason := await ask(self._workspace, self._pages, subscriber, now):
            # The page has answered already, and says the same to everybody: only the owner can see to it.
            sys.stderr.write(f"weekly serve: a mail that asks for confirmation was not sent: {one_line(reason)}\n")

    def _may_ask(self, email: str) -> bool:
        with self._workspace.store.write() as tx:
            return tx.subscribers.request_confirmation(email, self._workspace.now())

    async def confirm(self, request: Request) -> Response:
        """A button, and the subscription once it is pressed."""
        now = self._workspace.now()
        subscriber = await run_in_threadpool(read_offer, self._workspace, _token(request), now)
        if subscriber is None:
            return self._pages.show("stale", status=410)
        if request.method == "POST":
            await run_in_threadpool(self._confirm, subscriber)
            return self._pages.show("confirmed", email=subscriber.email, language=subscriber.language)
        return self._pages.show("confirm", email=subscriber.email, language=subscriber.language)

    def _confirm(self, subscriber: Subscriber) -> None:
        with self._workspace.store.write() as tx:
            tx.subscribers.confirm(subscriber, self._workspace.now())

    async def preferences(self, request: Request) -> Response:
        """What a subscriber chose, and a form to change it."""
        subscriber = await run_in_threadpool(self._find, request)
        if subscriber is None:
            return self._pages.show("unknown", status=404)
        saved = False
        if request.method == "POST":
            form = await read_form(request)
            topics = self._known(form.choices("topics"))
            saved = await run_in_threadpool(self._choose, subscriber.id, topics, _language(form), "pause" in form)
            subscriber = await run_in_threadpool(self._find, request) or subscriber
        return self._pages.show(
            "preferences",
            language=subscriber.language,
            reader=subscriber,
            topics=self._topics,
            saved=saved,
            stopped=subscriber.status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED},
            token=_token(request),
        )

    def _choose(self, number: int, topics: tuple[str, ...], language: str, paused: bool) -> bool:  # noqa: FBT001
        with self._workspace.store.write() as tx:
            return tx.subscribers.set_preferences(number, topics=topics, language=language, paused=paused)

    async def unsubscribe(self, request: Request) -> Response:
        """A button, and the end of the mails once it is pressed, here or in a mail program (RFC 8058)."""
        if request.method != "POST":
            subscriber = await run_in_threadpool(self._find, request)
            if subscriber is None:
                return self._pages.show("unknown", status=404)
            return self._pages.show("unsubscribe", language=subscriber.language, token=_token(request))
        number = self._number(request)
        if number is None:
            return self._pages.show("unknown", status=404)
        on_page = await _is_sure(request)
        language = await run_in_threadpool(self._stop, number, "on the page" if on_page else "one click")
        return self._pages.show("left", language=language) if on_page else PlainTextResponse("unsubscribed")

    def _stop(self, number: int, how: str) -> str:
        """Ends the mails of a subscriber; one who is gone already has what they want."""
        with self._workspace.store.write() as tx:
            if (subscriber := tx.subscribers.find_by_number(number)) is None:
                return ""
            tx.subscribers.stop(subscriber.email, Reason.UNSUBSCRIBED, self._workspace.now(), how)
        return subscriber.language

    async def nobody(self, request: Request) -> Response:
        """Where the archive's copy of a mail leads: the link of a subscriber is in their own mail."""
        del request
        return self._pages.show("nobody")

    def _number(self, request: Request) -> int | None:
        return self._workspace.signer.read_number(SUBSCRIBER, _token(request))

    def _find(self, request: Request) -> Subscriber | None:
        if (number := self._number(request)) is None:
            return None
        with self._workspace.store.read() as tx:
            return tx.subscribers.find_by_number(number)

    def _known(self, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(slug for slug, _, _ in self._topics if slug in given)


async def _is_sure(request: Request) -> bool:
    """Whether the button of our page was pressed.

    Mail services send the form of RFC 8058, or an empty body, or text, or something broken: the header of the mail
    asked for the POST, whatever is in it.
    """
    try:
        return (await read_form(request)).get("sure") == "yes"
    except HTTPException as error:
        if error.status_code == 413:  # noqa: PLR2004 - RFC 9110: the guard has had enough
            raise
        return False


def _language(form: Form) -> str:
    chosen = form.get("language")
    return chosen if chosen in _LANGUAGES else ""


def _token(request: Request) -> str:
    """The token of a link, without what mail programs take along from the text around it."""
    token: str = request.path_params["token"]
    return token.strip().rstrip("/.>,;:)]}\"'")
