"""What becomes of a confirmation mail's link: a new subscriber, or a new address of one. Only a POST answers it."""

from __future__ import annotations

from functools import partial

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from weekly.errors import WeeklyError
from weekly.store.confirmation_requests import ConfirmationRequest
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.store.suppressions import fold
from weekly.subscribers.addresses import address
from weekly.web.guard import RateLimit, Refusals, caller
from weekly.web.links import find_subscriber, token
from weekly.web.pages import Pages, read_form, report
from weekly.web.subscription_mails import ask, tell_old_address, welcome
from weekly.workspace import Workspace


class Confirmations:
    """The page of a confirmation, and the one that asks for a new address."""

    def __init__(self, workspace: Workspace, pages: Pages, asks: RateLimit, refusals: Refusals) -> None:
        """*asks* bounds how often one visitor may ask for a mail; of what is refused *refusals* tell the owner."""
        self._workspace, self._pages, self._asks, self._refusals = workspace, pages, asks, refusals

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            Route("/confirm/{token:path}", self.confirm, methods=["GET", "POST"]),
            Route("/address/{token:path}", self.address, methods=["GET", "POST"]),
        ]

    async def confirm(self, request: Request) -> Response:
        """A button, and what it agrees to once it is pressed."""
        asked = await run_in_threadpool(self._find, token(request))
        if asked is None:
            return self._pages.show(request, "stale", status=410)
        show = partial(self._pages.show, request, email=asked.email, language=asked.language)
        if request.method != "POST":
            return show("move" if asked.moves else "confirm")
        if asked.moves:
            moved = await run_in_threadpool(self._move, asked)
            if moved is None:
                return self._pages.show(request, "stale", status=410)
            answer = show("moved")
            if fold(moved.email) != fold(asked.email):  # else they press the button again
                answer.background = BackgroundTask(self._tell_old_address, moved)
            return answer
        fresh = await run_in_threadpool(self._confirm, asked)
        answer = show("confirmed")
        if fresh and self._workspace.settings.newsletter.welcome:
            answer.background = BackgroundTask(self._welcome, fresh)
        return answer

    async def address(self, request: Request) -> Response:
        """The form for a new address, which is asked by mail before anything changes."""
        subscriber = await run_in_threadpool(find_subscriber, self._workspace, request)
        if subscriber is None or subscriber.status not in {SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED}:
            return self._pages.show(request, "unknown", status=404)
        show = partial(self._pages.show, request, language=subscriber.language, reader=subscriber)
        if request.method != "POST":
            return show("address", problem="")
        try:
            email = address((await read_form(request)).get("email"))
        except WeeklyError as error:
            return show("address", status=422, problem=str(error))
        if not self._asks.allow(who := caller(request)):
            self._refusals.note("a change of address was refused: more than 20 an hour from one address", who)
            return self._pages.show(request, "busy", status=429)
        answer = self._pages.show(request, "asked", email=email, language=subscriber.language)
        wanted = Subscriber(email=email, topics=subscriber.topics, language=subscriber.language)
        answer.background = BackgroundTask(self._ask, wanted, subscriber.id)
        return answer

    async def _ask(self, wanted: Subscriber, number: int) -> None:
        report(
            "a mail that asks for confirmation",
            await ask(self._workspace, self._pages, wanted, self._refusals, moves=number),
        )

    async def _welcome(self, subscriber: Subscriber) -> None:
        report("a welcome", await welcome(self._workspace, self._pages, subscriber))

    async def _tell_old_address(self, subscriber: Subscriber) -> None:
        report("a notice to an old address", await tell_old_address(self._workspace, self._pages, subscriber))

    def _find(self, code: str) -> ConfirmationRequest | None:
        with self._workspace.store.read() as tx:
            return tx.confirmation_requests.find(code, self._workspace.now())

    def _confirm(self, asked: ConfirmationRequest) -> Subscriber | None:
        """Makes them a subscriber; returns them when they were none who gets mail."""
        wanted = Subscriber(
            email=asked.email, topics=asked.topics, language=asked.language, whole_issue=asked.whole_issue
        )
        with self._workspace.store.write() as tx:
            before = tx.subscribers.find(asked.email)
            number = tx.subscribers.confirm(wanted, self._workspace.now(), where=asked.where, text=asked.text)
            known = before is not None and before.status is SubscriberStatus.ACTIVE
            return None if known else tx.subscribers.find_by_number(number)

    def _move(self, asked: ConfirmationRequest) -> Subscriber | None:
        """Who has the new address now, as they were before; None when nobody gets mail any more whom it could be."""
        with self._workspace.store.write() as tx:
            before = tx.subscribers.find_by_number(asked.moves)
            return before if tx.subscribers.move(asked.moves, asked.email, self._workspace.now()) else None
