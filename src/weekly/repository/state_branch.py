"""The branch that the state is on: loaded when a run starts, pushed before anything leaves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection

from weekly import state
from weekly.archive.restore import restore
from weekly.errors import Conflict
from weekly.repository.job import Job
from weekly.workspace import Workspace

NAME = "weekly-state"


class StateBranch:
    """The state of a newsletter as a job knows it.

    A newsletter whose database is on a server keeps its state there, and has no such branch.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._folder = job.workspace.root / ".weekly" / "state"
        self._tip = ""
        self._is_kept = job.workspace.settings.database.url.startswith("sqlite")

    def load(self) -> None:
        """Makes the database what the branch and the archive tell; without a branch what the archive alone does."""
        if not self._is_kept:
            return
        if is_runner():
            self._job.branches.follow(self._job.main)
        self._tip = self._job.branches.tip(NAME)
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._tip:
            self._job.branches.extract(self._tip, "", self._folder)
            state.load(self._job.workspace, self._folder)
        else:
            restore(self._job.workspace)

    def save(
        self,
        message: str,
        *,
        leaving: Collection[int] = (),
        announcing: Collection[tuple[str, str]] = (),
        unplaced: Collection[str] = (),
    ) -> None:
        """Pushes what the database holds now; raises Conflict where another run was quicker: this one is nobody's then.

        *leaving*, *announcing* and *unplaced* are what `weekly.state.save` is told.
        """
        if not self._is_kept:
            return
        state.save(self._job.workspace, self._folder, leaving=leaving, announcing=announcing, unplaced=unplaced)
        commit = self._job.branches.commit(self._folder, "", self._tip, f"{message}\n")
        self._job.branches.push(commit, NAME, self._tip)
        self._tip = commit

    def save_outcome(self, message: str) -> None:
        """Pushes what became of what has left, beside what another run has pushed meanwhile.

        Raises Conflict then, with it pushed: this run does not know what the other did, and ends here.
        """
        try:
            self.save(message)
        except Conflict:
            tip = self._job.branches.tip(NAME)
            mine = self._job.branches.commit(self._folder, "", self._tip, f"{message}\n")
            self._job.branches.push(self._job.branches.merge(mine, tip), NAME, tip)
            raise


def forget_database(workspace: Workspace) -> None:
    """Removes what an earlier run left on a runner that is not empty: the branch is what counts.

    On a machine that is no runner nothing is removed.
    """
    if is_runner() and workspace.settings.database.url.startswith("sqlite"):
        for path in (workspace.root / ".weekly").glob("weekly.db*"):
            path.unlink()


def is_runner() -> bool:
    """Whether this machine is a runner, which has nothing of its own to lose."""
    return os.environ.get("GITHUB_ACTIONS") == "true"
