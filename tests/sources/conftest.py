from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import Asking
from tests.wire_formats import NOW
from weekly.context import PluginContext
from weekly.models import Week, Window
from weekly.settings import Settings
from weekly.testing import SavedAnswers

W15 = Week(2025, 15)


@pytest.fixture
def window():
    return Window(start=W15.start(NOW.tzinfo), end=W15.end(NOW.tzinfo), week=W15, now=NOW)


class Run:
    """A source over saved answers, run to its end or its failure."""

    def __init__(self, create, settings, answers, cache=None, **http):
        self.transport = SavedAnswers(answers)
        self.asking = Asking(self.transport, cache=cache, **http)
        made = Settings(sources=settings)
        [self.source] = create(PluginContext(settings=made, root=Path(), client=self.asking.client, now=lambda: NOW))
        self.entries = []

    def collect(self, window):
        for batch in self.source.collect(window):
            self.entries.extend(batch)
        return self

    @property
    def asked(self):
        return [str(request.url) for request in self.transport.asked]


@pytest.fixture
def run():
    return Run
