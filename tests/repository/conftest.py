"""One prepared week, of which each test gets a copy."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests import fork_server
from tests.repository.rehearsal import FIRST, rehearsing


@pytest.fixture(scope="session")
def commands(tmp_path_factory):
    """A `weekly` for steps that nobody kills: that of test_rehearsal is the installed one."""
    with fork_server.started(tmp_path_factory.mktemp("commands") / "bin") as folder:
        yield folder


@pytest.fixture(scope="session")
def prepared_week(tmp_path_factory, commands):
    folder = tmp_path_factory.mktemp("prepared")
    with rehearsing(folder, commands=commands) as rehearsal:
        rehearsal.at(FIRST)
        rehearsal.prepare(FIRST)
        return rehearsal.site


@pytest.fixture
def rehearse(tmp_path, prepared_week, commands):
    """A newsletter whose first week waits as pull request 1, with *settings* of its own."""
    with ExitStack() as stack:

        def begin(**settings):
            rehearsal = stack.enter_context(rehearsing(tmp_path, prepared_week, commands, **settings))
            rehearsal.at(FIRST)
            return rehearsal

        yield begin
