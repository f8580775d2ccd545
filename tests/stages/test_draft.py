"""Drafting a week: editors come before the ranking, and what a person wrote is left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stored import stored
from weekly.errors import StageError
from weekly.models import Status, Week
from weekly.stages.draft import draft, select
from weekly.stages.funnel import week_funnel
from weekly.store.drafts import MACHINE
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")


@pytest.fixture
def opened(drafted):
    with open_workspace(drafted) as workspace:
        yield workspace


def test_a_week_that_was_not_collected_is_not_drafted_and_the_mend_is_said(opened):
    with pytest.raises(StageError, match="2025-W14 has not been collected: run 'weekly collect --week 2025-W14' first"):
        draft(opened, WEEK.shift(-1))


def test_what_editors_accepted_comes_first_and_what_they_rejected_does_not_come(opened):
    ranked = [one.work.id for one in stored(opened).candidates.ranking(WEEK)]
    with opened.store.write() as tx:
        tx.candidates.decide(WEEK, ranked[-1], Status.ACCEPTED)
        tx.candidates.decide(WEEK, ranked[0], Status.REJECTED)
    chosen = [one.work.id for one in select(opened, WEEK)]
    assert chosen[0] == ranked[-1]
    assert ranked[0] not in chosen
    assert len(chosen) == opened.settings.newsletter.items


def test_drafting_again_makes_no_revision_when_there_is_nothing_new(opened):
    first = stored(opened).drafts.find(WEEK)
    assert first.author == MACHINE
    assert draft(opened, WEEK) == first
    with opened.store.read() as tx:
        assert week_funnel(tx, WEEK).selected == len(first.draft.cards)


def test_a_draft_that_a_person_has_edited_is_left_alone(opened):
    with opened.store.write() as tx:
        edited = tx.drafts.add(replace(tx.drafts.find(WEEK).draft, summary="By hand."), "ada", opened.now())
    assert draft(opened, WEEK) == edited
