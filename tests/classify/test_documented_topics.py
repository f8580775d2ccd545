"""The examples of docs/topics.md do what the page says of them."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.classify.works import entry
from tests.conftest import ROOT
from weekly.classify import create
from weekly.settings import Settings

PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
EXAMPLES = [tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
EXAMPLES = [example for example in EXAMPLES if "topics" in example]
ABSTRACT = "We describe a system, measure it on public collections and discuss what it costs to run. " * 6


def named():
    """Each keyword that speaks for a topic of an example, with the topic."""
    for example in EXAMPLES:
        for topic in Settings(**example).topics:
            if topic.slug != "video_generation":
                yield from ((example, topic.slug, phrase) for phrase, weight in topic.keywords.items() if weight > 0)


def test_there_are_examples_of_own_topics_in_more_than_one_field():
    assert len(EXAMPLES) >= 2
    assert len(list(named())) >= 8


@pytest.mark.parametrize("text", ["", ABSTRACT])
@pytest.mark.parametrize(("example", "slug", "phrase"), list(named()))
def test_what_a_documented_keyword_names_is_filed_there(example, slug, phrase, text):
    best = create(Settings(**example).topics).classify([entry(f"Notes on {phrase} in practice", text)])[0][0]
    assert (best.topic, best.reason) == (slug, f"phrase {phrase!r} in the title")


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_rest_is_other(example):
    one = entry("Notes on the migration of storks", "Birds fly south in autumn. " * 10)
    assert create(Settings(**example).topics).classify([one])[0][0].topic == "other"
    assert create(Settings(**example).topics).classify([entry("A weather prediction market")])[0][0].topic == "other"
    assert create(Settings(**example).topics).classify([entry("A refractive index", ABSTRACT)])[0][0].topic == "other"
