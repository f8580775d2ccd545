"""A destination of a plugin that fails or hangs is a line of its own; the other places are told."""

from __future__ import annotations

from threading import Event

import pytest

from tests.published import WEEK, publish_issue
from weekly.destinations.announce import announce, plans
from weekly.models import State
from weekly.testing import workspace

HERE = "tests.destinations.test_plugin_destination"
released = Event()


class Hanging:
    repeatable = False

    def plan(self, post):
        return "it would be told"

    def announce(self, post):
        released.wait()


class Repeating(Hanging):
    repeatable = True


class Good(Hanging):
    def announce(self, post):
        return "stands there"


def hanging(context):
    return Hanging()


def repeating(context):
    return Repeating()


def good(context):
    return Good()


def raising(context):
    raise ZeroDivisionError("no such board")


def unset(context):
    return None


@pytest.fixture
def opened(tmp_path, installed):
    names = ("hanging", "repeating", "raising", "good", "unset")
    installed("weekly.destinations", *(f"{name} = {HERE}:{name}" for name in names))
    with workspace(tmp_path / "w", "[plugins]\nseconds = 0.2\n") as made:
        publish_issue(made)
        yield made
    released.set()


def test_each_says_how_it_went(opened):
    planned = {name: (told, could) for name, told, could in plans(opened, WEEK)}
    assert planned["hanging"] == ("it would be told", True)
    told, could = planned["raising"]
    assert not could
    assert "destination raising failed, unexpected ZeroDivisionError: no such board: mend" in told
    said = {one.destination: (one.state, one.detail) for one in announce(opened, WEEK)}
    silent = "gave no answer within 0.2 s: mend or uninstall the plugin"
    assert said["hanging"] == (State.UNCERTAIN, f"destination hanging {silent}")
    assert said["repeating"] == (State.FAILED, f"destination repeating {silent}")
    assert said["raising"][0] is State.FAILED
    assert said["good"] == (State.SENT, "stands there")
    assert "unset" not in said
