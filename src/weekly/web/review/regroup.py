"""Candidates that are one work put together, one that is two taken apart."""

from __future__ import annotations

from starlette.responses import Response

from weekly.review import regroup
from weekly.web.review.decisions import done
from weekly.web.review.visit import Visit


def merge(visit: Visit) -> Response:
    """Another candidate as part of this one."""
    identifier = visit.sent("card")
    regroup.merge(visit.site.workspace, visit.week, identifier, visit.sent("other"), visit.editor)
    then = visit.path(card=identifier)
    return done(visit, then, go=then)


def split(visit: Visit) -> Response:
    """An entry of this candidate as one of its own, which is shown."""
    sent = visit.sent
    new = regroup.split(visit.site.workspace, visit.week, sent("card"), sent("source"), sent("key"), visit.editor)
    then = visit.path(card=new)
    return done(visit, then, go=then)
