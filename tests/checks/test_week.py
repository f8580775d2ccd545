"""The week that an issue is about: over, read whole, with papers, and with what is news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks import week
from weekly.checks.context import PublishedUpdate
from weekly.models import Candidate, Entry, Kind, Level, SourceHealth, Verdict, Work
from weekly.settings import Settings

SHARES = {"arxiv": 0.9, "feed:Blog": 0.1}
SUNDAY_NIGHT = datetime(2025, 4, 13, 15, 59, tzinfo=UTC)
"""A minute before 2025-W15 is over in Shanghai."""
UPDATE = PublishedUpdate(
    publication="2025-W14",
    card="arxiv:2503.00001",
    title="A Rocket that Lands",
    new_title="A Rocket that Lands",
    comment="",
    version="2",
    withdrawn=False,
)


def health(source, verdict, detail=""):
    return [SourceHealth(source=source, verdict=verdict, detail=detail)]


@pytest.mark.parametrize("verdict", [Verdict.DOWN, Verdict.THROTTLED, Verdict.PARTIAL, Verdict.SUSPICIOUS])
def test_a_source_that_usually_brings_a_fifth_blocks_when_it_was_not_read_whole(verdict):
    (found,) = week.incomplete(context(health=health("arxiv", verdict, "HTTP 503"), usual_shares=SHARES))
    assert (found.check, found.level) == ("incomplete", Level.BLOCK)
    assert f"which usually brings 90% of the entries, is {verdict.value} (HTTP 503)" in found.message


@pytest.mark.parametrize(("source", "shares"), [("feed:Blog", SHARES), ("feed:New", SHARES), ("arxiv", {})])
def test_a_small_source_or_one_of_which_nothing_is_known_warns(source, shares):
    (found,) = week.incomplete(context(health=health(source, Verdict.DOWN), usual_shares=shares))
    assert found.level is Level.WARN


def test_what_a_recording_lacks_warns():
    replayed = Settings(http={"replay": "recording"})
    (found,) = week.incomplete(context(settings=replayed, health=health("arxiv", Verdict.DOWN), usual_shares=SHARES))
    assert found.level is Level.WARN


@pytest.mark.parametrize("verdict", [Verdict.OK, Verdict.NOT_MODIFIED, Verdict.NO_ANNOUNCEMENT])
def test_what_was_read_whole_is_no_finding(verdict):
    assert list(week.incomplete(context(health=health("arxiv", verdict), usual_shares=SHARES))) == []


def test_a_week_that_is_not_over_where_the_newsletter_lives_blocks():
    settings = Settings(newsletter={"timezone": "Asia/Shanghai"})
    (found,) = week.unfinished(context(settings=settings, now=lambda: SUNDAY_NIGHT))
    assert (found.check, found.level) == ("unfinished", Level.BLOCK)
    assert "2025-W15 is not over before 2025-04-14 00:00" in found.message
    later = SUNDAY_NIGHT + timedelta(minutes=1)
    assert list(week.unfinished(context(settings=settings, now=lambda: later))) == []
    assert list(week.unfinished(context(now=lambda: later)))


PROJECTS = replace(DRAFT, cards=(replace(CARD, kind=Kind.PROJECT),) * 3)


def test_an_issue_without_a_paper_blocks_where_papers_are_read():
    (found,) = week.no_papers(context(PROJECTS))
    assert (found.check, found.level) == ("no papers", Level.BLOCK)
    assert found.message == "none of the 3 cards is a paper, although arXiv is read: see 'weekly health'"
    feed = {"name": "Lab", "url": "https://lab.example.org/feed", "kind": "paper"}
    told = Settings(sources={"arxiv": {"enabled": False}, "feeds": [feed]})
    assert "feed Lab is read" in next(week.no_papers(context(PROJECTS, settings=told))).message


def test_a_newsletter_of_projects_needs_no_paper():
    none = Settings(sources={"arxiv": {"enabled": False}})
    assert list(week.no_papers(context(PROJECTS, settings=none))) == []
    assert list(week.no_papers(context(DRAFT))) == []


def project(*, made, release=False):
    kinds = [Kind.PROJECT, *([Kind.RELEASE] if release else [])]
    entries = tuple(
        Entry(source="github", key=kind, kind=kind, title="acme/rocket", url="", published=made) for kind in kinds
    )
    work = Work(id=CARD.id, keys=frozenset({CARD.id}), entries=entries)
    return {CARD.id: Candidate(work=work, topics=(), score=0, parts=())}


def test_an_old_repository_that_only_gained_stars_is_a_warning():
    old, young = datetime(2019, 5, 1, tzinfo=UTC), datetime(2025, 3, 20, tzinfo=UTC)
    (found,) = week.stale_projects(context(candidates=project(made=old)))
    assert (found.check, found.level, found.card) == ("stale projects", Level.WARN, CARD.id)
    assert "a repository of 2019-05 without a release this week" in found.message
    assert list(week.stale_projects(context(candidates=project(made=old, release=True)))) == []
    assert list(week.stale_projects(context(candidates=project(made=young)))) == []
    assert list(week.stale_projects(context(candidates=project(made=None)))) == []


def test_a_published_paper_that_was_withdrawn_is_a_warning_with_the_correction():
    (found,) = week.withdrawn(context(updates=[replace(UPDATE, withdrawn=True)]))
    assert (found.check, found.level) == ("withdrawn", Level.WARN)
    assert "was withdrawn: weekly correct --week 2025-W14 --card 'arxiv:2503.00001'" in found.message
    assert list(week.withdrawn(context(updates=[UPDATE]))) == []
    imported = replace(UPDATE, withdrawn=True, publication="import:old.md")
    assert "say so where it stands" in next(week.withdrawn(context(updates=[imported]))).message


@pytest.mark.parametrize(
    "changes",
    [
        {"new_title": "Why Our Barge Never Sailed"},
        {"comment": "Major revision; the results of section 4 are new"},
        {"comment": "Corrected an error in Theorem 2; fixed a mistake"},
        {"comment": "Substantially extended version"},
    ],
)
def test_a_version_that_says_something_else_is_a_warning(changes):
    (found,) = week.major_update(context(updates=[replace(UPDATE, **changes)]))
    assert (found.check, found.level) == ("major update", Level.WARN)
    assert "v2" in found.message


@pytest.mark.parametrize(
    "changes",
    [{}, {"comment": "Accepted at CVPR 2025; 12 pages"}, {"new_title": "A rocket that lands!"}, {"withdrawn": True}],
)
def test_a_version_that_is_only_printed_again_is_none(changes):
    assert list(week.major_update(context(updates=[replace(UPDATE, **changes)]))) == []
