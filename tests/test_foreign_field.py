"""A newsletter on databases, as docs/topics.md sets it up, from its sources to its archive."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.stages.test_collect import W15
from tests.stored import stored
from tests.wire_formats import NOW, Api, paper
from weekly import pipeline
from weekly.review.approve import approve
from weekly.testing import SavedAnswers, workspace

PAGE = (ROOT / "docs" / "topics.md").read_text(encoding="utf-8")
DOCUMENTED = next(block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "cs.DB" in block)
SETTINGS = f"""
[newsletter]
language = "en"
items = 6
[sources.github]
enabled = false
{DOCUMENTED}
"""
PAPERS = {
    "2504.10001": ("Join order search by sampling", "cs.DB", "query_processing"),
    "2504.10002": ("Cardinality estimation from sketches", "cs.DB", "query_processing"),
    "2504.10003": ("A query optimizer that remembers", "cs.DB", "query_processing"),
    "2504.10004": ("Compaction in an LSM-tree", "cs.DB", "storage"),
    "2504.10005": ("A key-value store for slow disks", "cs.DC", "storage"),
    "2504.10006": ("Large language model agents for code", "cs.DC", "other"),
    "2504.10007": ("Consensus under clock drift", "cs.DC", "other"),
}
ABSTRACT = (
    "We present {title}. It halves the latency of a common workload. Experiments on three systems show a gain of 21%."
)


@pytest.fixture
def listed():
    return [
        paper(key, title=title, categories=(category,), abstract=ABSTRACT.format(title=title))
        for key, (title, category, _) in PAPERS.items()
    ]


def test_what_its_keywords_name_is_filed_there_leads_the_issue_and_carries_no_tag_of_ai(tmp_path, listed):
    answers = {"https://export.arxiv.org/api/query": Api(listed)}
    with workspace(tmp_path, SETTINGS, SavedAnswers(answers), now=NOW) as inside:
        pipeline.collect(inside, W15)
        pipeline.classify(inside, W15)
        ranking = stored(inside).candidates.ranking(W15)
        assert {one.work.id: one.topic for one in ranking} == {f"arxiv:{key}": row[2] for key, row in PAPERS.items()}
        assert {one.topic for one in ranking[-2:]} == {"other"}
        assert not {part.name for one in ranking for part in one.parts} & {"wording", "category", "authors"}
        draft = pipeline.draft(inside, W15).draft
        assert len(draft.cards) == 6
        assert all(not {"LargeLanguageModels", "Agents"} & set(card.tags) for card in draft.cards)
        approve(inside, W15, "Ada")
        pipeline.publish(inside, W15)
        assert "Cardinality estimation from sketches" in (inside.archive / "2025" / "W15" / "issue.md").read_text(
            "utf-8"
        )
