"""flows: Prefect's side, where the extra is installed; it replaces this process."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands.console import HOME, workspace_option
from weekly.errors import WorkspaceError

flows = App(name="flows", help="The flows, on a Prefect server with a page to look at.", group=HOME)
Folder = Annotated[Path, Parameter(help="Workspaces; else the one that this is called in.")]


@flows.command
def serve(*workspaces: Folder) -> None:
    """Starts a Prefect server on this machine, deploys the newsletters and serves them until Ctrl-C."""
    _become("flows.server", workspaces)


@flows.command
def deploy(
    *workspaces: Folder,
    pool: Annotated[str, Parameter(help="Leaves them to the workers of this pool; else serves them.")] = "",
    check: Annotated[
        bool, Parameter(help="Only says what is deployed, and what is wrong with it.", negative="")
    ] = False,
    remove: Annotated[str, Parameter(help="Only takes the newsletter of this name back.")] = "",
) -> None:
    """Deploys the newsletters on the server at PREFECT_API_URL, each on its own schedule."""
    if check or remove:
        _become("flows.deploy", (), *(["--remove", remove] if remove else ["--check"]))
    _become("flows.deploy", workspaces, *(["--pool", pool] if pool else []))


def _become(module: str, workspaces: tuple[Path, ...], *more: str) -> None:
    if find_spec("prefect") is None:
        raise WorkspaceError("the flows need the extra: pip install 'weekly-digest[flows]'")
    named = workspace_option.get()
    folders = [str(folder) for folder in (workspaces or ((named,) if named else ()))]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *more, *folders])  # noqa: S606 - our own module
