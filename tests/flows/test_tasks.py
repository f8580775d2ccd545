"""Which week a run is about."""

from __future__ import annotations

import pytest

pytest.importorskip("prefect")

from flows.tasks import week_of
from weekly.workspace import Workspace


def test_a_run_is_about_the_week_that_it_names_else_about_the_last_one_that_is_over(demo):
    assert week_of(str(demo), "2025-W10") == "2025-W10"
    assert week_of(str(demo), None) == str(Workspace(demo).this_week)
