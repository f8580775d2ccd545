"""Who serves a newsletter's flows: one process at a time on a machine, which holds a lock until it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from weekly.errors import WorkspaceError

FILE = Path(".weekly") / "served"


@contextmanager
def served(roots: Iterable[Path]) -> Iterator[None]:
    """Keeps others from serving or deploying the newsletters at *roots*; raises WorkspaceError where one does already.

    Whoever ends pauses what it served: at the side of another that would stop the other's deployments, unsaid.
    """
    with ExitStack() as locks:
        for root in roots:
            locks.enter_context(_lock(root))
        yield


@contextmanager
def _lock(root: Path) -> Iterator[None]:
    path = root / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            process = file.read().strip() or "another one"
            raise WorkspaceError(f"{root} is served by process {process} already: end it first, or leave it") from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)
