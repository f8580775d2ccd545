"""`python -m flows.sender WORKSPACE MAILING PARENT`: one sending process, which ends when its parent has ended.

A process of its own, because two threads would share one processor, and because the ledger knows senders by their
process: what a dead one had in hand is free again at once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from weekly import pipeline
from weekly.archive.foreign import refuse_foreign
from weekly.errors import is_passing
from weekly.models import mailing
from weekly.stages import Progress
from weekly.workspace import open_workspace

TEMPORARY = 75
"""EX_TEMPFAIL of sysexits.h: the same command may succeed later."""
PROGRESS = "sending: "
"""What a line on stdout begins with that tells how far it is."""
_EVERY = 10.0
"""Seconds between them."""


def main(arguments: Sequence[str]) -> None:
    """Sends; prints the counts. What went wrong is one line on stderr."""
    root, week, parent = arguments
    threading.Thread(target=_end_with_parent, args=(int(parent),), daemon=True).start()
    try:
        with open_workspace(Path(root), check=refuse_foreign) as workspace:
            counts = pipeline.deliver(workspace, mailing(week), progress=_tell())
    except KeyboardInterrupt:
        sys.exit(TEMPORARY)
    except Exception as error:  # noqa: BLE001 - the parent reads the line and the status
        sys.stderr.write(" ".join(f"{type(error).__name__}: {error}".split())[:500] + "\n")
        sys.exit(TEMPORARY if is_passing(error) else 1)
    sys.stdout.write(json.dumps(counts) + "\n")


def _tell() -> Progress:
    told = time.monotonic()

    def tell(what: str, done: int, total: int | None = None) -> None:
        nonlocal told
        del what
        if time.monotonic() - told >= _EVERY:
            told = time.monotonic()
            sys.stdout.write(f"{PROGRESS}{done} of {total} tried\n")
            sys.stdout.flush()

    return tell


def _end_with_parent(parent: int) -> None:
    """Lets the sender finish the mails it has begun, once nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
