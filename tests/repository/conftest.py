"""One prepared week, of which each test gets a copy."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.repository.rehearsal import FIRST, rehearsing


@pytest.fixture(scope="session")
def prepared_week(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    with rehearsing(folder) as rehearsal:
        rehearsal.runner.in_process = True
        rehearsal.at(FIRST)
        rehearsal.prepare(FIRST)
        return rehearsal.site


@pytest.fixture
def rehearse(tmp_path, prepared_week):
    """A newsletter whose first week waits as pull request 1, with *settings* of its own."""
    with ExitStack() as stack:

        def begin(**settings):
            rehearsal = stack.enter_context(rehearsing(tmp_path, prepared_week, **settings))
            rehearsal.runner.in_process = True
            rehearsal.at(FIRST)
            return rehearsal

        yield begin
