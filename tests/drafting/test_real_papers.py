"""What must hold on real papers, where they are at hand; `python -m bench.drafting` and `bench.faithfulness` say more."""

from __future__ import annotations

import os

import pytest

from bench import drafting, respelled, seed_facts
from bench.papers import Paper, papers
from weekly.drafting.sentence_roles import extract, leans

pytestmark = pytest.mark.sample(2, of="real papers and a real model")


@pytest.fixture(scope="module")
def some() -> list[Paper]:
    found = papers(400)
    if not found:
        if os.environ.get("WEEKLY_REQUIRE_ALL"):
            pytest.fail("the papers beside the repository are not there, and everything is required here")
        pytest.skip("no papers beside the repository: set WEEKLY_SHARED")
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_paper_has_a_summary_and_evidence_and_no_number_of_its_own(some, language):
    seen = drafting.measure(some, language)
    assert (seen.summaries, seen.evidence) == (len(some), len(some))
    assert seen.numbers_outside == []
    assert seen.findings == []


def test_the_links_of_the_abstracts_are_found(some):
    seen = drafting.measure([paper for paper in papers() if "http" in paper.abstract][:300])
    assert seen.links_found >= 0.98 * seen.links


def test_no_extract_opens_by_leaning_on_what_it_left_out(some):
    opened = [extract(paper.abstract)[0] for paper in some]
    assert sum(map(leans, opened)) <= 0.01 * len(opened)


def test_planted_errors_are_caught_and_faithful_texts_pass(some):
    tallies = respelled.measure(papers(1000))
    share = {name: tally.hit / tally.tried for name, tally in tallies.items()}
    assert share["numbers"] >= 0.99
    assert share["names"] >= 0.98
    assert share["institutions"] >= 0.95
    assert max(share["alarms"], share["alarms copied"], share["alarms institutions"]) <= 0.02


def test_what_editors_wrote_is_found_wherever_a_source_holds_it(some):
    rows = [row for row in seed_facts.measure() if row.present]
    assert len(rows) >= 12
    assert [row.missed for row in rows if row.missed] == []
    assert all(row.name == row.told.name for row in rows)
