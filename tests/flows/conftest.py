from __future__ import annotations

import gc
import warnings

import pytest

from tests.conftest import lacking


@pytest.fixture(autouse=True)
def _prefect_s_sockets_end_with_the_test():
    """Prefect leaves connections to its server open: buried here, they fail no test that comes later by their warning."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def whole():
    """A PostgreSQL with its contrib modules, while it is needed."""
    try:
        from tests.flows.postgres import Postgres, installed
    except ImportError:
        lacking("psycopg is not installed")
    if (programs := installed()) is None:
        lacking("PostgreSQL is not installed (on Debian: apt-get install postgresql)")
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
def cluster(tmp_path_factory, whole_postgres):
    """A Prefect server on PostgreSQL, with two process workers that have room for one run each."""
    from tests.flows.cluster import POOL, Cluster

    database = whole_postgres.database("prefect").replace("postgresql://", "postgresql+asyncpg://")
    made = Cluster(tmp_path_factory.mktemp("cluster"), database)
    try:
        made.start()
        made.post("/work_pools/", {"name": POOL, "type": "process"})
        made.staff("ada", "bob")
        yield made
    finally:
        made.close()
