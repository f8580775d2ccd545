"""Reads form fields and renders the public pages, in the language of who looks at them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from weekly.settings import Settings
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
        """The text `email/NAME.txt.j2`."""
        newsletter = self._settings.newsletter
        return self._templates.get_template(f"email/{name}.txt.j2").render(newsletter=newsletter, **context)


def preferred(accepted: str) -> str:
    """The language of ours that an Accept-Language field (RFC 9110, 12.5.4) puts first; empty when it names none."""
    weights: dict[str, float] = {}
    for part in accepted[:500].split(","):
        match = _RANGE.fullmatch(part)
        if match and match[1].lower() in LANGUAGES:
            language = match[1].lower()
            weights[language] = max(float(match[2] or 1), weights.get(language, 0))
    return max((language for language in weights if weights[language]), key=weights.__getitem__, default="")


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
