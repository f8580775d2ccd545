from __future__ import annotations

from datetime import timedelta

import pytest

from tests.wire_formats import NOW
from weekly.net.client import Cached
from weekly.store.ports import StoreCache
from weekly.store.web_cache import KEEP

URL = "https://a.example/feed"
FULL = Cached(etag='"1"', last_modified="yesterday", headers={"link": "<x>"}, body=b"\x00\xffbytes")


@pytest.fixture
def cache(store):
    return StoreCache(store)


@pytest.mark.parametrize(
    "cached",
    [
        FULL,
        Cached(),
        Cached(gone=True),
        Cached(moved_to="https://b.example", body=b"x"),
        Cached(hint="gone", hint_at="2025-04-14T06:00:00+00:00"),
    ],
)
def test_what_is_kept_comes_back_as_it_was(cache, cached):
    cache.save(URL, cached)
    assert cache.load(URL) == cached


def test_a_later_answer_takes_the_place_of_an_earlier_one(cache):
    cache.save(URL, FULL)
    cache.save(URL, Cached(etag='"2"'))
    assert cache.load(URL) == Cached(etag='"2"')


def test_what_was_never_fetched_is_not_there(cache):
    assert cache.load(URL) is None


def test_old_answers_are_forgotten_but_not_what_was_said_for_good(store):
    long_ago = NOW - KEEP - timedelta(days=1)
    moved = Cached(moved_to="https://b.example", body=b"x")
    with store.write() as tx:
        tx.web_cache.put("old", FULL, long_ago)
        tx.web_cache.put("link", Cached(moved_to="https://b.example/post"), long_ago)
        tx.web_cache.put("moved", moved, long_ago)
        tx.web_cache.put("gone", Cached(gone=True), long_ago)
        tx.web_cache.put("new", FULL, NOW)
        tx.web_cache.prune(NOW)
    with store.read() as tx:
        kept = {name: tx.web_cache.find(name) for name in ("old", "link", "moved", "gone", "new")}
    assert kept == {"old": None, "link": None, "moved": moved, "gone": Cached(gone=True), "new": FULL}
