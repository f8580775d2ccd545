"""The archive as it is served: its files as they stand on disk, and at a card what was corrected since."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from weekly.archive.folder import corrections
from weekly.models import Week
from weekly.render.errata import add_notes
from weekly.render.paths import folder
from weekly.render.selection import Selection, select
from weekly.review.preview import renderer
from weekly.web.guard import ARCHIVE_POLICY
from weekly.web.pages import LANGUAGES
from weekly.workspace import Workspace

SEARCHING = f"{ARCHIVE_POLICY}; script-src 'self'"
"""What the search page may do besides: run the archive's own script."""
KEPT = 32
"""Pages of selections kept at a time."""
_ISSUE = re.compile(r"(\d{4}/W\d{2})(?:/|/index\.html)?")


class ArchiveFiles(StaticFiles):
    """The files of the archive."""

    def __init__(self, workspace: Workspace, templates: Environment) -> None:
        super().__init__(directory=workspace.archive, html=True)
        self._workspace = workspace
        self._selections: dict[tuple[str, Selection], str] = {}
        self._archive, self._templates = workspace.archive, templates
        self._scene = {"zone": workspace.settings.newsletter.zone, "language": workspace.settings.newsletter.language}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at *path*; the page of an issue with its corrections. What is hidden there is not ours to show."""
        if any(name.startswith(".") for name in Path(path).parts):
            raise HTTPException(404)
        answer = await super().get_response(path, scope)
        if answer.status_code == 404:  # noqa: PLR2004 - RFC 9110: whoever asks us gets the page in their language
            raise HTTPException(404)
        if path == "search.html":
            answer.headers["Content-Security-Policy"] = SEARCHING
        match = _ISSUE.fullmatch(path.replace("\\", "/"))
        place = self._archive / match[1] if match else None
        if place is None or not answer.headers.get("content-type", "").startswith("text/html"):
            return answer
        return HTMLResponse(self.page(place)) if corrections(place) else answer

    def page(self, place: Path) -> str:
        """The page of the issue in the folder *place* with its corrections."""
        return self._noted(place, (place / "index.html").read_text(encoding="utf-8"))

    def selected(self, week: Week, topics: Sequence[str], language: str) -> str:
        """The page of the issue of *week* as a mail of these *topics* and this *language* leads to it.

        The page of all of it where they ask for nothing else, or nobody knows the issue but its folder.
        """
        place = self._archive / folder(week)
        with self._workspace.store.read() as tx:
            issue = tx.issues.find(week)
        if issue is None:
            return self.page(place)
        chosen = select(issue.draft, topics, language if language in LANGUAGES else "")
        if not chosen.topics and chosen.language == issue.draft.language:
            return self.page(place)
        key = (str(week), chosen)
        page = self._selections.get(key) or renderer(self._workspace).page(issue, chosen)
        self._selections[key] = page
        if len(self._selections) > KEPT:
            self._selections.pop(next(iter(self._selections)), None)
        return self._noted(place, page)

    def _noted(self, place: Path, page: str) -> str:
        return add_notes(page, corrections(place), self._templates, self._scene)
