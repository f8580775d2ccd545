"""Keywords tried on what was collected, before they stand in weekly.toml."""

from __future__ import annotations

import pytest

from tests.classify.works import entry
from weekly.classify import create
from weekly.classify.trial import keyword_weights, try_keywords
from weekly.errors import ParseError
from weekly.settings import Topic, default_topics

DEFAULTS = tuple(Topic(**row) for row in default_topics().values())


def test_a_keyword_counts_four_or_what_stands_behind_it():
    assert keyword_weights(["storm surge", "weather=3", "weather market=-4"]) == {
        "storm surge": 4,
        "weather": 3,
        "weather market": -4,
    }


@pytest.mark.parametrize("keywords", [[], ["storm=loud"], ["=3"], [""], ["storm=nan"], ["storm=inf"]])
def test_what_is_no_keyword_is_refused_with_the_mend(keywords):
    with pytest.raises(ParseError, match="keyword"):
        keyword_weights(keywords)


def test_all_that_holds_a_keyword_is_shown_what_would_be_filed_first():
    entries = [
        entry("Text-to-video generation of a storm", "Video diffusion."),
        entry("Storm surge on the coast", "Water rises."),
        entry("Storks", "Birds."),
    ]
    rows = try_keywords({"storm surge": 4, "storm": 1}, DEFAULTS, entries, create(DEFAULTS))
    assert [(row["topic"], row["now"]) for row in rows] == [("this", "other"), ("video_generation",) * 2]
    assert rows[0]["reason"] == "phrase 'storm surge' in the title"
