"""Branches of the remote, read and written without touching what is checked out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from weekly.errors import Conflict, StageError
from weekly.git import Checkout

REMOTE = "origin"
LARGEST = 100_000_000
"""Bytes of a folder that is taken from a branch."""
_NAME, _EMAIL = "github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com"
_LEFTOVERS = (":(exclude,glob)**/.*.part", ":(exclude,glob)**/.*.part/**", ":(exclude,glob)**/.sent")


class Branches:
    """The branches of one repository."""

    def __init__(self, top: Path, largest: int = LARGEST) -> None:
        """*largest* is how many bytes of a folder are taken from a branch."""
        self._largest = largest
        self._here = Checkout(top)
        self._git = Path(self._here.run("rev-parse", "--absolute-git-dir").strip())

    def tip(self, branch: str) -> str:
        """The newest commit of *branch*, fetched; empty where there is no such branch."""
        if not self._here.run("ls-remote", "--", REMOTE, f"refs/heads/{branch}").strip():
            return ""
        here = f"refs/weekly/{branch}"
        self._here.run("fetch", "--quiet", "--no-tags", REMOTE, f"+refs/heads/{branch}:{here}")
        return self._here.run("rev-parse", here).strip()

    def follow(self, branch: str) -> None:
        """Brings what is checked out to the tip of *branch*; raises StageError where it has commits of its own."""
        self._here.run("merge", "--quiet", "--ff-only", self.tip(branch))

    def head(self) -> str:
        """The commit that is checked out."""
        return self._here.run("rev-parse", "HEAD").strip()

    def tree(self, commit: str, place: str) -> str:
        """What tells the content of the folder *place* in *commit*; empty where it has none."""
        known = f"{commit}:{place}"
        if not commit or not self._here.succeeds("rev-parse", "--verify", "--quiet", known):
            return ""
        return self._here.run("rev-parse", known).strip()

    def contains(self, commit: str, earlier: str) -> bool:
        """Whether *earlier* is in the history of *commit*."""
        return self._here.succeeds("merge-base", "--is-ancestor", earlier, commit)

    def find_last_change(self, commit: str, place: str) -> int | None:
        """When *place* was last changed in the history of *commit*, in seconds since the epoch."""
        at = self._here.run("log", "-1", "--format=%ct", commit, "--", place).strip()
        return int(at) if at else None

    def extract(self, commit: str, place: str, folder: Path) -> None:
        """Writes the files of *place* in *commit* into *folder*; raises StageError where they are too many.

        Links become files that name their target: whoever wrote the branch may not have this machine's files read.
        """
        tree = self.tree(commit, place)
        listed = self._here.run("ls-tree", "-r", "-l", "-z", tree).split("\0") if tree else []
        size = sum(
            int(fields[3]) for line in listed if (fields := line.partition("\t")[0].split()) and fields[3] != "-"
        )
        if size > self._largest:
            raise StageError(f"{place} of {commit[:12]} has {size:,} bytes: more than {self._largest:,} are not taken")
        with self._index() as index:
            if tree:
                self._here.run("read-tree", tree, more=index)
                self._here.run(
                    *("-c", "core.symlinks=false", "checkout-index", "--all", "--force", f"--prefix={folder}/"),
                    more=index,
                )

    def commit(self, folder: Path, place: str, parent: str, message: str) -> str:
        """A commit on *parent* in which *place* holds what *folder* does; *parent* itself where it does already."""
        held = self._tree_of(folder)
        if held == self.tree(parent, place):
            return parent
        with self._index() as index:
            if not place:
                whole = held
            else:
                self._here.run("read-tree", parent or "--empty", more=index)
                self._here.run("rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--", place, more=index)
                self._here.run("read-tree", f"--prefix={place}/", held, more=index)
                whole = self._here.run("write-tree", more=index).strip()
        return self._commit_tree(whole, (parent,), message)

    def push(self, commit: str, branch: str, parent: str) -> None:
        """Makes *commit* the tip of *branch*, never by force; raises Conflict where that is not *parent* any more."""
        if commit == parent:
            return
        try:
            self._here.run("push", "--quiet", "--porcelain", REMOTE, f"{commit}:refs/heads/{branch}")
        except StageError as error:
            if self.tip(branch) not in {parent, commit}:
                raise Conflict(f"{branch} was pushed to meanwhile: nothing is forced, the next run goes on") from error
            raise

    def merge(self, ours: str, theirs: str) -> str:
        """A commit that has the changes of both, which touch different lines; raises Conflict where they do not."""
        try:
            tree = self._here.run("merge-tree", "--write-tree", ours, theirs).strip()
        except StageError as error:
            raise Conflict(
                f"{ours[:12]} and {theirs[:12]} change the same lines: one of the two runs is lost"
            ) from error
        return self._commit_tree(tree, (ours, theirs), "both\n")

    def _commit_tree(self, tree: str, parents: Iterable[str], message: str) -> str:
        who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in _IDENTITY.items()}
        named = (word for parent in parents if parent for word in ("-p", parent))
        return self._here.run("commit-tree", tree, *named, "-F", "-", given=message, more=who).strip()

    def _tree_of(self, folder: Path) -> str:
        with self._index() as index:
            more = {**index, "GIT_DIR": str(self._git), "GIT_WORK_TREE": str(folder.resolve())}
            there = Checkout(folder)
            there.run("add", "--all", "--force", "--", ".", *_LEFTOVERS, more=more)
            return there.run("write-tree", more=more).strip()

    @contextmanager
    def _index(self) -> Iterator[dict[str, str]]:
        """The environment in which git has an empty index of its own."""
        with tempfile.TemporaryDirectory(prefix="weekly-") as folder:
            yield {"GIT_INDEX_FILE": str(Path(folder) / "index")}


_IDENTITY = {"NAME": _NAME, "EMAIL": _EMAIL}
