"""What a drafter is given: the ways to pages and pictures, none of them where nothing may be fetched."""

from __future__ import annotations

from tests.stored import stored
from weekly.models import Spent
from weekly.stages.draft import drafting_context
from weekly.testing import workspace


def test_a_draft_of_a_week_may_fetch_pages_and_keep_pictures(tmp_path):
    with workspace(tmp_path) as opened:
        context = drafting_context(opened, "2025-W15")
        assert None not in {context.arxiv, context.web, context.pictures}
        assert (context.evergreen, context.account) == (True, "2025-W15")


def test_where_nothing_may_be_fetched_there_is_no_way_to(tmp_path):
    with workspace(tmp_path) as opened:
        context = drafting_context(opened, "", fetches=False)
        assert {context.arxiv, context.web, context.pictures} == {None}
        assert not context.evergreen


def test_templates_are_those_of_the_workspace(tmp_path):
    mine = tmp_path / "templates" / "digest" / "summary.zh.md.j2"
    mine.parent.mkdir(parents=True)
    mine.write_text("Mine.", encoding="utf-8")
    with workspace(tmp_path) as opened:
        assert drafting_context(opened, "").templates.get_template("digest/summary.zh.md.j2").render() == "Mine."


def test_what_a_model_costs_is_kept_under_the_account(tmp_path):
    with workspace(tmp_path) as opened:
        context = drafting_context(opened, "2025-W15")
        booking = context.usage.reserve(context.account, 0.5, budget=1.0)
        context.usage.settle(booking, Spent(cost=0.25, outcome="ok"))
        assert stored(opened).model_answers.costs("2025-W15").cost == 0.25
