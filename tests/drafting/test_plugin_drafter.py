"""A drafter that a plugin brings costs at most its own words: what it does not write, the built-in drafter does."""

from __future__ import annotations

from threading import Event

import pytest

from tests.drafting.works import candidate, context, paper
from weekly.drafting import Opening
from weekly.drafting.extractive_drafter import create
from weekly.drafting.plugin_drafter import plugin_drafter
from weekly.models import Week
from weekly.stages.draft import draft
from weekly.workspace import open_workspace


class Raising:
    at_once = 2

    def card(self, candidate):
        raise ZeroDivisionError("no words left")

    def opening(self, cards):
        raise KeyError("headlines")


class Exiting:
    at_once = 1

    def card(self, candidate):
        raise SystemExit(3)


class Hanging:
    at_once = 1

    def __init__(self):
        self.released, self.asked = Event(), 0

    def card(self, candidate):
        self.asked += 1
        self.released.wait()


class Mistaken:
    at_once = 1

    def card(self, candidate):
        return "a text"


def failing(context):
    raise LookupError("no such voice")


def raising(context):
    return Raising()


@pytest.fixture
def ours():
    return create(context())


def notes_of(card):
    return "\n".join(card.notes)


def test_a_plugin_that_raises_leaves_the_card_to_the_built_in_drafter_and_a_note(ours):
    writer, work = plugin_drafter("brief", Raising, ours, 60), candidate(paper())
    card = writer.card(work)
    assert card.summary == ours.card(work).summary
    assert "drafter brief failed, unexpected ZeroDivisionError: no words left" in notes_of(card)
    assert "mend or uninstall the plugin" in notes_of(card)
    assert writer.at_once == 2


def test_an_opening_that_fails_is_the_template_s_and_the_reason_is_kept(ours):
    opening = plugin_drafter("brief", Raising, ours, 60).opening([])
    assert opening == Opening(note=opening.note)
    assert "KeyError" in opening.note


def test_a_plugin_that_wants_to_exit_does_not_end_the_drafting(ours):
    assert "SystemExit" in notes_of(plugin_drafter("brief", Exiting, ours, 60).card(candidate(paper())))


def test_a_plugin_that_hangs_is_waited_for_once_in_a_run(ours):
    hanging = Hanging()
    writer = plugin_drafter("slow", lambda: hanging, ours, seconds=0.05)
    cards = [writer.card(candidate(paper())) for _ in range(3)]
    hanging.released.set()
    assert hanging.asked == 1
    assert all("drafter slow gave no answer within 0.05 s" in notes_of(card) for card in cards)
    assert all(card.summary for card in cards)


def test_what_is_no_card_is_said_so(ours):
    assert "gave something else" in notes_of(plugin_drafter("odd", Mistaken, ours, 60).card(candidate(paper())))


def test_a_plugin_that_cannot_be_made_is_a_note_and_one_that_is_not_asked_for_is_nothing(ours):
    writer = plugin_drafter("brief", lambda: failing(None), ours, 60)
    assert "LookupError: no such voice" in notes_of(writer.card(candidate(paper())))
    assert writer.opening([]) == Opening()
    assert plugin_drafter("brief", lambda: None, ours, 60) is None


def test_a_week_is_drafted_though_a_plugin_s_drafter_raises(drafted, installed):
    installed("weekly.drafters", "brief = tests.drafting.test_plugin_drafter:raising")
    week = Week.parse("2025-W15")
    with open_workspace(drafted) as workspace:
        made = draft(workspace, week).draft
    assert made.cards
    assert all("drafter brief failed" in notes_of(card) for card in made.cards)
    assert any("the opening is the template's" in note for note in made.notes)
    assert made.headlines
