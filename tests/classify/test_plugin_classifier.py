"""A classifier of a plugin that fails or hangs costs its topics alone: the built-in one files, and says why."""

from __future__ import annotations

from threading import Event

import pytest

from tests.classify.works import entry
from weekly.classify.plugin_classifier import PluginClassifier
from weekly.models import TopicScore

released = Event()
OURS, THEIRS = ((TopicScore(topic=name, score=0.5, reason=name),) for name in ("ours", "theirs"))
ENTRIES = [entry("A talking head"), entry("The gait of storks")]


class Filing:
    """It answers what its function gives for the entries."""

    def __init__(self, answer):
        self._answer, self.asked = answer, 0

    def classify(self, entries):
        self.asked += 1
        return self._answer(entries)


def ours():
    return Filing(lambda entries: [OURS for _ in entries])


def test_what_it_files_stands():
    files = PluginClassifier("birds", lambda: Filing(lambda entries: [THEIRS for _ in entries]), ours(), 60)
    assert files.classify(ENTRIES) == [THEIRS, THEIRS]
    assert files.loss == ""


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda _: 1 / 0, "failed, unexpected ZeroDivisionError: division by zero"),
        (lambda _: released.wait(), "gave no answer within 0.2 s"),
        (lambda _: [THEIRS], "failed: of 2 entries 1 got a topic"),
        (lambda _: [(), THEIRS], "failed: of 2 entries 1 got a topic"),
    ],
)
def test_what_it_does_not_file_the_built_in_one_does_and_the_loss_is_said_once(answer, why, caplog):
    theirs = Filing(answer)
    files = PluginClassifier("birds", lambda: theirs, ours(), 0.2)
    assert [files.classify(ENTRIES), files.classify(ENTRIES)] == [[OURS, OURS]] * 2
    assert f"classifier birds {why}" in files.loss
    assert files.loss.endswith("mend or uninstall the plugin")
    assert theirs.asked == (1 if "no answer" in why else 2)
    assert len(caplog.messages) == 1
    released.set()
    released.clear()


def test_one_that_cannot_be_made_files_nothing():
    def create():
        raise LookupError("no such birds")

    files = PluginClassifier("birds", create, ours(), 60)
    assert files.classify(ENTRIES) == [OURS, OURS]
    assert "LookupError: no such birds" in files.loss
