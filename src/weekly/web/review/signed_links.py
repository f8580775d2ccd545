"""A page for somebody without an account: look at the issue, and approve it with one button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from weekly.errors import WeeklyError
from weekly.models import Week
from weekly.review import approve as approving
from weekly.review.approve import current_revision
from weekly.review.invitations import invitations
from weekly.web.review import actions, pages, template_context
from weekly.web.review.visit import Handler, Visit, error_response, read_body, read_fields, refuse


def signed_endpoint(handler: Handler) -> Callable[[Request], Any]:
    """The endpoint of a page that is opened by a signed link."""

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_answer, request, handler, await read_body(request))

    return endpoint


def _answer(request: Request, handler: Handler, body: bytes) -> Response:
    site = request.app.state.site
    told = site.access.read("approve", request.path_params["link"])
    if told is None:
        return refuse(site, request, 403, "This link is wrong or too old: ask an editor for a new one.")
    try:
        fields, lists = read_fields(request, body)
        week = Week.parse(told["week"])
        with site.workspace.store.read() as tx:
            alive = {invitation.key for invitation in invitations(tx, week)}
        if told.get("invitation") not in alive:
            return refuse(site, request, 410, "This link has ended, by an edit or an editor: ask for a new one.")
        visit = Visit(
            site=site,
            request=request,
            week=week,
            editor=told["name"],
            fields=fields,
            lists=lists,
            began=0,
            language=site.workspace.settings.newsletter.language,
        )
        return handler(visit)
    except WeeklyError as error:
        return error_response(site, request, error)


def look(visit: Visit) -> Response:
    """The issue as it would go out, and the button."""
    revision = current_revision(visit.site.workspace, visit.week)
    return visit.site.page(
        "signed.html.j2",
        week=str(visit.week),
        editor=visit.editor,
        here=visit.request.url.path.removesuffix("/"),
        wait=visit.site.workspace.settings.review.wait,
        zone=visit.site.workspace.settings.newsletter.timezone,
        **template_context.overview(visit, revision),
    )


def mail(visit: Visit) -> Response:
    """The mail for the frame."""
    return pages.mail_frame(visit, f"/signed/{visit.request.path_params['link']}/pictures/")


def approve(visit: Visit) -> Response:
    """The approval of the one the link was made for."""
    told = visit.site.access.read("approve", visit.request.path_params["link"]) or {}
    approving.approve(
        visit.site.workspace,
        visit.week,
        visit.editor,
        due_at=actions.after_wait(visit),
        expected=visit.sent("hash") or "none",
        invited_by=str(told.get("by", "")),
    )
    return RedirectResponse(visit.request.url.path, 303)
