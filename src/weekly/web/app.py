"""The site for readers: the archive as it stands on disk, and the pages that need an answer."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route

from weekly.errors import WeekError
from weekly.models import Week
from weekly.render.paths import folder
from weekly.web import hooks
from weekly.web.archive import ArchiveFiles
from weekly.web.guard import ARCHIVE_POLICY, Guard, RateLimit
from weekly.web.pages import Pages
from weekly.web.subscribe import Subscriptions
from weekly.workspace import Workspace

LARGEST = 64 * 1024
"""Bytes of a form."""


def create(workspace: Workspace, *, asks: RateLimit | None = None) -> Starlette:
    """The application of `weekly serve`; *asks* bounds how often one visitor may ask for a mail."""
    pages = Pages(workspace)
    workspace.archive.mkdir(parents=True, exist_ok=True)
    files = ArchiveFiles(workspace, workspace.environment)

    async def alive(request: Request) -> Response:
        del request
        return PlainTextResponse("ok")

    async def home(request: Request) -> Response:
        index = workspace.archive / "index.html"
        if not index.is_file():
            return pages.show(request, "empty")
        return HTMLResponse(index.read_text(encoding="utf-8"))

    async def issue(request: Request) -> Response:
        try:
            place = folder(Week.parse(request.path_params["week"]))
        except WeekError:
            return pages.show(request, "unknown", status=404)
        page = workspace.archive / place / "index.html"
        if not page.is_file():
            return pages.show(request, "unknown", status=404)
        chosen = request.query_params.get("topics", "").split(","), request.query_params.get("language", "")
        text = await run_in_threadpool(files.selected, Week.parse(request.path_params["week"]), *chosen)
        # Its pictures and links are written for the place where it stands.
        return HTMLResponse(text.replace("<head>", f'<head>\n<base href="../{place}/">', 1))

    routes = [
        Route("/healthz", alive),
        Route("/", home),
        Route("/issues/{week}", issue),
        *Subscriptions(workspace, pages, asks=asks).routes(),
        *hooks.routes(workspace),
        Mount("/", files),
    ]

    # Links in mails carry tokens: no other site learns where its visitor came from.
    headers = {"Content-Security-Policy": ARCHIVE_POLICY, "Referrer-Policy": "no-referrer"}
    guard = Middleware(Guard, headers=headers, largest=LARGEST, uploads={hooks.BOUNCES: hooks.LARGEST})

    async def missing(request: Request, error: Exception) -> Response:
        del error
        return pages.show(request, "unknown", status=404)

    return Starlette(routes=routes, middleware=[guard], exception_handlers={404: missing})
