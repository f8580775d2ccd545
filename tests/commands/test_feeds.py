"""weekly feeds: how they do, and taking back what a server said."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.stages.test_collect import FEED, SETTINGS, W15
from tests.wire_formats import NOW, atom, post
from weekly import pipeline
from weekly.testing import SavedAnswers, workspace

NEW = "https://new.example/feed"
BODY = (200, {}, atom(post("News", "https://elsewhere.example/news")))


def collect(root, answers, days=0):
    with workspace(root, SETTINGS, SavedAnswers(answers), now=NOW + timedelta(days=days)) as opened:
        return pipeline.collect(opened, W15, only={"feed:blog"})


def listed(weekly, root):
    [row] = json.loads(weekly("--workspace", root, "feeds", "--json").out)
    return row


def test_a_feed_is_shown_with_its_weeks_and_its_last_new_entry(tmp_path, weekly):
    collect(tmp_path, {FEED: BODY})
    assert listed(weekly, tmp_path) == {
        "name": "blog",
        "url": FEED,
        "kind": "post",
        "weeks": {"2025-W15": "ok"},
        "last_new": "2025-04-15",
        "said": "",
    }
    assert "W15 ok" in weekly("--workspace", tmp_path, "feeds").out


@pytest.mark.parametrize(
    ("answers", "once", "twice"),
    [
        (
            {FEED: (301, {"location": NEW}, b""), NEW: BODY},
            f"said once on 2025-04-15: moved to {NEW}",
            f"moved to {NEW}",
        ),
        ({FEED: (410, {}, b"")}, "said once on 2025-04-15: gone", "gone"),
    ],
)
def test_what_a_server_said_for_good_is_shown_and_taken_back(tmp_path, weekly, answers, once, twice):
    collect(tmp_path, answers)
    assert listed(weekly, tmp_path)["said"] == once
    collect(tmp_path, answers, days=1)
    assert listed(weekly, tmp_path)["said"] == twice
    assert "weekly feeds undo" in weekly("--workspace", tmp_path, "feeds").out
    assert f"asked at {FEED} again" in weekly("--workspace", tmp_path, "feeds", "undo", "blog").out
    assert listed(weekly, tmp_path)["said"] == ""
    [health] = collect(tmp_path, {FEED: BODY}, days=2)
    assert health.verdict == "ok"


def test_a_feed_that_is_not_there_is_refused(tmp_path, weekly):
    collect(tmp_path, {FEED: BODY})
    ran = weekly("--workspace", tmp_path, "feeds", "undo", "blgo")
    assert (ran.status, ran.err.splitlines()[-1]) == (1, "weekly: no feed is called 'blgo', did you mean blog?")
