"""Reads form fields and renders the public pages."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse

from weekly.settings import Settings
from weekly.text import one_line, storable
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


async def read_form(request: Request) -> Form:
    """The form that a request brings, without files; raises HTTPException (400) for parts that are broken."""
    sent: FormData = await request.form(max_files=0, max_fields=100, max_part_size=16 * 1024)
    lists: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            lists.setdefault(name, []).append(storable(value))
    return Form(lists)


class Form:
    """The fields of a form."""

    def __init__(self, lists: Mapping[str, list[str]]) -> None:
        self._lists = lists

    def get(self, name: str) -> str:
        """The last value of the field *name*; empty where it was not sent."""
        return self._lists.get(name, [""])[-1]

    def choices(self, name: str) -> tuple[str, ...]:
        """Every value of the field *name*: ticked boxes."""
        return tuple(self._lists.get(name, ()))

    def __contains__(self, name: str) -> bool:
        return name in self._lists


def report(what: str, reason: str) -> None:
    """Tells the owner why *what* was not sent, if there is a *reason*; the page has answered already."""
    if reason:
        sys.stderr.write(f"weekly serve: {what} was not sent: {one_line(reason)}\n")
