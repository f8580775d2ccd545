"""What a card shows beside its text, from the command line."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from weekly.models import Week
from weekly.review.approve import current_revision
from weekly.workspace import open_workspace

WEEK = "2025-W15"


@pytest.fixture
def run(weekly, drafted):
    def command(*words):
        return weekly("--workspace", drafted, *words, "--week", WEEK)

    return command


@pytest.fixture
def card(drafted):
    with open_workspace(drafted) as workspace:
        cards = current_revision(workspace, Week.parse(WEEK)).draft.cards
    return next(card for card in cards if card.picture and "/html/" in card.picture.origin and len(card.links) > 1)


def test_facts_are_shown_written_emptied_and_taken_back(run, card):
    stood = json.loads(run("draft", "facts", card.id, "--json").out)
    assert stood["links"] == [{"kind": link.kind, "url": link.url} for link in card.links]
    words = ("--authors", "Ada Lovelace", "--authors", "Grace Hopper", "--date", "2025-04-01", "--institutions", "")
    told = json.loads(run("draft", "facts", card.id, *words, "--by", "ada", "--json").out)
    assert told == {
        **stood,
        "version": stood["version"] + 1,
        "authors": ["Ada Lovelace", "Grace Hopper"],
        "date": "2025-04-01",
        "institutions": [],
    }
    assert "Grace Hopper" in run("draft", "facts", card.id).out
    assert f"taken back: edited {card.id}" in run("review", "undo", "--by", "ada").out
    assert json.loads(run("draft", "facts", card.id, "--json").out) == {**stood, "version": stood["version"] + 2}


def test_a_picture_is_shown_with_the_figures_to_choose_from_put_there_and_taken_away(run, card, tmp_path):
    stood = json.loads(run("draft", "picture", card.id, "--json").out)
    assert stood["picture"]["file"] == card.picture.file
    assert stood["figures"][0]["number"] == 1
    assert stood["figures"][0]["caption"] in card.picture.alt
    place = tmp_path / "a.png"
    out = io.BytesIO()
    Image.new("RGB", (200, 100), "red").save(out, "PNG")
    place.write_bytes(out.getvalue())
    told = json.loads(run("draft", "picture", card.id, "--file", place, "--json").out)["picture"]
    assert (told["width"], told["height"], told["origin"]) == (200, 100, "")
    assert "no picture" in run("draft", "picture", card.id, "--none").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("facts", "none"), "accept the candidate first"),
        (("facts", "CARD", "--date", "April"), "write it as 2025-04-09"),
        (("facts", "CARD", "--links", "https://example.org"), "write a kind and an address"),
        (("picture", "CARD", "--none", "--figure", "1"), "give one of them"),
        (("picture", "CARD", "--figure", "999"), "has no figure 999"),
        (("picture", "CARD", "--file", "none.png"), "none.png: cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(run, card, words, told):
    refused = run("draft", *(card.id if word == "CARD" else word for word in words))
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert told in refused.err
