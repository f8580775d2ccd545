"""What is known about a work beyond its entries: growth, the time its votes took, and what was published like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.wire_formats import NOW
from weekly.learning.selection import single_entry_work
from weekly.models import Entry, Kind, Week
from weekly.select.rank import Signals
from weekly.stages.signals import days_of_votes, signals
from weekly.testing import SavedAnswers, workspace

WEEK = Week.parse("2025-W15")
REPOSITORY = Entry(source="github", key="a/b", kind=Kind.PROJECT, title="a/b", url="https://github.com/a/b")


def test_votes_took_the_days_since_the_entry_that_has_them():
    voted = replace(REPOSITORY, votes=40, updated=NOW - timedelta(days=2))
    assert days_of_votes(single_entry_work(voted), NOW) == 2
    assert days_of_votes(single_entry_work(replace(voted, votes=None)), NOW) is None
    assert days_of_votes(single_entry_work(replace(voted, updated=None)), NOW) is None


def test_a_work_resembles_what_other_weeks_published_and_not_its_own_issue(tmp_path):
    title = "Rockets That Write Their Own Flight Plans"
    work = single_entry_work(replace(REPOSITORY, title=title))
    with workspace(tmp_path, "", SavedAnswers({}), now=NOW) as opened:
        with opened.store.write() as tx:
            tx.published_works.add([("url:x", f"{title}.", ["url:x"])], str(WEEK), NOW)
        assert signals(opened, WEEK, [work]) == {}
        assert signals(opened, WEEK.shift(1), [work]) == {work.id: Signals(published_like=f"{title}.")}
