"""What no source brought, added on the page."""

from __future__ import annotations

from starlette.responses import Response

from weekly.review.add import add_address, add_item
from weekly.review.approve import current_revision
from weekly.web.review.decisions import done
from weekly.web.review.visit import Visit


def add(visit: Visit) -> Response:
    """What stands at a pasted address, as if a source had brought it."""
    return _added(visit, add_address(visit.site.workspace, visit.week, visit.sent("address"), visit.editor))


def write(visit: Visit) -> Response:
    """An item that an editor has written."""
    told = {name: visit.sent(name) for name in ("title", "line", "text", "url", "topic")}
    return _added(visit, add_item(visit.site.workspace, visit.week, visit.editor, **told))


def _added(visit: Visit, identifier: str) -> Response:
    visit.site.redraw(visit.week, current_revision(visit.site.workspace, visit.week).draft)
    then = visit.path(card=identifier)
    return done(visit, then, go=then)
