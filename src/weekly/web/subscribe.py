"""Subscribing, choosing and leaving.

Looking changes nothing: mail scanners follow every link of a mail. Only a POST does, and one click is a POST
(RFC 8058).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
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
from weekly.web.guard import RateLimit, caller
from weekly.web.pages import LANGUAGES, Pages, choices_of, form_of
from weekly.workspace import Workspace

TRAP = "website"
"""A field that people do not see; programs that fill in every form do."""


class Subscriptions:
    """The pages under the links of mails, and the one that brings subscribers."""

    def __init__(self, workspace: Workspace, pages: Pages, *, asks: RateLimit | None = None) -> None:
        """*asks* bounds how often one visitor may ask for a mail."""
        self._workspace, self._pages = workspace, pages
        self._asks = asks or RateLimit(20, 3600)
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
            return self._form(request, Subscriber(email=""))
        form = await form_of(request)
        given = form.get("email", "")[:254]
        topics = self._known(await choices_of(request, "topics")) if form else ()
        language = _language(form) or self._pages.language(request)
        wanted = Subscriber(email=given, topics=topics, language=language, whole_issue="whole_issue" in form)
        try:
            email = address(form.get("email", ""))
        except WeeklyError:
            return self._form(request, wanted, status=422)
        if form.get(TRAP):
            return self._pages.show(request, "asked", email=email)
        if not self._asks.allow(caller(request)):
            return self._pages.show(request, "busy", status=429)
        shown = self._pages.show(request, "asked", email=email)
        shown.background = BackgroundTask(self._ask, replace(wanted, email=email))
        return shown

    def _form(self, request: Request, wanted: Subscriber, *, status: int = 200) -> Response:
        """The form as somebody filled it in, saying that the address is none where it is sent back."""
        problem = status != 200  # noqa: PLR2004 - RFC 9110
        return self._pages.show(
            request, "subscribe", status=status, topics=self._topics, wanted=wanted, problem=problem
        )

    async def _ask(self, subscriber: Subscriber) -> None:
        now = self._workspace.now()
        if not await run_in_threadpool(self._may_ask, subscriber.email):
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
            return self._pages.show(request, "stale", status=410)
        if request.method == "POST":
            await run_in_threadpool(self._confirm, subscriber)
            return self._pages.show(request, "confirmed", email=subscriber.email, language=subscriber.language)
        return self._pages.show(request, "confirm", email=subscriber.email, language=subscriber.language)

    def _confirm(self, subscriber: Subscriber) -> None:
        with self._workspace.store.write() as tx:
            tx.subscribers.confirm(subscriber, self._workspace.now())

    async def preferences(self, request: Request) -> Response:
        """What a subscriber chose, and a form to change it."""
        subscriber = await run_in_threadpool(self._find, request)
        if subscriber is None:
            return self._pages.show(request, "unknown", status=404)
        saved = False
        if request.method == "POST":
            form = await form_of(request)
            topics = self._known(await choices_of(request, "topics"))
            chosen = replace(
                subscriber, topics=topics, language=_language(form), whole_issue="whole_issue" in form,
                status=SubscriberStatus.PAUSED if "pause" in form else SubscriberStatus.ACTIVE,
            )  # fmt: skip
            saved = await run_in_threadpool(self._choose, chosen)
            subscriber = await run_in_threadpool(self._find, request) or subscriber
        return self._pages.show(
            request,
            "preferences",
            language=subscriber.language,
            wanted=subscriber,
            topics=self._topics,
            saved=saved,
            stopped=subscriber.status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED},
            token=_token(request),
        )

    def _choose(self, chosen: Subscriber) -> bool:
        with self._workspace.store.write() as tx:
            return tx.subscribers.set_preferences(
                chosen.id,
                topics=chosen.topics,
                language=chosen.language,
                paused=chosen.status is SubscriberStatus.PAUSED,
                whole_issue=chosen.whole_issue,
            )

    async def unsubscribe(self, request: Request) -> Response:
        """A button, and the end of the mails once it is pressed, here or in a mail program (RFC 8058)."""
        if request.method != "POST":
            subscriber = await run_in_threadpool(self._find, request)
            if subscriber is None:
                return self._pages.show(request, "unknown", status=404)
            return self._pages.show(request, "unsubscribe", language=subscriber.language, token=_token(request))
        number = self._number(request)
        if number is None:
            return self._pages.show(request, "unknown", status=404)
        # Mail services send the form of RFC 8058, or an empty body, or text: the header of the mail asked for the POST.
        on_page = (await form_of(request)).get("sure") == "yes"
        language = await run_in_threadpool(self._stop, number, "on the page" if on_page else "one click")
        return self._pages.show(request, "left", language=language) if on_page else PlainTextResponse("unsubscribed")

    def _stop(self, number: int, how: str) -> str:
        """Ends the mails of a subscriber; one who is gone already has what they want."""
        with self._workspace.store.write() as tx:
            if (subscriber := tx.subscribers.find_by_number(number)) is None:
                return ""
            tx.subscribers.stop(subscriber.email, Reason.UNSUBSCRIBED, self._workspace.now(), how)
        return subscriber.language

    async def nobody(self, request: Request) -> Response:
        """Where the archive's copy of a mail leads: the link of a subscriber is in their own mail."""
        return self._pages.show(request, "nobody")

    def _number(self, request: Request) -> int | None:
        return self._workspace.signer.read_number(SUBSCRIBER, _token(request))

    def _find(self, request: Request) -> Subscriber | None:
        if (number := self._number(request)) is None:
            return None
        with self._workspace.store.read() as tx:
            return tx.subscribers.find_by_number(number)

    def _known(self, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(slug for slug, _, _ in self._topics if slug in given)


def _language(form: Mapping[str, str]) -> str:
    chosen = form.get("language", "")
    return chosen if chosen in LANGUAGES else ""


def _token(request: Request) -> str:
    """The token of a link, without what mail programs take along from the text around it."""
    token: str = request.path_params["token"]
    return token.strip().rstrip("/.>,;:)]}\"'")
