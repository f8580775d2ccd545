"""Who holds a turn or a mail: a name that tells later whether its process still lives."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def me() -> str:
    """What this process is called: host, process id and, where the system tells, the moment it started."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def gone(name: str) -> bool:
    """Whether the process that called itself *name* ran on this machine and has ended."""
    host, pid, started = (*name.split(":"), "", "")[:3]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return started != _started(int(pid))  # the id was given to another process since, or nobody has buried this one


def _started(pid: int) -> str:
    """The process's start in clock ticks since boot (proc(5), field 22); empty for a dead one and without /proc."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if state[0] in {"Z", "X"} else state[19]
