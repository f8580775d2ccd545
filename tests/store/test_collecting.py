from __future__ import annotations

from datetime import timedelta

from tests.wire_formats import NOW
from weekly.models import Funnel, SourceHealth, Verdict, Week

W15, W16 = Week(2025, 15), Week(2025, 16)


def test_a_watermark_only_moves_forward(store):
    with store.database.write() as connection:
        for days in (0, 2, 1):
            store.collecting.advance(connection, "arxiv", NOW + timedelta(days=days))
    assert store.collecting.watermark("arxiv") == NOW + timedelta(days=2)
    assert store.collecting.watermark("github") is None


def test_the_health_of_a_week_is_that_of_each_source_s_last_run(store):
    def note(week, source, verdict):
        with store.database.write() as connection:
            store.collecting.note(connection, week, SourceHealth(source=source, verdict=verdict), NOW)

    note(W15, "github", Verdict.OK)
    note(W15, "arxiv", Verdict.DOWN)
    note(W15, "arxiv", Verdict.OK)
    note(W16, "arxiv", Verdict.PARTIAL)
    assert [(one.source, one.verdict) for one in store.collecting.health(W15)] == [("arxiv", "ok"), ("github", "ok")]
    assert store.collecting.health(Week(2025, 17)) == []


def test_the_funnel_is_zeros_until_there_is_one(store):
    assert store.collecting.funnel(W15) == Funnel()
    with store.database.write() as connection:
        store.collecting.set_funnel(connection, W15, Funnel(fetched=3))
        store.collecting.set_funnel(connection, W15, Funnel(fetched=4, merged=1))
    assert store.collecting.funnel(W15) == Funnel(fetched=4, merged=1)


def test_what_was_published_lately_is_watched_the_latest_first(store):
    with store.write() as tx:
        for days, key in ((90, "arxiv:1"), (20, "arxiv:2"), (3, "github:a/b")):
            tx.published_works.add([(key, "A title", [key])], "2025-W10", NOW - timedelta(days=days))
    assert store.collecting.watched(NOW - timedelta(days=60), W15) == ("github:a/b", "arxiv:2")
    assert store.collecting.watched(NOW - timedelta(days=60), Week(2025, 10)) == ()
