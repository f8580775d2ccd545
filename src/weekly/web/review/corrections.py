"""Corrections of earlier issues that the week calls for: prepared, and put beside the issue when an editor says so."""

from __future__ import annotations

from starlette.responses import Response

from weekly.archive import errata
from weekly.models import Week
from weekly.review.approve import current_revision
from weekly.review.corrections import prepared_corrections
from weekly.web.review import template_context
from weekly.web.review.decisions import done
from weekly.web.review.visit import Visit


def corrections(visit: Visit) -> Response:
    """What was published and was withdrawn or rewritten since, each with the words of a correction."""
    workspace = visit.site.workspace
    return visit.render(
        "corrections.html.j2",
        view="corrections",
        prepared=prepared_corrections(workspace, visit.week),
        longest=errata.LONGEST,
        made=visit.query("made"),
        **template_context.overview(visit, current_revision(workspace, visit.week)),
    )


def correct(visit: Visit) -> Response:
    """A correction beside an issue that is published; with `notify` a mail about it to those who got the issue."""
    made = errata.correct(
        visit.site.workspace,
        Week.parse(visit.sent("issue")),
        card=visit.sent("card"),
        text=visit.sent("text"),
        by=visit.editor,
        notify=bool(visit.sent("notify")),
    )
    visit.site.forget()
    return done(visit, visit.path("/corrections", made=f"{made.week} {made.number}"))
