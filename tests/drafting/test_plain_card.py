"""A work that nobody foresaw costs its own card alone."""

from __future__ import annotations

import pytest

from tests.drafting.works import candidate, context, paper
from weekly.drafting.extractive_drafter import create
from weekly.drafting.plain_card import card_or_plain
from weekly.errors import StageError
from weekly.models import Entry, Kind


class Stumbling:
    """A drafter of ours that does not foresee one work."""

    at_once = 1

    def __init__(self, ours):
        self._ours = ours

    def card(self, candidate):
        if "odd" in candidate.work.lead.title:
            raise IndexError("a title that nobody foresaw")
        return self._ours.card(candidate)


def test_a_work_that_the_drafter_stumbles_over_is_a_card_of_its_own_words():
    odd = Entry(source="f", key="1", kind=Kind.POST, title="An *odd* post", url="https://a.example/1", text="Words.")
    writer = Stumbling(create(context()))
    card = card_or_plain(writer, candidate(odd))
    assert (card.title, card.summary) == ("An *odd* post", "Words.")
    assert "IndexError: a title that nobody foresaw" in card.notes[0]
    assert card_or_plain(writer, candidate(paper())).title.startswith("OmniSVG")


def test_what_concerns_every_card_is_raised():
    class Away:
        at_once = 1

        def card(self, candidate):
            raise StageError("nothing to draft with")

    with pytest.raises(StageError):
        card_or_plain(Away(), candidate(paper()))
