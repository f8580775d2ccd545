"""What a runner tells the job that it runs, in variables and files.

https://docs.github.com/en/actions/reference/workflows-and-actions/variables
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weekly.errors import StageError
from weekly.models import Week
from weekly.repository.branches import Branches
from weekly.repository.hosting import Hosting
from weekly.workspace import Workspace

BRANCH = "issue/"
"""What the branches of drafts begin with; the week follows."""
_BRANCH = re.compile(re.escape(BRANCH) + r"([0-9]{4}-W[0-9]{2})")
_NEWLINES = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One run on a runner, with the workspace that it works in."""

    workspace: Workspace
    branches: Branches
    hosting: Hosting
    repository: str
    main: str
    """The branch that the newsletter is on."""
    event: Mapping[str, Any]
    """What happened, as https://docs.github.com/en/webhooks/webhook-events-and-payloads tells it."""
    summary: Path | None
    output: Path | None

    @property
    def sender(self) -> str:
        """Who made it happen."""
        return str((self.event.get("sender") or {}).get("login", ""))

    def summarize(self, text: str) -> None:
        """Adds Markdown to the summary of the run."""
        _append(self.summary, f"{text}\n")

    def set_output(self, name: str, value: str) -> None:
        """Gives later steps a value."""
        _append(self.output, f"{name}={_NEWLINES.sub(' ', value)}\n")


@contextmanager
def opened_job(workspace: Workspace) -> Iterator[Job]:
    """The job that this process is; raises StageError outside of one."""
    told = os.environ
    repository, event = told.get("GITHUB_REPOSITORY", ""), told.get("GITHUB_EVENT_PATH", "")
    if not repository or not event:
        raise StageError("this is for a runner of Actions: 'weekly init --github' writes the workflows that call it")
    payload = _event(Path(event))
    # A schedule tells nothing of the repository, and runs on its default branch.
    main = (payload.get("repository") or {}).get("default_branch") or told.get("GITHUB_REF_NAME") or "main"
    api = told.get("GITHUB_API_URL", "https://api.github.com")
    hosting = Hosting(api, repository, told.get("GITHUB_TOKEN", ""))
    try:
        yield Job(
            workspace=workspace,
            branches=Branches(workspace.root),
            hosting=hosting,
            repository=repository,
            main=str(main),
            event=payload,
            summary=_path(told.get("GITHUB_STEP_SUMMARY")),
            output=_path(told.get("GITHUB_OUTPUT")),
        )
    finally:
        hosting.close()


def branch_of(week: Week) -> str:
    """The branch on which the draft of *week* is."""
    return f"{BRANCH}{week}"


def find_week(branch: str) -> Week | None:
    """The week whose draft is on *branch*; None for a branch of another kind."""
    match = _BRANCH.fullmatch(branch)
    return Week.parse(match[1]) if match else None


def _event(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StageError(f"{path}: what happened cannot be read: {error}: run the job again") from error
    return told if isinstance(told, dict) else {}


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _append(path: Path | None, text: str) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as out:
            out.write(text)
