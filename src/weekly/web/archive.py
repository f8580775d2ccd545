"""The archive as it is served: its files as they stand on disk, and at a card what was corrected since."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from weekly.archive.folder import corrections
from weekly.render.errata import add_notes
from weekly.web.guard import ARCHIVE_POLICY
from weekly.workspace import Workspace

SEARCHING = f"{ARCHIVE_POLICY}; script-src 'self'"
"""What the search page may do besides: run the archive's own script."""
_ISSUE = re.compile(r"(\d{4}/W\d{2})(?:/|/index\.html)?")


class ArchiveFiles(StaticFiles):
    """The files of the archive."""

    def __init__(self, workspace: Workspace, templates: Environment) -> None:
        super().__init__(directory=workspace.archive, html=True)
        self._archive, self._templates = workspace.archive, templates
        self._scene = {"zone": workspace.settings.newsletter.zone, "language": workspace.settings.newsletter.language}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at *path*; the page of an issue with its corrections. What is hidden there is not ours to show."""
        if any(name.startswith(".") for name in Path(path).parts):
            raise HTTPException(404)
        answer = await super().get_response(path, scope)
        if path == "search.html":
            answer.headers["Content-Security-Policy"] = SEARCHING
        match = _ISSUE.fullmatch(path.replace("\\", "/"))
        folder = self._archive / match[1] if match else None
        if folder is None or not answer.headers.get("content-type", "").startswith("text/html"):
            return answer
        return HTMLResponse(self.page(folder)) if corrections(folder) else answer

    def page(self, folder: Path) -> str:
        """The page of the issue in *folder* with its corrections."""
        page = (folder / "index.html").read_text(encoding="utf-8")
        return add_notes(page, corrections(folder), self._templates, self._scene)
