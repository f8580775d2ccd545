"""The log of a workspace: a line of JSON for each run of a command, enough to watch a newsletter by.

`.weekly/log/weekly.log` is rotated at 1 MB, four old ones are kept. What modules log meanwhile stands in it too, with
the run's id. Nobody's address and no secret is in it.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from weekly.commands.console import printable

_BYTES, _OLD = 1_000_000, 4
_ADDRESS = re.compile(r"[^\s@<>'\"]+@[^\s@<>'\"]+")
_facts: ContextVar[dict[str, Any] | None] = ContextVar("facts", default=None)


def add_facts(**facts: Any) -> None:
    """Puts counts and verdicts into the line of this run."""
    if (known := _facts.get()) is not None:
        known.update(facts)


@contextmanager
def logged_run(arguments: list[str], root: Path | None, *, verbose: bool) -> Iterator[None]:
    """Logs what happens within the block, and how it ended; without a workspace at *root* only what is *verbose*."""
    run, begun, facts = secrets.token_hex(4), time.monotonic(), dict[str, Any]()
    handlers = [*_file(root, run), *_stderr(verbose=verbose)]
    log = logging.getLogger("weekly")
    before, log.level = log.level, logging.DEBUG if verbose else logging.INFO
    for handler in handlers:
        log.addHandler(handler)
    token, status, error = _facts.set(facts), 0, ""
    try:
        yield
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
        raise
    except BaseException as fault:
        status, error = 130 if isinstance(fault, KeyboardInterrupt) else 1, _without_addresses(fault)
        raise
    finally:
        _facts.reset(token)
        if not any(isinstance(handler, logging.FileHandler) for handler in handlers):
            handlers += _file(root, run)  # this run has made the folder
            for handler in handlers:
                log.addHandler(handler)
        told = {"command": _shown(arguments), "status": status, "seconds": round(time.monotonic() - begun, 3), **facts}
        log.info("run", extra={"told": told | ({"error": error} if error else {})})
        for handler in handlers:
            log.removeHandler(handler)
            handler.close()
        log.level = before


def _file(root: Path | None, run: str) -> Iterator[logging.Handler]:
    if root is None or not (root / ".weekly").is_dir():
        return
    from logging.handlers import RotatingFileHandler

    folder = root / ".weekly" / "log"
    with suppress(OSError):  # a log that cannot be written is no reason not to work
        folder.mkdir(mode=0o700, exist_ok=True)
        file = RotatingFileHandler(folder / "weekly.log", maxBytes=_BYTES, backupCount=_OLD, encoding="utf-8")
        file.setFormatter(_JsonLines(run))
        yield file


def _stderr(*, verbose: bool) -> Iterator[logging.Handler]:
    if verbose:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(_Printable("%(name)s: %(message)s"))
        yield handler


class _Printable(logging.Formatter):
    """What is logged, as a terminal may show it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without orders to the terminal."""
        return printable(super().format(record))


class _JsonLines(logging.Formatter):
    """A line of JSON for each record."""

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = run

    def format(self, record: logging.LogRecord) -> str:
        """The moment, the run and what is said; of a run how it went."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = getattr(record, "told", None) or {"logger": record.name, "message": record.getMessage()[:2000]}
        line = {"at": at, "run": self._run, "level": record.levelname.lower(), **told}
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_addresses(fault: BaseException) -> str:
    return _ADDRESS.sub("…@…", f"{type(fault).__name__}: {fault}"[:500])


def _shown(arguments: list[str]) -> str:
    """The command and its options without what they are given: addresses and texts are nobody's business."""
    return " ".join(word for word in arguments[:2] if not word.startswith("-"))
