"""The sources that the settings ask for, whatever the plugins among them do."""

from __future__ import annotations

import pytest

from weekly.errors import StageError
from weekly.sources import Report
from weekly.stages.sources import enabled_sources, selected_sources
from weekly.testing import workspace

HERE = "tests.stages.test_sources"


class Renewing:
    """A source that begins a report of its own when it is read."""

    name = "renewing"

    def __init__(self, context):
        self.fetcher, self.report = context.client.fetcher(self.name), Report()

    def collect(self, window):
        self.report = Report(notes=["read"])
        yield []


def renewing(context):
    return [Renewing(context)]


def broken(context):
    raise ZeroDivisionError("no source today")


ONLY = "[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n"


@pytest.fixture
def opened(tmp_path, installed):
    installed("weekly.sources", f"broken = {HERE}:broken", f"renewing = {HERE}:renewing")
    with workspace(tmp_path / "workspace", ONLY) as opened:
        yield opened


def test_a_source_that_cannot_be_made_says_so_when_it_is_read(opened):
    (source,) = selected_sources(opened, ["broken"])
    with pytest.raises(StageError, match="its plugin failed, unexpected ZeroDivisionError: no source today"):
        next(source.collect(None))


def test_what_a_source_reports_is_what_it_says_last(opened):
    (source,) = selected_sources(opened, ["renewing"])
    assert list(source.collect(None)) == [[]]
    assert source.report.notes == ["read"]


def test_a_name_that_no_source_has_is_said(opened):
    with pytest.raises(StageError, match="no source is called 'brocken', did you mean broken"):
        selected_sources(opened, ["brocken"])


def test_a_workspace_without_sources_says_how_to_get_one(tmp_path):
    with workspace(tmp_path, ONLY) as opened, pytest.raises(StageError, match="no source is switched on"):
        enabled_sources(opened)
