"""A disk without power: what SQLite has synced is there, and nothing that it wrote since.

SQLite reaches its files through a structure of functions (https://www.sqlite.org/c3ref/vfs.html). Here its `xOpen` is
replaced by one that notes the name of each file, and each file's `xSync` by one that, after the real one, keeps what
the file holds at that moment: that, and no more, is on the disk.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LATER = 16
"""Functions of `sqlite3_io_methods` that are carried over unseen."""


class _Methods(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        *((name, ctypes.c_void_p) for name in ("close", "read", "write", "truncate", "sync")),
        ("others", ctypes.c_void_p * _LATER),
    ]


class _File(ctypes.Structure):
    _fields_ = [("methods", ctypes.POINTER(_Methods))]


class _Vfs(ctypes.Structure):
    _fields_ = [
        ("version", ctypes.c_int),
        ("size", ctypes.c_int),
        ("longest", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
    ]


# The name stays a bare pointer: SQLite keeps it as long as the file is open.
_OPEN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_kept: list[object] = []
"""Files that were opened here call back as long as they are open: nothing of this is ever thrown away."""


class Disk:
    """What is on the disk of the files below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._synced: dict[str, bytes] = {}
        self._names: dict[int, str] = {}

    def cut(self) -> dict[str, bytes]:
        """The files as they are found when power is back, by their names; what was removed is gone."""
        return {name: data for name, data in self._synced.items() if Path(name).exists()}

    def opened(self, file: int, name: str) -> None:
        self._names[file] = name
        if name.startswith(str(self._folder)) and name not in self._synced and Path(name).exists():
            self._synced[name] = Path(name).read_bytes()

    def synced(self, file: int) -> None:
        name = self._names.get(file, "")
        if name.startswith(str(self._folder)):
            self._synced[name] = Path(name).read_bytes()


@contextmanager
def disk_of(folder: Path) -> Iterator[Disk | None]:
    """Watches what SQLite syncs below *folder*; None where Python brings a SQLite of its own, out of reach."""
    if not (vfs := _vfs()):
        yield None
        return
    disk, real = Disk(folder), vfs.open
    call = _OPEN(real)
    known: dict[int, tuple[_Methods, object]] = {}

    def opened(this, name, file, flags, out):
        answer = call(this, name, file, flags, out)
        if answer == 0 and name:
            handle = ctypes.cast(file, ctypes.POINTER(_File)).contents
            disk.opened(file, ctypes.string_at(name).decode())
            methods = ctypes.addressof(handle.methods.contents)
            if methods not in known:
                known[methods] = _watched(handle.methods.contents, disk)
            handle.methods = ctypes.pointer(known[methods][0])
        return answer

    watching = _OPEN(opened)
    _kept.extend([call, watching, known, disk])
    vfs.open = ctypes.cast(watching, ctypes.c_void_p).value
    try:
        yield disk
    finally:
        vfs.open = real


def _watched(methods: _Methods, disk: Disk) -> tuple[_Methods, object]:
    """A copy of *methods* whose sync tells *disk*."""
    copied = _Methods.from_buffer_copy(methods)
    call = _SYNC(methods.sync)

    def sync(file, flags):
        answer = call(file, flags)
        disk.synced(file)
        return answer

    watching = _SYNC(sync)
    _kept.extend([call, watching])
    copied.sync = ctypes.cast(watching, ctypes.c_void_p).value
    return copied, watching


def _vfs() -> _Vfs | None:
    import _sqlite3

    # The library that Python's own module is bound to, whatever else is installed.
    library = ctypes.CDLL(_sqlite3.__file__) if hasattr(_sqlite3, "__file__") else ctypes.CDLL(None)
    try:
        find = library.sqlite3_vfs_find
    except AttributeError:
        return None
    find.restype, find.argtypes = ctypes.POINTER(_Vfs), [ctypes.c_char_p]
    return find(None).contents
