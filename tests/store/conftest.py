"""Both databases that the store works on, each test with a fresh one."""

from __future__ import annotations

import shutil

import pytest

from tests.wire_formats import NOW
from weekly.store import open_store


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A database file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "weekly.db"
    open_store(f"sqlite:///{path}", path.parent, lambda: NOW).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path):
    """The address of a fresh database."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_template")()
    shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "weekly.db")
    return f"sqlite:///{tmp_path / 'weekly.db'}"


@pytest.fixture
def store(address, tmp_path):
    """A store on it."""
    opened = open_store(address, tmp_path, lambda: NOW)
    yield opened
    opened.close()
