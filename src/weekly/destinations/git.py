"""A commit and a push of archive/, through git itself: its settings, its hooks, its keys.

Only archive/ is committed and only commits of archive/ are pushed; nothing is ever forced.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from weekly.context import PluginContext
from weekly.destinations import Post
from weekly.errors import StageError
from weekly.git import Checkout
from weekly.settings import GitSettings

_LEFTOVERS = (":(top,exclude,glob)**/.*.part", ":(top,exclude,glob)**/.*.part/**", ":(top,exclude,glob)**/.sent")
"""What a publication that was killed was about to move into place, and how many mails have left."""


def create(context: PluginContext) -> Git | None:
    """The repository that archive/ stands in, None when the settings do not ask for it."""
    place = context.settings.destinations.git
    return Git(place) if place else None


class Git:
    """A `Destination` that is a git repository and its remote."""

    repeatable = True

    def __init__(self, place: GitSettings) -> None:
        self._place = place

    def plan(self, post: Post) -> str:
        """What would be committed and where it would go."""
        here = _Repository(post.archive)
        branch = here.branch(self._place.branch)
        changed = here.changed_files()
        here.refuse_foreign_index()
        here.refuse_foreign_commits(self._place.remote, branch)
        shown = "".join(f"\n  {path}" for path in changed[:20]) + ("\n  …" if len(changed) > 20 else "")  # noqa: PLR2004
        return f"commit {len(changed)} files and push to {self._place.remote} {branch}{shown}"

    def announce(self, post: Post) -> str:
        """Commits what is new and pushes; without anything new it says so."""
        here = _Repository(post.archive)
        branch = here.branch(self._place.branch)
        here.refuse_foreign_index()
        here.refuse_foreign_commits(self._place.remote, branch)
        here.run("add", "--all", "--", *here.paths)
        if here.staged_files():
            message = f"{post.newsletter} {post.week} · No. {post.number}\n\nApproved content: {post.hash}\n"
            here.run("commit", "--quiet", "--file=-", "--cleanup=verbatim", given=message)
        if not here.ahead(self._place.remote, branch):
            return f"nothing new, {self._place.remote} {branch} has {here.run('rev-parse', '--short', 'HEAD').strip()}"
        here.push(self._place.remote, branch)
        return f"{self._place.remote} {branch} is at {here.run('rev-parse', '--short', 'HEAD').strip()}"


class _Repository(Checkout):
    """The repository around the archive; every question to it is a run of git."""

    def __init__(self, archive: Path) -> None:
        try:
            self._top = Path(Checkout(archive).run("rev-parse", "--show-toplevel").strip())
        except StageError as error:
            if not shutil.which("git"):
                raise
            raise StageError(
                f"{archive} is in no git repository: git init there, or remove [destinations.git]"
            ) from error
        super().__init__(self._top)
        inside = archive.resolve().relative_to(self._top.resolve()).as_posix()
        self._prefix = "" if inside == "." else f"{inside}/"
        self.paths = [f":(top,literal){inside}" if self._prefix else ":(top)", *_LEFTOVERS]

    def branch(self, wanted: str) -> str:
        """The branch to push to; raises StageError when there is none to be seen."""
        if wanted:
            return wanted
        if not self.succeeds("symbolic-ref", "--quiet", "HEAD"):
            raise StageError(f"{self._top}: no branch is checked out: check one out, or name it in [destinations.git]")
        return self.run("symbolic-ref", "--short", "HEAD").strip()

    def changed_files(self) -> list[str]:
        """The files of the archive that the last commit has not as they are."""
        status = self.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--", *self.paths)
        return sorted(line[3:] for line in status.split("\0") if line)

    def staged_files(self) -> list[str]:
        """The files whose change waits in the index."""
        return [path for path in self.run("diff", "--cached", "--name-only", "--no-renames", "-z").split("\0") if path]

    def refuse_foreign_index(self) -> None:
        """Raises StageError when something else waits to be committed: it is not ours to commit."""
        if foreign := [path for path in self.staged_files() if not path.startswith(self._prefix)]:
            raise StageError(
                f"{self._top}: {_some(foreign)} waits to be committed, outside of archive/: commit or unstage it first"
            )

    def refuse_foreign_commits(self, remote: str, branch: str) -> None:
        """Raises StageError when a push would be refused, or would take along what is not in archive/."""
        tip = self._tip(remote, branch)
        if tip and not self._has(tip):
            raise StageError(f"{remote} {branch} is ahead of this repository: git pull there first, nothing is forced")
        if not self.succeeds("rev-parse", "--verify", "--quiet", "HEAD"):
            return
        names = self.run("log", "--format=", "--name-only", "--no-renames", "-z", "HEAD", *([f"^{tip}"] if tip else []))
        foreign = {path for path in re.split(r"[\0\n]", names) if path and not path.startswith(self._prefix)}
        if foreign:
            paths = _some(sorted(foreign))
            raise StageError(f"{self._top}: commits that {remote} does not have hold {paths}: push them yourself first")

    def ahead(self, remote: str, branch: str) -> bool:
        """Whether there is something to push."""
        return self.run("rev-parse", "HEAD").strip() != self._tip(remote, branch)

    def push(self, remote: str, branch: str) -> None:
        """Pushes; raises StageError when the remote does not take it."""
        self.run("push", "--quiet", "--porcelain", remote, f"HEAD:refs/heads/{branch}")

    def _tip(self, remote: str, branch: str) -> str:
        return self.run("ls-remote", "--", remote, f"refs/heads/{branch}").split("\t")[0].strip()

    def _has(self, commit: str) -> bool:
        """Whether our history has *commit* in it."""
        return self.succeeds("merge-base", "--is-ancestor", commit, "HEAD")


def _some(paths: list[str]) -> str:
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"
