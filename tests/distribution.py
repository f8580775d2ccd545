"""Which tests of a run in several processes follow one another in one of them: those that share what is slow to start.

The groups of pytest-xdist are not seen with pytest 9.2: they were a suffix of an item's id, which is fixed now.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/flows/", "tests/browser/")
"""What shares a Prefect server, and a browser: first, each in a process of its own, since it takes the longest."""


class Distribution(LoadScopeScheduling):
    """The tests of a folder of TOGETHER are given to one process, and those of any other file."""

    def _split_scope(self, nodeid: str) -> str:
        return next(filter(nodeid.startswith, TOGETHER), nodeid.partition("::")[0])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Files keep the order in which they were collected: xdist would begin with those that have most tests."""
    config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Brings the tests of TOGETHER to the front; the rest stays in its random order."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of servers wait more than they work."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    """The scheduler of a run in several processes."""
    return Distribution(config, log)
