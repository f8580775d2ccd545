"""A sender as a task: a process that takes its share of the ledger."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from flows.passing import Interrupted
from flows.sender import PASSES
from flows.stage import opened, patient
from weekly.errors import StageError

ROOT = Path(__file__).resolve().parent.parent


async def _send(workspace: str | None, week: str) -> None:
    """Sends what is due of *week* and nobody else has in hand, until nothing is."""
    command = (sys.executable, "-m", "flows.sender", str(opened(workspace)), week, str(os.getpid()))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()  # it finishes the mails it has begun
            await process.wait()
    if process.returncode:
        reason = said.decode(errors="replace").strip() or f"the sending process ended with {process.returncode}"
        ended = process.returncode == PASSES or process.returncode < 0
        raise Interrupted(reason) if ended else StageError(reason)


send = patient(_send, "send")
