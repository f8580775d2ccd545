"""The counter beside the archive: how many mails have left, where a backup of the database does not reach.

A database that was restored from before a mail left knows less than this file, and must not send that mail again. The
file `archive/.sent` holds the ledger's lineage and a number for each slot, in lines of one length; it is written after
the database has committed and before the mails leave, so that it is never ahead of the database that wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from weekly import files
from weekly.errors import WorkspaceError
from weekly.store.mailings import SLOTS
from weekly.workspace import Workspace

NAME = ".sent"
_DIGITS = 20
_LINEAGE = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCounts:
    """Which ledger has sent how many mails, by slot."""

    lineage: str
    counts: Mapping[int, int]

    def is_ahead(self, lineage: str, counts: Mapping[int, int]) -> bool:
        """Whether mails have left that a ledger of that *lineage* with these *counts* does not know of."""
        if self.lineage != lineage:
            return any(self.counts.values())
        return any(number > counts.get(slot, 0) for slot, number in self.counts.items())


class SendCounter:
    """The file and what it says."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> SentCounts | None:
        """What the file says; None where nobody counted. To be asked before the database: others send meanwhile."""
        try:
            lineage, *numbers = self.path.read_text(encoding="ascii").split()
            return SentCounts(lineage=lineage, counts=dict(enumerate(map(int, numbers))))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"{self.path}: cannot be read: {error}: remove it if no backup was restored, else restore it too"
            ) from error

    def keep_up(self, told: SentCounts | None, lineage: str, counts: Mapping[int, int]) -> None:
        """Takes over *counts* of the database, which may be ahead of what was *told*: a process can die between."""
        if told is None or any(count > told.counts.get(slot, 0) for slot, count in counts.items()):
            self.reset(lineage, counts)

    def reset(self, lineage: str, counts: Mapping[int, int]) -> None:
        """Puts *lineage* and *counts* in the place of what is there."""
        lines = [lineage, *(f"{counts.get(slot, 0):0{_DIGITS}d}" for slot in range(SLOTS))]
        files.replace(self.path, "".join(f"{line}\n" for line in lines).encode(), durable=True)

    def raise_to(self, slot: int, count: int) -> None:
        """Says that *count* mails of *slot* have left. Of two processes in one slot the lower number may stay."""
        try:
            with self.path.open("r+b", buffering=0) as file:
                file.seek(_LINEAGE + 1 + slot * (_DIGITS + 1))
                file.write(f"{count:0{_DIGITS}d}".encode())
        except OSError as error:
            raise WorkspaceError(f"{self.path}: cannot be written: {error.strerror}") from error


def counter_of(workspace: Workspace) -> SendCounter:
    """The counter of the workspace."""
    return SendCounter(workspace.archive / NAME)
