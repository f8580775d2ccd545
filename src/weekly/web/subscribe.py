"""Subscribing, choosing and leaving.

Looking changes nothing: mail scanners follow every link of a mail. Only a POST does, and one click is a POST
(RFC 8058).
"""

from __future__ import annotations

from dataclasses import replace

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from weekly.errors import WeeklyError
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.subscribers.addresses import address
from weekly.web.confirmations import Confirmations
from weekly.web.guard import RateLimit, Refusals, caller
from weekly.web.links import find_number, find_subscriber, token
from weekly.web.pages import LANGUAGES, Form, Pages, read_form, report
from weekly.web.subscription_mails import ask
from weekly.workspace import Workspace

TRAP = "website"
"""A field that people do not see; programs that fill in every form do."""


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
            Route("/preferences", self.nobody, methods=["GET"]),
            Route("/preferences/{token:path}", self.preferences, methods=["GET", "POST"]),
            Route("/unsubscribe", self.nobody, methods=["GET"]),
            Route("/unsubscribe/{token:path}", self.unsubscribe, methods=["GET", "POST"]),
            *Confirmations(self._workspace, self._pages, self._asks, self._refusals).routes(),
        ]

    async def subscribe(self, request: Request) -> Response:
        """The form, and what becomes of it: the same answer for every address, whoever has it."""
        if request.method != "POST":
            return self._form(request, Subscriber(email=""))
        form = await read_form(request)
        wanted = Subscriber(
            email=form.get("email")[:254],
            topics=self._known(form.choices("topics")),
            language=_language(form) or self._pages.language(request),
            whole_issue="whole_issue" in form,
        )
        try:
            email = address(form.get("email"))
        except WeeklyError:
            return self._form(request, wanted, status=422)
        if form.get(TRAP):
            return self._pages.show(request, "asked", email=email)
        if not self._asks.allow(who := caller(request)):
            self._refusals.note("a sign-up was refused: more than 20 an hour from one address", who)
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

    async def _ask(self, wanted: Subscriber) -> None:
        report("a mail that asks for confirmation", await ask(self._workspace, self._pages, wanted, self._refusals))

    async def preferences(self, request: Request) -> Response:
        """What a subscriber chose, and a form to change it."""
        subscriber = await run_in_threadpool(find_subscriber, self._workspace, request)
        if subscriber is None:
            return self._pages.show(request, "unknown", status=404)
        saved = False
        if request.method == "POST":
            form = await read_form(request)
            chosen = replace(
                subscriber,
                topics=self._known(form.choices("topics")),
                language=_language(form),
                whole_issue="whole_issue" in form,
                status=SubscriberStatus.PAUSED if "pause" in form else SubscriberStatus.ACTIVE,
            )
            saved = await run_in_threadpool(self._choose, chosen)
            subscriber = await run_in_threadpool(find_subscriber, self._workspace, request) or subscriber
        return self._pages.show(
            request,
            "preferences",
            language=subscriber.language,
            wanted=subscriber,
            topics=self._topics,
            saved=saved,
            stopped=subscriber.status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED},
            token=token(request),
        )

    def _choose(self, chosen: Subscriber) -> bool:
        with self._workspace.store.write() as tx:
            return tx.subscribers.set_preferences(
                chosen.id,
                self._workspace.now(),
                topics=chosen.topics,
                language=chosen.language,
                paused=chosen.status is SubscriberStatus.PAUSED,
                whole_issue=chosen.whole_issue,
            )

    async def unsubscribe(self, request: Request) -> Response:
        """A button, and the end of the mails once it is pressed, here or in a mail program (RFC 8058)."""
        if request.method != "POST":
            subscriber = await run_in_threadpool(find_subscriber, self._workspace, request)
            if subscriber is None:
                return self._pages.show(request, "unknown", status=404)
            return self._pages.show(request, "unsubscribe", language=subscriber.language, token=token(request))
        number = find_number(self._workspace, request)
        if number is None:
            return self._pages.show(request, "unknown", status=404)
        on_page = await _is_sure(request)
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
    return chosen if chosen in LANGUAGES else ""
