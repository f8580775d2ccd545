from __future__ import annotations

from datetime import timedelta

import pytest

from tests.wire_formats import NOW
from weekly.http import Cached
from weekly.store.web_cache import KEEP, WebCache

URL = "https://a.example/feed"
FULL = Cached(etag='"1"', last_modified="yesterday", headers={"link": "<x>"}, body=b"\x00\xffbytes")


@pytest.mark.parametrize("cached", [FULL, Cached(), Cached(gone=True), Cached(moved_to="https://b.example", body=b"x")])
def test_what_is_kept_comes_back_as_it_was(store, cached):
    store.web_cache.save(URL, cached)
    assert store.web_cache.load(URL) == cached


def test_a_later_answer_takes_the_place_of_an_earlier_one(store):
    store.web_cache.save(URL, FULL)
    store.web_cache.save(URL, Cached(etag='"2"'))
    assert store.web_cache.load(URL) == Cached(etag='"2"')


def test_what_was_never_fetched_is_not_there(store):
    assert store.web_cache.load(URL) is None


def test_old_answers_are_forgotten_but_not_what_was_said_for_good(store):
    old = WebCache(store.database, lambda: NOW - KEEP - timedelta(days=1))
    moved = Cached(moved_to="https://b.example", body=b"x")
    old.save("https://a.example/old", FULL)
    old.save("https://a.example/link", Cached(moved_to="https://b.example/post"))
    old.save("https://a.example/moved", moved)
    old.save("https://a.example/gone", Cached(gone=True))
    store.web_cache.save("https://a.example/new", FULL)
    store.web_cache.prune()
    kept = {name: store.web_cache.load(f"https://a.example/{name}") for name in ("old", "link", "moved", "gone", "new")}
    assert kept == {"old": None, "link": None, "moved": moved, "gone": Cached(gone=True), "new": FULL}
