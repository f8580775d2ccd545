"""What came back of the mails, for editors to see: by week, domain and reason, in the words of the mail servers."""

from __future__ import annotations

from starlette.responses import Response

from weekly.delivery.bounce_report import bounce_report
from weekly.web.review.languages import language_of
from weekly.web.review.site import ReviewSite

PATH = "/review/bounces"
MOST = 500
"""Rows of the page; `weekly bounces report` has them all."""


def returned(site: ReviewSite, editor: str) -> Response:
    """The table, the newest mailing first."""
    with site.workspace.store.read() as tx:
        rows = bounce_report(tx)[:MOST]
    return site.page("returned.html.j2", language=language_of(site.workspace, editor), rows=rows, here=PATH)
