"""The routes of the review page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from weekly.errors import ParseError
from weekly.models import Week
from weekly.web.guard import REVIEW_POLICY, Guard, RateLimit, Refusals
from weekly.web.review import (
    actions,
    adding,
    blocks,
    card_pictures,
    changes,
    corrections,
    decisions,
    funnel,
    issue_view,
    languages,
    pages,
    regroup,
    returned,
    signed_links,
    test_mail,
    versions,
)
from weekly.web.review.access import COOKIE
from weekly.web.review.site import STAMP, ReviewSite
from weekly.web.review.statics import static
from weekly.web.review.visit import Handler, error_response, page, page_of_no_week, path, read_body, read_fields, refuse
from weekly.web.review.weeks import weeks
from weekly.workspace import Workspace

_VIEWS: dict[str, Handler] = {
    "": pages.inbox,
    "/panel": pages.panel,
    "/status": pages.status,
    "/order": pages.order,
    "/preview": pages.preview,
    "/preview.html": pages.preview_mail,
    "/mail.html": pages.exact_mail,
    "/mail.txt": pages.plain_mail,
    "/growth.txt": pages.grown_pages,
    "/pictures/{file}": pages.picture,
    "/card": pages.card,
    "/card.html": issue_view.card_mail,
    "/approve": pages.approval,
    "/log": pages.log,
    "/funnel": funnel.funnel,
    "/corrections": corrections.corrections,
    "/tags.json": pages.tags,
    "/figures": card_pictures.figures,
    "/figure": card_pictures.figure,
    "/versions": versions.history,
    "/versions/{number}": versions.version,
}
_ACTIONS: dict[str, Handler] = {
    "/decide": decisions.decide,
    "/undo": decisions.undo,
    "/arrange": decisions.arrange,
    "/topic": decisions.file_under,
    "/quote": actions.link_quote,
    "/comment": actions.comment,
    "/claim": actions.assign,
    "/links": actions.ask_links,
    "/approve": actions.approve,
    "/withdraw": actions.withdraw,
    "/invite": actions.invite,
    "/revoke": actions.revoke,
    "/card": actions.save_card,
    "/head": actions.save_head,
    "/restore": versions.restore,
    "/block": blocks.change,
    "/add": adding.add,
    "/write": adding.write,
    "/merge": regroup.merge,
    "/facts": actions.save_facts,
    "/picture": card_pictures.change,
    "/test-mail": test_mail.send,
    "/correct": corrections.correct,
    "/split": regroup.split,
}
_SAVES = ("/card", "/head")
_SIGNED: dict[str, Handler] = {
    "": signed_links.look,
    "/preview.html": signed_links.mail,
    "/pictures/{file}": pages.picture,
}
_HEADERS = {
    "Content-Security-Policy": REVIEW_POLICY,
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LARGEST = 600_000
"""Bytes of a request's body."""
LARGEST_PICTURE = 8_000_000
"""The same of one that brings a picture."""


def create(workspace: Workspace, token: str, *, limit: RateLimit | None = None) -> Starlette:
    """The application; *token* opens it, *limit* is for the requests of one client."""
    site = ReviewSite(workspace, token)

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        yield
        site.close()

    kept = Middleware(Guard, headers={"Cache-Control": "private, max-age=31536000, immutable"}, largest=LARGEST)
    week, link = "/review/{week}", "/signed/{link}"
    routes = [
        Route("/healthz", _healthy),
        Route("/", _home),
        Route("/review/", page_of_no_week(weeks, "Sign in to see the weeks.")),
        Route(returned.PATH, page_of_no_week(returned.returned, "Sign in to see what came back.")),
        Route("/sign-in", _sign_in, methods=["GET", "POST"]),
        Route("/sign-out", _sign_out, methods=["POST"]),
        Route("/language", languages.choose, methods=["POST"]),
        *(Route(week + rest, page(handler), methods=["GET"]) for rest, handler in _VIEWS.items()),
        *(Route(week + rest, page(handler), methods=["POST"]) for rest, handler in _ACTIONS.items()),
        Route(f"{week}/presence", changes.presence, methods=["POST"]),
        *(Route(week + rest, page(_ACTIONS[rest]), methods=["PUT"]) for rest in _SAVES),
        *(
            Route(link + rest, signed_links.signed_endpoint(handler), methods=["GET"])
            for rest, handler in _SIGNED.items()
        ),
        Route(link, signed_links.signed_endpoint(signed_links.approve), methods=["POST"]),
        Route(f"/static/{STAMP}/review/{{file}}", static, middleware=[kept]),
    ]
    limit = limit or RateLimit(400, 4)
    uploads = {"/picture": LARGEST_PICTURE}
    guard = Middleware(
        Guard,
        headers=_HEADERS,
        largest=LARGEST,
        limit=limit,
        own_posts=True,
        uploads=uploads,
        refusals=Refusals("weekly review"),
    )
    app = Starlette(
        routes=routes,
        lifespan=life,
        middleware=[guard, Middleware(GZipMiddleware, compresslevel=6)],
        exception_handlers={HTTPException: _refusal},
    )
    app.state.site = site
    return app


async def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for these
    answer = refuse(request.app.state.site, request, error.status_code, str(error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _healthy(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _home(_: Request) -> Response:
    return RedirectResponse("/review/", 303)


async def _sign_in(request: Request) -> Response:
    site: ReviewSite = request.app.state.site
    fields: dict[str, Any] = {}
    if request.method == "POST":
        try:
            fields, _ = read_fields(request, await read_body(request))
        except ParseError as error:
            return error_response(site, request, error)
    wanted, program = fields.get("next", ""), "application/json" in request.headers.get("accept", "")
    if request.method == "POST" and (name := site.enter(request, fields.get("token", ""), fields.get("as", ""))):
        response = JSONResponse({"editor": name}) if program else RedirectResponse(_local_address(wanted), 303)
        await run_in_threadpool(site.sign_in, request, response, name)
        return response
    message = "This token does not open the page." if request.method == "POST" else "Sign in to review."
    status = 401 if request.method == "POST" else 200
    if program:
        return refuse(site, request, status, message)
    return site.page("sign_in.html.j2", status, message=message, next=_local_address(wanted), editors=site.editors)


def _local_address(wanted: str) -> str:
    """The page to go on to: one of ours, whatever the form says."""
    if not wanted.startswith("/review/"):
        return "/"
    try:
        return path(Week.parse(wanted.split("/")[2].partition("?")[0]))
    except ValueError:
        return "/"


def _sign_out(request: Request) -> Response:
    site: ReviewSite = request.app.state.site
    site.sign_out(request)
    browser = "text/html" in request.headers.get("accept", "")
    response = RedirectResponse("/sign-in", 303) if browser else PlainTextResponse("Signed out.\n")
    response.delete_cookie(COOKIE)
    return response
