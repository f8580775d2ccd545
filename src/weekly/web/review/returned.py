"""What came back of the mails, for editors to see: by week, domain and reason, in the words of the mail servers."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from weekly.delivery.bounce_report import bounce_report
from weekly.web.review.languages import language_of
from weekly.web.review.site import ReviewSite
from weekly.web.review.visit import refuse

PATH = "/review/bounces"
MOST = 500
"""Rows of the page; `weekly bounces report` has them all."""


async def returned(request: Request) -> Response:
    """The table, the newest mailing first."""
    return await run_in_threadpool(_returned, request)


def _returned(request: Request) -> Response:
    site: ReviewSite = request.app.state.site
    editor = site.who(request)
    if not editor:
        return refuse(site, request, 401, "Sign in to see what came back.")
    with site.workspace.store.read() as tx:
        rows = bounce_report(tx)[:MOST]
    return site.page("returned.html.j2", language=language_of(site.workspace, editor), rows=rows, here=PATH)
