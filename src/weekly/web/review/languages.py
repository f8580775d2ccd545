"""The language in which each editor reads the page: the newsletter's until they choose one, which is kept."""

from __future__ import annotations

import hashlib

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from weekly.web.review.catalogue import LANGUAGES
from weekly.workspace import Workspace


def language_of(workspace: Workspace, editor: str) -> str:
    """`zh` or `en`."""
    default = workspace.settings.newsletter.language
    if not editor:
        return default
    with workspace.store.read() as tx:
        chosen = {language: at for language in LANGUAGES if (at := tx.marks.find(_mark(language, editor)))}
    return max(chosen, key=lambda language: chosen[language], default=default)


async def choose(request: Request) -> Response:
    """Keeps the language that an editor chooses, and shows the page that they came from."""
    form = await request.form(max_files=0, max_fields=5)
    return await run_in_threadpool(_choose, request, str(form.get("language", "")), str(form.get("next", "")))


def _choose(request: Request, language: str, wanted: str) -> Response:
    site = request.app.state.site
    if (editor := site.who(request)) and language in LANGUAGES:
        with site.workspace.store.write() as tx:
            tx.marks.set(_mark(language, editor), site.workspace.clock())
    return RedirectResponse(wanted if wanted.startswith("/review/") else "/review/", 303)


def _mark(language: str, editor: str) -> str:
    return f"reads {language} {hashlib.sha256(editor.encode('utf-8', 'replace')).hexdigest()[:40]}"
