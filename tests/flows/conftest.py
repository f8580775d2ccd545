from __future__ import annotations

import gc
import warnings

import pytest

from tests.conftest import lacking
from weekly.models import Week

WEEK = Week.parse("2025-W15")
MAILDIR = '[maildir]\npath = "maildir"\n'
QUIET = '[schedule]\npublish = ""\ndeliver = ""\n'


@pytest.fixture(autouse=True)
def _prefect_s_sockets_end_with_the_test(request):
    """Prefect leaves connections to its server open: buried here, they fail no test that comes later by their warning."""
    yield
    if "server" in request.fixturenames:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


def postgres_programs():
    """Where a whole PostgreSQL is installed; None where there is none, or no driver for it."""
    try:
        from tests.flows.postgres import installed
    except ImportError:
        return None
    return installed()


def whole():
    """A PostgreSQL with its contrib modules, while it is needed."""
    if (programs := postgres_programs()) is None:
        lacking("PostgreSQL or psycopg is not installed (on Debian: apt-get install postgresql)")
    from tests.flows.postgres import Postgres

    server = Postgres(programs)
    server.start()
    yield server
    server.close()


@pytest.fixture(scope="session")
def whole_postgres():
    yield from whole()


@pytest.fixture
def whole_postgres_of_its_own():
    """One that the test may stop."""
    yield from whole()


@pytest.fixture(scope="session")
def server(tmp_path_factory, request):
    """One Prefect server for all tests, on PostgreSQL where that is installed, else on SQLite; this process asks it."""
    from tests.flows.cluster import Cluster

    database = ""
    if postgres_programs():
        address = request.getfixturevalue("whole_postgres").database("prefect")
        database = address.replace("postgresql://", "postgresql+asyncpg://")
    made = Cluster(tmp_path_factory.mktemp("cluster"), database)
    try:
        made.start()
        with made.in_this_process():
            yield made
    finally:
        made.close()


@pytest.fixture
def cluster(server, whole_postgres):
    """The same server with a pool of two process workers that have room for one run each."""
    server.staff("ada", "bob")
    yield server
    server.undeploy()


@pytest.fixture
def newsletter(tmp_path, demo, whole_postgres):
    """Makes a workspace with the demo's settings, on a database of its own on PostgreSQL."""

    def make(name, schedule=QUIET, delivery=MAILDIR):
        root = tmp_path / name
        root.mkdir()
        text = (demo / "weekly.toml").read_text(encoding="utf-8").partition("[maildir]")[0]
        database = f'[database]\nurl = "{whole_postgres.database(name)}"\n'
        (root / "weekly.toml").write_text(text + delivery + database + schedule, encoding="utf-8")
        return root

    return make
