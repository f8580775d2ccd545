from __future__ import annotations

from weekly.models import Spent
from weekly.store.ports import StoreUsage
from weekly.testing import workspace


def test_answers_are_kept_and_the_budget_holds_across_runs(tmp_path):
    with workspace(tmp_path) as opened:
        kept = StoreUsage(opened.store)
        assert kept.answer("k") is None
        booking = kept.reserve("2025-W15", 0.6, 1.0)
        assert kept.reserve("2025-W15", 0.6, 1.0) is None
        assert kept.reserve("2025-W16", 0.6, 1.0) is not None
        kept.settle(booking, Spent(tokens_in=10, tokens_out=5, cost=0.1, outcome="answered"), "k", "words")
    with workspace(tmp_path) as opened:
        kept = StoreUsage(opened.store)
        assert kept.answer("k") == "words"
        assert kept.reserve("2025-W15", 0.6, 1.0) is not None
        with opened.store.read() as tx:
            assert tx.model_answers.costs("2025-W15") == Spent(tokens_in=10, tokens_out=5, cost=0.7, outcome="2 calls")


def test_a_call_that_was_never_settled_stays_booked_at_its_most(tmp_path):
    with workspace(tmp_path) as opened:
        StoreUsage(opened.store).reserve("2025-W15", 0.9, 1.0)
    with workspace(tmp_path) as opened:
        assert StoreUsage(opened.store).reserve("2025-W15", 0.2, 1.0) is None


def test_an_answer_asked_twice_at_once_is_kept_once(tmp_path):
    with workspace(tmp_path) as opened:
        kept = StoreUsage(opened.store)
        for words in ("one", "two"):
            kept.settle(kept.reserve("w", 0.1, 1.0), Spent(cost=0.1), "k", words)
        assert kept.answer("k") == "two"
