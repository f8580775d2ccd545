from __future__ import annotations

from datetime import timedelta

from tests.wire_formats import NOW
from weekly.models import SourceHealth, Verdict, Week

W15, W16 = Week(2025, 15), Week(2025, 16)


def test_a_watermark_only_moves_forward(store):
    with store.write() as tx:
        for days in (0, 2, 1):
            tx.source_runs.advance("arxiv", NOW + timedelta(days=days, microseconds=1))
    with store.read() as tx:
        assert tx.source_runs.find_watermark("arxiv") == NOW + timedelta(days=2, microseconds=1)
        assert tx.source_runs.find_watermark("github") is None


def test_the_health_of_a_week_is_that_of_each_source_s_last_run(store):
    with store.write() as tx:
        for week, source, verdict in (
            (W15, "github", Verdict.OK),
            (W15, "arxiv", Verdict.DOWN),
            (W15, "arxiv", Verdict.OK),
            (W16, "arxiv", Verdict.PARTIAL),
        ):
            tx.source_runs.add(week, SourceHealth(source=source, verdict=verdict), NOW)
    with store.read() as tx:
        assert [(one.source, one.verdict) for one in tx.source_runs.health(W15)] == [("arxiv", "ok"), ("github", "ok")]
        assert tx.source_runs.health(Week(2025, 17)) == []


def test_what_was_published_lately_is_watched_the_latest_first(store):
    with store.write() as tx:
        for days, key in ((90, "arxiv:1"), (20, "arxiv:2"), (3, "github:a/b")):
            tx.published_works.add([(key, "A title", [key])], "2025-W10", NOW - timedelta(days=days))
    with store.read() as tx:
        assert tx.source_runs.watchlist(NOW - timedelta(days=60), W15) == ("github:a/b", "arxiv:2")
        assert tx.source_runs.watchlist(NOW - timedelta(days=60), Week(2025, 10)) == ()
