"""Files and folders that appear whole: written under a name of their own, then moved into place.

A process that is killed in between leaves a hidden `.NAME.<16 hex>.part`. Nothing serves, publishes or counts these,
and whoever next writes through the same folder removes those that are an hour old.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from weekly.errors import WorkspaceError

ABANDONED = 3600.0
"""Seconds after which a part belongs to a process that has ended: nothing of ours takes so long to write."""
SETTLED = 0.05
"""Seconds after which a save that has begun is over."""
_PART = re.compile(r"\..+\.[0-9a-f]{16}\.part", re.DOTALL)


def is_part(name: str) -> bool:
    """Whether a file or folder of this *name* is one that was not moved into place."""
    return _PART.fullmatch(name) is not None


def replace(target: Path, data: bytes, *, durable: bool = False, through: Path | None = None) -> None:
    """Puts *data* in the place of *target*, whose folder is made where it is missing.

    A file that holds *data* already is not touched. With *durable* it outlives a power cut once this returns.
    *through* is the folder for the part, where the one of *target* may not have it. Raises WorkspaceError when it
    cannot be written.
    """
    with _telling(target):
        if _holds(target, data):
            return
    with replacing(target, durable=durable, through=through) as part:
        part.write_bytes(data)


def _holds(target: Path, data: bytes) -> bool:
    """Whether *target* is a file of just these bytes; one of another size is not read."""
    known = _status(target)
    same_size = known is not None and stat.S_ISREG(known.st_mode) and known.st_size == len(data)
    return same_size and target.read_bytes() == data


def _status(target: Path) -> os.stat_result | None:
    """What the file system says of *target*, None where nothing is."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return target.stat()
    return None


@contextmanager
def replacing(target: Path, *, durable: bool = False, through: Path | None = None) -> Iterator[Path]:
    """A path at which to make a file or folder, which takes the place of *target* at the end of the block.

    After an exception *target* is as it was. A folder takes the place of nothing but an empty folder. Of a link, what
    it points to is replaced; what is neither file nor folder (a pipe, /dev/stdout) is written as it stands.
    """
    with _telling(target):
        target = target.resolve() if target.is_symlink() else target.absolute()
        known = _status(target)
        if known and not stat.S_ISREG(known.st_mode) and not stat.S_ISDIR(known.st_mode):
            yield target
            return
        with _part(target, through or target.parent) as part:
            yield part
            if durable:
                _sync(part)
            part.replace(target)
            if durable:
                _sync_entry(target.parent)


def replace_unchanged(target: Path, before: bytes | None, data: bytes) -> bool:
    """Puts *data* in the place of *target* if that still holds *before*, None for nothing; returns whether it did.

    A save by somebody else is not lost: one that went through the file that was replaced in this moment is put back.
    It outlives a power cut. Raises WorkspaceError when it cannot be written.
    """
    with _telling(target):
        target = target.resolve()
        with _part(target, target.parent) as part:
            part.write_bytes(data)
            _sync(part)
            if before is None:
                with suppress(FileExistsError):
                    os.link(part, target)
                    _sync_entry(target.parent)
                    return True
                return False
            with suppress(FileNotFoundError), target.open("rb") as held:
                if held.read() != before:
                    return False
                part.replace(target)
                _sync_entry(target.parent)
                if _read_again(held) == before:
                    return True
                time.sleep(SETTLED)
                replace(target, _read_again(held), durable=True)
    return False


def _read_again(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def create(target: Path, data: bytes) -> None:
    """Puts *data*, for its owner's eyes only, at *target* unless something is there: of two processes the first wins.

    It outlives a power cut. Raises WorkspaceError when it cannot be written.
    """
    with _telling(target), _part(target, target.parent) as part:
        part.touch(mode=0o600)
        part.write_bytes(data)
        _sync(part)
        with suppress(FileExistsError):
            os.link(part, target)
        _sync_entry(target.parent)


@contextmanager
def _telling(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = target if is_part(Path(error.filename or target).name) else error.filename or target
        raise WorkspaceError(f"{place}: cannot be written: {error.strerror or error}") from error


@contextmanager
def _part(target: Path, folder: Path) -> Iterator[Path]:
    """A path of its own in *folder*; what is there at the end of the block is removed."""
    part = folder / f".{target.name}.{secrets.token_hex(8)}.part"
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
        yield part
    finally:
        _remove(part)
    _sweep(folder)


@lru_cache(maxsize=1000)  # once is enough for a process: it leaves no parts of its own
def _sweep(folder: Path) -> None:
    """Removes the abandoned parts in *folder*.

    It was written to just now: its own time is the present by the clock of the file system, which may be another
    machine's.
    """
    now = folder.stat().st_mtime
    for path in folder.iterdir():
        with suppress(FileNotFoundError):  # another process was quicker
            if is_part(path.name) and now - path.stat().st_mtime > ABANDONED:
                _remove(path)


def _remove(path: Path) -> None:
    with suppress(OSError):  # it was moved into place, or its folder is none
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _sync(path: Path) -> None:
    """Has what stands at *path* written to the disk, of a folder everything in it."""
    for each in (*path.rglob("*"), path) if path.is_dir() else (path,):
        _sync_entry(each)


def _sync_entry(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
