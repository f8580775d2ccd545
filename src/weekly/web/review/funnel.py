"""The week's funnel, each of its numbers with what it counts and why."""

from __future__ import annotations

from starlette.responses import Response

from weekly.review.approve import current_revision
from weekly.stages.funnel import STEPS
from weekly.stages.funnel_rows import LOST, MOST, funnel_rows
from weekly.web.review import template_context
from weekly.web.review.visit import Visit


def funnel(visit: Visit) -> Response:
    """What each source showed, how far it came, and by name those that one of the numbers counts."""
    workspace, asked = visit.site.workspace, visit.query("of")
    step = asked if asked in {*LOST, *(name for name, _ in STEPS)} else ""
    return visit.render(
        "funnel.html.j2",
        view="funnel",
        step=step,
        rows=[(row, template_context.web(row.url)) for row in funnel_rows(workspace, visit.week, step)] if step else [],
        most=MOST,
        **template_context.overview(visit, current_revision(workspace, visit.week)),
    )
