"""Reads form fields and renders the public pages, in the language of who looks at them."""

from __future__ import annotations

import re
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

LANGUAGES = ("zh", "en")
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept-Language"}
_RANGE = re.compile(r"\s*([A-Za-z]{1,8})[\w-]*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


class Pages:
    """Renders the templates of `web/`, the owner's before ours."""

    def __init__(self, workspace: Workspace) -> None:
        self._settings: Settings = workspace.settings
        self._templates: Environment = workspace.environment

    def show(
        self, request: Request, name: str, *, status: int = 200, language: str = "", **context: Any
    ) -> HTMLResponse:
        """The page `web/NAME.html.j2`, which no cache keeps.

        It is in *language*, of whoever is known to look, or the one that they ask for.
        """
        context |= {
            "newsletter": self._settings.newsletter,
            "language": self.language(request, language),
            "root": "../" * max(0, request.url.path.count("/") - 1),
        }
        text = self._templates.get_template(f"web/{name}.html.j2").render(context)
        return HTMLResponse(text, status_code=status, headers=dict(_PRIVATE))

    def language(self, request: Request, known: str = "") -> str:
        """What the switch on the page asks for, else *known*, else what the browser would rather have, else ours."""
        asked = request.query_params.get("language", "")
        if asked in LANGUAGES:
            return asked
        return known or preferred(request.headers.get("accept-language", "")) or self._settings.newsletter.language

    def mail(self, name: str, **context: Any) -> str:
        """A part of a mail, `email/NAME.j2`."""
        newsletter = self._settings.newsletter
        return self._templates.get_template(f"email/{name}.j2").render(newsletter=newsletter, **context)


def preferred(accepted: str) -> str:
    """The language of ours that an Accept-Language field (RFC 9110, 12.5.4) puts first; empty when it names none."""
    weights: dict[str, float] = {}
    for part in accepted[:500].split(","):
        match = _RANGE.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            language = match[1].lower()
            weights[language] = max(float(match[2] or 1), weights.get(language, 0))
    return max((language for language in weights if weights[language]), key=weights.__getitem__, default="")


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
