"""Which newsletters and papers are about artificial intelligence, by their categories on arXiv."""

from __future__ import annotations

import pytest

from weekly.select.ai_field import may_be_ai, mostly_ai
from weekly.settings import Settings


@pytest.mark.parametrize(
    ("categories", "crowd"),
    [
        (["cs.CV", "cs.CL", "cs.AI", "cs.LG"], "ai"),
        (["cs.*"], "ai"),
        (["cs.RO", "eess.SY"], "ai"),
        (["cs.DB", "cs.DC", "cs.DS"], "none"),
        (["physics.ao-ph"], "none"),
        (["q-fin.*", "stat.AP", "cs.LG"], "none"),
    ],
)
def test_papers_are_ranked_by_the_picks_of_ai_only_where_the_categories_are_ais(categories, crowd):
    assert mostly_ai(categories) == (crowd == "ai")
    assert Settings(sources={"arxiv": {"categories": categories}}).crowd == crowd


def test_an_owner_has_the_last_word():
    assert Settings(ranking={"crowd": "none"}).crowd == "none"
    assert Settings(ranking={"crowd": "ai"}, sources={"arxiv": {"categories": ["math.NA"]}}).crowd == "ai"


def test_papers_on_models_often_stand_beside_the_field():
    assert may_be_ai(["cs.CR"])
    assert not may_be_ai(["math.NA", "physics.flu-dyn"])
