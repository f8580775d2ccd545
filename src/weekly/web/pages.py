"""Reads form fields and renders the public pages."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from weekly.settings import Settings
from weekly.text import one_line
from weekly.workspace import Workspace

_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


class Pages:
    """Renders the templates of `web/`, the owner's before ours."""

    def __init__(self, workspace: Workspace) -> None:
        self._settings: Settings = workspace.settings
        self._templates: Environment = workspace.environment

    def show(self, name: str, *, status: int = 200, language: str = "", **context: Any) -> HTMLResponse:
        """The page `web/NAME.html.j2`, which no cache keeps."""
        newsletter = self._settings.newsletter
        context = {"newsletter": newsletter, "language": language or newsletter.language, **context}
        text = self._templates.get_template(f"web/{name}.html.j2").render(context)
        return HTMLResponse(text, status_code=status, headers=dict(_PRIVATE))

    def mail(self, name: str, **context: Any) -> str:
        """A part of a mail, `email/NAME.j2`."""
        newsletter = self._settings.newsletter
        return self._templates.get_template(f"email/{name}.j2").render(newsletter=newsletter, **context)


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, each once, without files; a body that is no form is a form without fields."""
    try:
        form: FormData = await request.form(max_files=0, max_fields=100, max_part_size=16 * 1024)
    except HTTPException as error:
        if error.status_code == 413:  # noqa: PLR2004 - RFC 9110: the guard has had enough
            raise
        return {}
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def choices_of(request: Request, name: str) -> tuple[str, ...]:
    """Every value of the field *name*: ticked boxes."""
    form = await request.form(max_files=0, max_fields=100, max_part_size=16 * 1024)
    return tuple(value for value in form.getlist(name) if isinstance(value, str))


def report(what: str, reason: str) -> None:
    """Tells the owner why *what* was not sent, if there is a *reason*; the page has answered already."""
    if reason:
        sys.stderr.write(f"weekly serve: {what} was not sent: {one_line(reason)}\n")
