"""A drafter that comes in as a plugin goes before ours, and may write the opening too."""

from __future__ import annotations

import pytest

from tests.drafting.works import candidate, paper
from weekly.drafting import Opening
from weekly.models import Card, Week
from weekly.pipeline import draft
from weekly.testing import workspace

WEEK = Week.parse("2025-W15")


class Plain:
    """It writes cards and nothing else."""

    at_once = 2

    def card(self, candidate):
        lead = candidate.work.lead
        return Card(
            id=candidate.work.id, kind=lead.kind, topic=candidate.topics[0].topic, name=lead.title, line="by a plugin",
            title=lead.title, summary="By a plugin.", tags=(), links=(), notes=("no picture was looked for",),
        )  # fmt: skip


class WithOpening(Plain):
    def opening(self, cards):
        return Opening(headlines=(f"{len(cards)} cards",), summary="What a plugin says.", note="nobody has read it")


def create(context):
    return {"plain": Plain, "opening": WithOpening, "none": lambda: None}[context.settings.newsletter.title]()


@pytest.fixture
def made(request, tmp_path, installed):
    """The draft of a week of one paper, by a plugin's drafter."""
    installed("weekly.drafters", "zz = tests.drafting.test_drafting:create")
    with workspace(tmp_path / "w", f'[newsletter]\ntitle = "{request.param}"\n') as opened:
        with opened.store.write() as tx:
            tx.candidates.replace(WEEK, [candidate(paper())])
        return draft(opened, WEEK).draft


@pytest.mark.parametrize("made", ["plain"], indirect=True)
def test_it_writes_the_cards_and_the_template_the_opening(made):
    (card,) = made.cards
    assert (card.summary, card.notes) == ("By a plugin.", ("no picture was looked for",))
    assert made.headlines[0].startswith("OmniSVG: A Unified")
    assert paper().title in made.summary


@pytest.mark.parametrize("made", ["opening"], indirect=True)
def test_its_opening_is_taken_with_what_it_notes(made):
    assert (made.headlines, made.summary, made.notes) == (("1 cards",), "What a plugin says.", ("nobody has read it",))


@pytest.mark.parametrize("made", ["none"], indirect=True)
def test_where_it_makes_none_ours_drafts(made):
    assert made.cards[0].name == "OmniSVG"
