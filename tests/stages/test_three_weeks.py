"""Three weeks as arXiv would have announced them: whatever moderation held, no paper is lost."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from weekly import pipeline
from weekly.models import Week
from weekly.testing import workspace

WANTED = {"cs.CV", "cs.CL", "cs.AI", "cs.LG"}
MONDAYS = [datetime(2025, 4, day, 6, tzinfo=UTC) for day in (7, 14, 21)]


def papers_of(shared, first, last):
    """The papers of the default categories submitted from *first* to *last*, as the stand-in has them."""
    sys.path.insert(0, str(shared / "wire"))
    try:
        from wire import World
    finally:
        sys.path.pop(0)
    return {
        one["arxiv_id"]
        for one in World(shared / "data").ordered
        if first <= one["published_at"].date().isoformat() <= last and WANTED & set(one["cats"])
    }


@pytest.mark.sample(3, of="weeks with faults")
def test_no_paper_of_three_weeks_is_lost_and_the_late_ones_say_so(tmp_path, shared, wire):
    settings = f"""
[sources.arxiv]
api_url = "{wire}/api/query"
rss_url = "{wire}/atom"
pace = 0
[sources.github]
enabled = false
"""
    for monday in MONDAYS:
        httpx.post(f"{wire}/__now", content=json.dumps({"now": f"{monday:%Y-%m-%dT%H:%M:%SZ}"}))
        with workspace(tmp_path, settings, httpx.HTTPTransport(), now=monday) as opened:
            [health] = pipeline.collect(opened, Week.of(monday, ZoneInfo("UTC")).shift(-1))
            counts = health.new + health.known + health.outside + health.unusable + health.merged
            assert (health.verdict, health.seen) == ("ok", counts)
            with opened.store.read() as tx:
                entries = [one for week in (14, 15, 16) for one in tx.entries.of(Week(2025, week))]
    assert papers_of(shared, "2025-04-01", "2025-04-11") - {one.key for one in entries} == set()
    late = [one for one in entries if one.late]
    assert late
    assert all(one.published.date().isoformat() in one.late for one in late)
    elsewhere = [one for one in late if one.categories[0] not in WANTED]
    assert elsewhere
    assert all(f"cross-listed from {one.categories[0]} since" in one.late for one in elsewhere)
