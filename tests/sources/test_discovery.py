"""The feed of a site, from whatever its page says."""

from __future__ import annotations

import pytest

from tests.fakes import Asking
from tests.wire_formats import atom, post
from weekly.errors import ParseError
from weekly.sources.discovery import find_feed, named_feeds
from weekly.testing import SavedAnswers

SITE, FEED = "https://site.example/blog/", "https://site.example/feed.xml"
BODY = (200, {}, atom(post("A title", "https://site.example/a")))


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel=alternate type=application/rss+xml href=/f.xml>", "https://site.example/f.xml"),
        ("<LINK HREF='f.xml' TYPE='application/atom+xml; charset=utf-8' REL='feed Alternate'>", f"{SITE}f.xml"),
        (
            "<base href='/en/'><link rel=alternate type=application/feed+json href=f.json>",
            "https://site.example/en/f.json",
        ),
        ("<link rel=alternate type=application/json href=//cdn.example/f.json>", "https://cdn.example/f.json"),
    ],
)
def test_a_page_names_its_feed(head, url):
    assert named_feeds(f"<html><head>{head}</head></html>".encode(), SITE) == [url]


@pytest.mark.parametrize("head", ["", "<link rel=alternate hreflang=zh href=/zh>", "<link rel=stylesheet href=/x.xml>"])
def test_a_page_without_a_feed_names_none(head):
    assert named_feeds(f"<html><head>{head}</head></html>".encode(), SITE) == []


def test_the_first_named_address_that_is_a_feed_is_taken():
    page = b"<link rel=alternate type=application/json href=/api><link rel=alternate type=text/xml href=/feed.xml>"
    answers = {SITE: (200, {}, page), "https://site.example/api": (200, {}, b"{}"), FEED: BODY}
    found = find_feed(Asking(SavedAnswers(answers)).client, SITE)
    assert (found.url, found.title, found.entries) == (FEED, "A blog", 1)


def test_an_address_that_is_a_feed_is_its_own_and_else_the_usual_places_are_tried():
    assert find_feed(Asking(SavedAnswers({FEED: BODY})).client, FEED).url == FEED
    answers = {"https://site.example/": (200, {}, b"<html>Hello"), "https://site.example/index.xml": BODY}
    answers |= {f"https://site.example/{name}": (404, {}, b"") for name in ("feed", "rss.xml", "atom.xml", "feed.xml")}
    assert find_feed(Asking(SavedAnswers(answers)).client, "https://site.example/").url.endswith("/index.xml")
    with pytest.raises(ParseError, match="give the feed's own address"):
        find_feed(Asking(SavedAnswers({SITE: (200, {}, b"<html>Hello")})).client, SITE)
