"""A week from all sources at once, each with a fault of its own: every one says how it went, and none costs another."""

from __future__ import annotations

import json
from itertools import pairwise

import httpx
import pytest

from tests.stages.test_accounting import balanced
from tests.stages.test_collect import ended, started
from tests.stand_in import standing_in
from tests.wire_formats import atom, post
from weekly.models import SourceHealth

PACE = 0.3
FAULTS = [
    {"path": "/api/query", "kind": "status", "status": 429, "retry_after": 1},
    {"path": "/api/query", "kind": "truncate"},
    {"path": "/search", "kind": "reset"},
    {"path": "/search", "kind": "status", "status": 503},
    {"path": "/api/daily_papers", "kind": "garbage"},
]
SETTINGS = """
[http]
timeout = 5
[sources.arxiv]
api_url = "{wire}/api/query"
rss_url = "{wire}/atom"
html_url = "{wire}/html"
pace = {pace}
[[sources.arxiv.searches]]
name = "world models"
words = ["world model"]
without = ["survey"]
[sources.github]
api_url = "{wire}"
web_url = "{wire}"
queries = ["agent", "diffusion"]
repositories = ["acme/none"]
[sources.huggingface]
enabled = true
api_url = "{wire}/api"
"""
FEEDS = {
    "whole": lambda _: httpx.Response(200, content=atom(post("In", "https://b.example/in"))),
    "cut": lambda _: httpx.Response(200, content=atom(post("In", "https://b.example/cut"))[:-20]),
    "gone": lambda _: httpx.Response(410),
    "ill": lambda _: httpx.Response(500),
    "portal": lambda _: httpx.Response(200, content=b"<html><body>sign in</body></html>"),
}
VERDICTS = {
    "arxiv": "ok",
    "github": "partial",
    "huggingface": "ok",
    "feed:whole": "ok",
    "feed:cut": "partial",
    "feed:gone": "down",
    "feed:ill": "down",
    "feed:portal": "down",
}


@pytest.mark.sample(3, of="weeks with faults")
def test_each_source_says_how_it_went_and_arxiv_is_asked_at_its_pace(tmp_path, wire):
    httpx.post(f"{wire}/__faults", content=json.dumps(FAULTS))
    with standing_in({f"/{name}": answer for name, answer in FEEDS.items()}) as blogs:
        feeds = "".join(f'[[sources.feeds]]\nname = "{name}"\nurl = "{blogs.url}/{name}"\n' for name in FEEDS)
        (tmp_path / "weekly.toml").write_text(SETTINGS.format(wire=wire, pace=PACE) + feeds)
        told = ended(started(tmp_path, "collect", "--week", "2025-W15", "--json"))
    assert {one["source"]: one["verdict"] for one in told["sources"]} == VERDICTS
    assert all(balanced(SourceHealth(**one)) for one in told["sources"])
    new = {one["source"]: one["new"] for one in told["sources"]}
    assert new["arxiv"] > 1_700
    assert min(new["github"], new["huggingface"]) > 10
    at = [row["at"] for row in httpx.get(f"{wire}/__log").json() if row["path"].startswith(("/api/query", "/atom"))]
    assert min(later - earlier for earlier, later in pairwise(sorted(at))) >= PACE
