"""Weeks that the checks say something of: what was published and changed, what is usually there and is not."""

from __future__ import annotations

import pytest

from tests.stages.test_collect import API, LATER, RSS, SEARCH, SETTINGS, W15, W16, everything, publish
from tests.stored import stored
from tests.wire_formats import NOW, Api, paper, repository, search
from weekly import pipeline
from weekly.errors import Blocked
from weekly.models import Level
from weekly.review.approve import approve
from weekly.review.findings import findings
from weekly.testing import SavedAnswers, workspace

FIRST = [paper(f"2504.0000{number}", title=title) for number, title in enumerate(
    ("Rockets that land", "Barges at sea", "Cranes on rails", "Trams in snow"), 1)]  # fmt: skip
SECOND = [paper(f"2504.1000{number}", title=title, published="2025-04-16T10:00:00Z") for number, title in enumerate(
    ("Ferries by night", "Sledges uphill", "Gliders in rain", "Lorries on ice"), 1)]  # fmt: skip


@pytest.fixture
def published(tmp_path):
    """A workspace whose 2025-W15 is published, nearly all of it from arXiv."""
    with workspace(tmp_path, SETTINGS, SavedAnswers({**everything(), API: Api(FIRST)}), now=NOW) as opened:
        pipeline.collect(opened, W15)
        publish(opened, W15)
    return tmp_path


def second_week(root, answers):
    """The findings of 2025-W16 by their checks, and what approving it gives."""
    with workspace(root, SETTINGS, SavedAnswers({**everything(), **answers}), now=LATER) as opened:
        pipeline.collect(opened, W16)
        pipeline.classify(opened, W16)
        revision = pipeline.draft(opened, W16)
        return {one.check: one for one in findings(opened, revision.draft)}


def test_a_whole_week_brings_none_of_these(published):
    found = second_week(published, {API: Api(SECOND)})
    assert not found.keys() & {"incomplete", "unfinished", "no papers", "stale projects", "withdrawn", "major update"}


def test_a_week_with_arxiv_down_and_twelve_repositories_blocks_twice_until_an_editor_says_why(published):
    many = [repository(f"acme/{name}", created_at="2025-04-16T00:00:00Z") for name in "abcdefghijkl"]
    down = (503, {}, b"")
    found = second_week(published, {API: down, RSS: down, SEARCH: (200, {}, search(*many))})
    assert (found["incomplete"].level, found["no papers"].level) == (Level.BLOCK, Level.BLOCK)
    assert "arxiv, which usually brings" in found["incomplete"].message
    with workspace(published, SETTINGS, now=LATER) as opened:
        with pytest.raises(Blocked, match="incomplete"):
            approve(opened, W16, "ada")
        reasons = {"incomplete": "arXiv was down all week", "no papers": "so projects alone"}
        assert len(approve(opened, W16, "ada", reasons).draft.cards) == 12


def test_a_published_paper_that_was_withdrawn_or_rewritten_is_told(published):
    gone = paper("2504.00001", version=2, updated="2025-04-17T00:00:00Z", comment="This paper has been withdrawn.")
    other = paper("2504.00002", version=2, updated="2025-04-17T00:00:00Z", title="Why harbours silt up")
    found = second_week(published, {API: Api([gone, other, *SECOND])})
    assert "Rockets that land, published in 2025-W15, was withdrawn" in found["withdrawn"].message
    assert "is called 'Why harbours silt up' now" in found["major update"].message


def test_an_old_famous_repository_is_no_news(published):
    old = repository("acme/famous", created_at="2019-01-01T00:00:00Z", stargazers_count=90_000)
    found = second_week(published, {API: Api(SECOND), SEARCH: (200, {}, search(old))})
    assert "a repository of 2019-01 without a release" in found["stale projects"].message
    assert found["stale projects"].level is Level.WARN


def test_a_week_that_is_not_over_blocks(tmp_path):
    with workspace(tmp_path, SETTINGS, SavedAnswers({**everything(), API: Api(SECOND)}), now=NOW) as opened:
        pipeline.collect(opened, W16)
        pipeline.classify(opened, W16)
        found = {one.check: one for one in findings(opened, pipeline.draft(opened, W16).draft)}
    assert found["unfinished"].level is Level.BLOCK


def test_the_funnel_adds_up_to_the_entry(published):
    gone = paper("2504.10009", published="2025-04-16T10:00:00Z", comment="This paper has been withdrawn.")
    with workspace(published, SETTINGS, SavedAnswers({**everything(), API: Api([*SECOND, gone])}), now=LATER) as opened:
        pipeline.collect(opened, W16)
        funnel = pipeline.classify(opened, W16)
        assert funnel.withdrawn == 1
        assert funnel.fetched + funnel.added == sum(
            (funnel.merged, funnel.already_published, funnel.withdrawn, funnel.candidates)
        )
        assert funnel.fetched == len(stored(opened).entries.of(W16))
