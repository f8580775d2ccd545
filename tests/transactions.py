"""Watches that our code does nothing but ask the database while a transaction is open: others wait for it."""

from __future__ import annotations

import sys
from pathlib import Path

from weekly.store.database import transaction_is_open

ROOT = Path(__file__).resolve().parent.parent
OURS = (str(ROOT / "src"), str(ROOT / "flows"))
TESTS = str(ROOT / "tests")
OUTSIDE = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir"}
OUTSIDE |= {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "compile", "exec"}
"""Audit events: https://docs.python.org/3/library/audit_events.html. Databases open their own files unseen."""
OF_THE_PROGRAM = (".py", ".pyc", ".so", "zoneinfo", "store/migrations", "/proc/")
"""What an import, a traceback or a change of the schema reads, and how the kernel tells whether a process lives."""

seen: list[str] = []
"""What was done within a transaction and should not have been, with the place."""


def watch() -> None:
    """From now on, and for the whole life of the process: a hook cannot be taken away again."""
    sys.addaudithook(_look)


def _look(event: str, arguments: tuple[object, ...]) -> None:
    if event in OUTSIDE and transaction_is_open():
        what = _what(event, arguments)
        if what and (place := _place()):
            seen.append(f"{event} {what} in {place}")


def _what(event: str, arguments: tuple[object, ...]) -> str:
    """What was touched; empty for what belongs to the running program."""
    if event in {"compile", "exec"}:  # Jinja turns a template into a program when it is first used
        code = arguments[0] if event == "exec" else None
        name = str(getattr(code, "co_filename", "") or arguments[-1])
        return name if "template" in name else ""
    name = str(arguments[0])
    return "" if isinstance(arguments[0], int) or any(part in name for part in OF_THE_PROGRAM) else name


def _place() -> str:
    """Where our code did it, innermost first; empty where a test or an import did."""
    places: list[str] = []
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(OURS):
            places.append(f"{Path(name).relative_to(ROOT)}:{frame.f_lineno} ({frame.f_code.co_name})")
        elif name.startswith(TESTS):
            break
        elif name.startswith("<frozen importlib"):  # lists a folder anew after importlib.invalidate_caches
            return ""
        frame = frame.f_back
    return " < ".join(places[:4])
