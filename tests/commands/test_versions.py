"""The versions of the draft on the command line."""

from __future__ import annotations

import json

import pytest

from weekly.models import Week
from weekly.review import edit
from weekly.review.approve import current_revision
from weekly.review.edit import etag
from weekly.workspace import open_workspace

WEEK = "2025-W15"


@pytest.fixture
def run(weekly, drafted):
    def command(*words):
        return weekly("--workspace", drafted, "draft", *words, "--week", WEEK)

    return command


@pytest.fixture
def card(drafted):
    """A card on which Ada has written."""
    with open_workspace(drafted) as workspace:
        first = current_revision(workspace, Week.parse(WEEK)).draft.cards[0]
        edit.edit(workspace, Week.parse(WEEK), first.id, {"body": "Ada's text."}, etag(first), "ada")
    return first


def test_the_versions_are_listed_with_who_changed_what(run, card):
    told = json.loads(run("log", "--json").out)
    assert [(one["version"], one["by"]) for one in told] == [(2, "ada"), (1, "machine")]
    changed = next(change for change in told[0]["changes"] if change["card"] == card.id)
    assert changed["fields"]["body"] == {"before": card.summary, "after": "Ada's text."}
    assert [one["version"] for one in json.loads(run("log", "--json", "--limit", "1").out)] == [2]
    assert "ada" in run("log", "--card", card.id).out


def test_a_version_is_shown_beside_the_one_that_stands(run, card):
    told = json.loads(run("show", "1", "--json").out)
    assert (told["version"], told["against"], told["by"]) == (1, 2, "machine")
    assert told["draft"]["cards"][0]["summary"] == card.summary
    shown = run("show", "2", "--against", "1", "--card", card.id).out
    assert "  + Ada's text." in shown
    assert card.name in shown


def test_a_version_stands_again_as_a_new_one(run, card):
    told = json.loads(run("restore", "1", "--card", card.id, "--by", "bob", "--json").out)
    assert told == {"week": WEEK, "restored": 1, "version": 3}
    assert json.loads(run("show", "3", "--json").out)["draft"]["cards"][0]["summary"] == card.summary
    assert run("restore", "2").out == f"{WEEK}: as v2: draft v4\n"
    assert run("restore", "1", "--head").status == 0


def test_what_cannot_be_is_refused_in_one_line(run, card):
    for words, why in ((("show", "9"), "no version 9"), (("restore", "1", "--head", "--card", "x"), "two things")):
        refused = run(*words)
        assert (refused.status, refused.err.count("\n")) == (1, 1)
        assert why in refused.err
