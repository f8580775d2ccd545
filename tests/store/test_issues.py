from __future__ import annotations

from datetime import timedelta

from tests.wire_formats import NOW
from weekly.models import Week


def test_what_was_published_lately_is_watched_the_latest_first(store):
    with store.write() as tx:
        for days, key in ((90, "arxiv:1"), (20, "arxiv:2"), (3, "github:a/b")):
            tx.published_works.add([(key, "A title", [key])], "2025-W10", NOW - timedelta(days=days))
    with store.read() as tx:
        assert tx.published_works.recent_keys(NOW - timedelta(days=60), Week(2025, 15)) == ("github:a/b", "arxiv:2")
        assert tx.published_works.recent_keys(NOW - timedelta(days=60), Week(2025, 10)) == ()
