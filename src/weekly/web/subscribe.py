"""Subscribing, choosing and leaving.

Looking changes nothing: mail scanners follow every link of a mail. Only a POST does, and one click is a POST
(RFC 8058).
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from weekly.errors import WeeklyError
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.subscribers.addresses import address
from weekly.web.confirmations import Confirmations
from weekly.web.guard import RateLimit, caller
from weekly.web.links import find_number, find_subscriber, token
from weekly.web.pages import Pages, choices_of, form_of, report
from weekly.web.subscription_mails import ask
from weekly.workspace import Workspace

TRAP = "website"
"""A field that people do not see; programs that fill in every form do."""
_LANGUAGES = ("zh", "en")


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
            Route("/preferences", self.nobody, methods=["GET"]),
            Route("/preferences/{token:path}", self.preferences, methods=["GET", "POST"]),
            Route("/unsubscribe", self.nobody, methods=["GET"]),
            Route("/unsubscribe/{token:path}", self.unsubscribe, methods=["GET", "POST"]),
            *Confirmations(self._workspace, self._pages, self._asks).routes(),
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
        subscriber = Subscriber(email=email, topics=topics, language=_language(form))
        later = BackgroundTask(self._ask, subscriber)
        shown = self._pages.show("asked", email=email)
        shown.background = later
        return shown

    async def _ask(self, wanted: Subscriber) -> None:
        report("a mail that asks for confirmation", await ask(self._workspace, self._pages, wanted))

    async def preferences(self, request: Request) -> Response:
        """What a subscriber chose, and a form to change it."""
        subscriber = await run_in_threadpool(find_subscriber, self._workspace, request)
        if subscriber is None:
            return self._pages.show("unknown", status=404)
        saved = False
        if request.method == "POST":
            form = await form_of(request)
            topics = self._known(await choices_of(request, "topics"))
            saved = await run_in_threadpool(self._choose, subscriber.id, topics, _language(form), "pause" in form)
            subscriber = await run_in_threadpool(find_subscriber, self._workspace, request) or subscriber
        return self._pages.show(
            "preferences",
            language=subscriber.language,
            reader=subscriber,
            topics=self._topics,
            saved=saved,
            stopped=subscriber.status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED},
            token=token(request),
        )

    def _choose(self, number: int, topics: tuple[str, ...], language: str, paused: bool) -> bool:  # noqa: FBT001
        with self._workspace.store.write() as tx:
            return tx.subscribers.set_preferences(
                number, self._workspace.now(), topics=topics, language=language, paused=paused
            )

    async def unsubscribe(self, request: Request) -> Response:
        """A button, and the end of the mails once it is pressed, here or in a mail program (RFC 8058)."""
        if request.method != "POST":
            subscriber = await run_in_threadpool(find_subscriber, self._workspace, request)
            if subscriber is None:
                return self._pages.show("unknown", status=404)
            return self._pages.show("unsubscribe", language=subscriber.language, token=token(request))
        number = find_number(self._workspace, request)
        if number is None:
            return self._pages.show("unknown", status=404)
        # Mail services send the form of RFC 8058, or an empty body, or text: the header of the mail asked for the POST.
        on_page = (await form_of(request)).get("sure") == "yes"
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

    def _known(self, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(slug for slug, _, _ in self._topics if slug in given)


def _language(form: Mapping[str, str]) -> str:
    chosen = form.get("language", "")
    return chosen if chosen in _LANGUAGES else ""
