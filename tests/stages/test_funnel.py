"""The funnel of a week: what editors decide and the draft takes is counted as it stands."""

from __future__ import annotations

import json

from tests.stages.test_collect import API, SETTINGS, W15, everything
from tests.wire_formats import NOW, Api, paper
from weekly import pipeline
from weekly.models import Status
from weekly.review.decide import decide
from weekly.stages.funnel import STEPS, week_funnel
from weekly.testing import SavedAnswers, workspace

PAPERS = [paper(f"2504.0000{number}", title=title) for number, title in enumerate(
    ("Rockets that land", "Barges at sea", "Cranes on rails", "Trams in snow", "Ferries by night"), 1)]  # fmt: skip


def test_every_candidate_is_a_card_or_was_lost_for_a_reason(tmp_path, weekly):
    settings = f"[newsletter]\nitems = 3\n{SETTINGS}"
    with workspace(tmp_path, settings, SavedAnswers({**everything(), API: Api(PAPERS)}), now=NOW) as opened:
        pipeline.collect(opened, W15)
        pipeline.classify(opened, W15)
        pipeline.draft(opened, W15)
        decide(opened, W15, "arxiv:2504.00001", Status.REJECTED, "ada")
        decide(opened, W15, "arxiv:2504.00002", Status.LATER, "ada")
        with opened.store.read() as tx:
            funnel = week_funnel(tx, W15)
    assert (funnel.rejected, funnel.put_off) == (1, 1)
    assert funnel.selected > 0
    assert funnel.candidates == funnel.selected + funnel.rejected + funnel.put_off + funnel.passed_over
    ran = weekly("--workspace", tmp_path, "health", "--week", "2025-W15", "--json")
    shown = json.loads(ran.out)["funnel"]
    assert {"fetched", "merged", "already_published", "candidates", "selected"} <= shown.keys()
    assert set(shown) == {name for name, _ in STEPS}
    assert "withdrawn by their authors" in weekly("--workspace", tmp_path, "health", "--week", "2025-W15").out
