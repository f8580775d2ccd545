"""Who has something in hand: a name for a process that tells later, and beside other containers, whether it lives.

A process id says nothing outside of its PID namespace (pid_namespaces(7)) and its boot, and within them it is given
again; host names and machine ids are copied with images. So the name holds a hash of the boot and the namespaces, the
id, the moment of the start and a random part. Whoever is not surely gone is left to its lease.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PARTS = 4
_DEAD = frozenset("ZX")
_DRAWN = secrets.token_hex(4)


def identity() -> str:
    """What this process is called, in at most 60 characters; no other process is called so, now or later."""
    return f"{_place()}:{os.getpid()}:{_start_time('self')}:{_DRAWN}"


def has_ended(name: str) -> bool:
    """Whether the process of that *name* is surely gone: same boot, same namespaces, and no such process any more.

    False for those who live, those who run where nobody can see them from here, and names of another form.
    """
    parts = name.split(":")
    if len(parts) < _PARTS or not parts[0] or parts[0] != _place() or not parts[1].isdigit():
        return False
    pid, started = int(parts[1]), parts[2]
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    # Not seen although it takes signals is no proof: /proc may be mounted with hidepid.
    now = _start_time(parts[1]) if _proc_is_ours() else ""
    return bool(started and now) and now != started


def _place() -> str:
    """A hash of what a process id and its start are valid in; empty where the system does not tell."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    space = _link("/proc/self/ns/pid")
    # The name of the host beside them, for machines that were started from one snapshot of memory.
    known = (os.uname().nodename, boot, space, _link("/proc/self/ns/time"))
    return hashlib.sha256("\n".join(known).encode()).hexdigest()[:16] if boot and space else ""


def _proc_is_ours() -> bool:
    """Whether /proc shows the processes of our own namespace: a new one sees its parent's until it mounts another."""
    return _link("/proc/self") == str(os.getpid())


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""


def _start_time(pid: str) -> str:
    """The start in clock ticks since boot (proc(5), field 22), "dead" for who is; empty where nobody can tell."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "dead" if fields[0] in _DEAD else fields[19]
