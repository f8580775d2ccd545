"""Feeds: whatever is sent, entries are plain and their links are safe."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
import re
import sys
import tarfile
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.wire_formats import atom, post
from weekly.errors import FetchError, Gone, ParseError, Refused
from weekly.net.client import LIMIT
from weekly.settings import Settings
from weekly.sources.feed_format import parse
from weekly.sources.feeds import ENTRIES, create
from weekly.stages.sift import sift

URL = "https://blog.example/feed.xml"
SETTINGS = {"feeds": [{"name": "blog", "url": URL}]}
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><rss version='2.0'><channel><item><title>&lol9;</title></item></channel></rss>"
)


def ok(body, **headers):
    return (200, headers, body)


def collected(run, window, body, **headers):
    return run(create, SETTINGS, {URL: ok(body, **headers)}).collect(window)


def news(run, window, body):
    """What of a feed is news at the first contact."""
    return sift(collected(run, window, body).entries, window, (), ()).taken


def test_an_entry_is_taken_as_plain_text(run, window):
    content = '<p>We <b>release</b> it.</p><script>evil()</script><a href="https://github.com/a/b">code</a>'
    one = post("A &amp; <i>B</i>", "https://blog.example/a", content=content)
    [entry] = collected(run, window, atom(one)).entries
    assert (entry.title, entry.url) == ("A & B", "https://blog.example/a")
    assert entry.text.split() == ["We", "release", "it.", "code"]
    assert entry.links == ("https://github.com/a/b",)


def test_entries_of_other_weeks_are_left_out_and_undated_ones_are_news(run, window):
    undated = re.sub("<updated>.*?</updated>", "", post("undated", "https://blog.example/u"))
    body = atom(post("in", "https://blog.example/i"), post("old", "https://blog.example/o", day="2025-03-01"), undated)
    assert [entry.title for entry in news(run, window, body)] == ["in", "undated"]


def test_what_only_looks_like_a_tag_stays_in_titles_and_links_lose_their_escapes(run, window, shared):
    cases = shared / "cases" / "feeds"
    titles = [entry.title for entry in collected(run, window, (cases / "a4.xml").read_bytes()).entries]
    assert titles[:3] == ["Why the <think> token matters", "<think> no type", "<3 Deno"]
    content = "<a href='https://x.example/?a=1&amp;b=2'>link</a>"
    [entry] = collected(run, window, atom(post("A title", "https://blog.example/a", content=content))).entries
    assert entry.links == ("https://x.example/?a=1&b=2",)


def test_what_has_no_title_no_link_or_an_odd_one_is_mended(run, window, shared):
    ran = collected(run, window, (shared / "cases" / "feeds" / "a3.xml").read_bytes())
    assert [(entry.title, entry.url.partition("example.org")[2]) for entry in ran.entries] == [
        ("We release the weights of a new model today.", "/@a/1"),
        ("Podcast episode 12", "/ep12.mp3"),
        ("Pipe in link", "/a?x=1%7C2"),
        ("Space in link", "/a%20b%20c"),
        ("Braces in link", "/%7Bslug%7D"),
        ("Relative link", ran.entries[5].url.partition("example.org")[2]),
        ("Protocol relative", "/pr"),
        ("Good one", "/good"),
    ]


def test_what_leads_to_the_weights_of_a_model_is_one(run, window):
    body = atom(
        post("acme/Thing-7B", "https://hf.co/acme/Thing-7B"),
        post("How we trained it", "https://huggingface.co/blog/thing"),
        post("Data", "https://huggingface.co/datasets/acme/thing"),
    )
    assert [one.kind for one in collected(run, window, body).entries] == ["model", "post", "post"]


def test_a_json_feed_is_a_feed(run, window, shared):
    [entry] = collected(run, window, (shared / "cases" / "feeds" / "j.json").read_bytes()).entries
    assert (entry.key, entry.title, entry.url, entry.text) == ("1", "JSON item", "https://blog.example.org/j1", "x")
    item = {
        "id": 7,
        "content_text": "a < b",
        "tags": ["x"],
        "authors": [{"name": "Ada"}],
        "external_url": "https://o.example/",
    }
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item, 5]}).encode()
    ran = collected(run, window, body)
    [entry] = ran.entries
    assert (entry.key, entry.title, entry.authors, entry.categories) == ("7", "a < b", ("Ada",), ("x",))
    assert len(ran.source.report.left_out) == 1


@pytest.mark.parametrize(
    ("name", "headers"),
    [("d_none", {"content-encoding": "none"}), ("d_xgz", {"content-encoding": "x-gzip"}), ("d_gzfile.gz", {})],
)
def test_encodings_by_odd_names_are_read(run, window, shared, name, headers):
    ran = collected(run, window, (shared / "cases" / "feeds" / name).read_bytes(), **headers)
    assert [entry.title for entry in ran.entries] == ["Hello models"]


def test_a_gzip_bomb_is_refused(run, window):
    with pytest.raises(Refused, match="bytes taken"):
        collected(run, window, gzip.compress(b" " * (LIMIT + 1)))
    with pytest.raises(FetchError, match="broken"):
        collected(run, window, gzip.compress(b"x")[:12] + b"torn", **{"content-encoding": "x-gzip"})


def test_dates_are_read_the_same_in_every_month(run, window, shared):
    cases = shared / "cases" / "feeds"
    this_week = collected(run, window, (cases / "b1.xml").read_bytes())
    assert len(this_week.entries) == 16
    assert all(window.start <= entry.published < window.end for entry in this_week.entries)
    assert news(run, window, (cases / "b1b.xml").read_bytes()) == ()


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.example/",
        "https://",
        "/relative",
        'https://x.example/"onload=',
        "https://x.example:port/",
    ],
)
def test_an_entry_without_a_safe_address_is_left_out_or_made_safe(run, window, link):
    for entry in collected(run, window, atom(post("A title", link))).entries:
        assert re.fullmatch(r"https?://[\w.-]+/[^\s\"'<>]*", entry.url)


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_and_the_owner_is_told(run, window):
    new = "https://new.example/feed.xml"
    answers = {URL: (301, {"location": new}, b""), new: ok(atom(post("in", "https://new.example/i")))}
    first = run(create, SETTINGS, answers).collect(window)
    assert "believed if it stays so" in first.source.report.notes[0]
    tomorrow = replace(window, now=window.now + timedelta(days=1))
    second = run(create, SETTINGS, answers, cache=first.asking.cache).collect(tomorrow)
    assert second.asked == [URL, new]
    again = run(create, SETTINGS, {new: answers[new]}, cache=first.asking.cache).collect(tomorrow)
    assert (again.entries, again.asked[0]) == (first.entries, new)
    assert "moved for good" in again.source.report.notes[0]


def test_a_feed_that_was_gone_for_a_moment_is_there_again(run, window):
    first = run(create, SETTINGS, {URL: (410, {}, b"")})
    with pytest.raises(Gone):
        first.collect(window)
    run(create, SETTINGS, {URL: ok(atom())}, cache=first.asking.cache).collect(window)
    later = run(create, SETTINGS, {URL: (410, {}, b"")}, cache=first.asking.cache)
    with pytest.raises(Gone, match="tomorrow"):
        later.collect(replace(window, now=window.now + timedelta(days=9)))


def test_a_move_to_another_feed_is_not_followed_but_told(run, window):
    first = run(create, SETTINGS, {URL: ok(atom(post("Mine", "https://blog.example/mine")))}).collect(window)
    spam = "https://spam.example/feed"
    taken_over = {URL: (301, {"location": spam}, b""), spam: ok(atom(post("Casino", "https://spam.example/1")))}
    again = run(create, SETTINGS, taken_over, cache=first.asking.cache)
    with pytest.raises(Refused, match="none of its entries: change its url"):
        again.collect(window)
    assert again.entries == []


def test_the_secret_of_an_address_reaches_its_host_and_nothing_else(run, window, monkeypatch):
    monkeypatch.setenv("FEED_TOKEN", "s3cret")
    url = "https://blog.example/${FEED_TOKEN}/feed.xml"
    settings = {"feeds": [{"name": "blog", "url": url}]}
    real = "https://blog.example/s3cret/feed.xml"
    echo, away = f"{real}?again", "https://evil.example/${FEED_TOKEN}"
    for answers, asked in (
        ({real: ok(atom(post("in", "https://blog.example/i")))}, [real]),
        ({real: (404, {}, b"")}, [real]),
        ({real: (301, {"location": echo}, b""), echo: ok(b"no feed")}, [real, echo] * 3),
        ({real: (302, {"location": away}, b"")}, [real, away.replace("{", "%7B").replace("}", "%7D")]),
    ):
        ran = run(create, settings, answers)
        said = ""
        try:
            ran.collect(window)
        except FetchError as error:
            said = f"{error} {error.url}"
        assert ran.asked == asked
        kept = str(ran.asking.cache.kept)
        assert "s3cret" not in said + kept + " ".join([*ran.source.report.notes, *ran.source.report.gaps])


def test_a_secret_that_the_feed_gives_back_is_kept_nowhere(run, window, monkeypatch, tmp_path):
    monkeypatch.setenv("FEED_TOKEN", "s3/cr&et=")
    settings = {"feeds": [{"name": "blog", "url": "https://blog.example/feed?key=${FEED_TOKEN}"}]}
    moved = "https://blog.example/feed/?key=s3%2Fcr%26et%3D"
    own = post("s3/cr&et= in a title", "https://blog.example/p?key=s3%2Fcr%26et%3D", content="key s3/cr&et=")
    answers = {
        "https://blog.example/feed/?key=": ok(atom(own)),
        "https://blog.example/feed?key=": (302, {"location": moved}, b""),
    }
    ran = run(create, settings, answers, record=str(tmp_path))
    ran.collect(window)
    assert ran.entries
    kept = "".join(one.read_text() for one in tmp_path.rglob("*") if one.is_file())
    told = f"{ran.entries}{ran.asking.cache.kept}{kept}"
    assert not re.search("s3(?:/|%2F)cr", told, re.IGNORECASE)


def test_a_secret_that_is_not_set_is_named(run, window):
    ran = run(create, {"feeds": [{"name": "blog", "url": "https://blog.example/${FEED_TOKEN}"}]}, {})
    with pytest.raises(Refused, match="FEED_TOKEN is not set: set it"):
        ran.collect(window)
    assert ran.asked == []


def test_a_move_to_what_is_no_feed_is_not_remembered(run, window):
    portal = "https://portal.example/login"
    first = run(create, SETTINGS, {URL: (301, {"location": portal}, b""), portal: ok(b"<html>sign in</html>")})
    with pytest.raises(FetchError, match="not a feed"):
        first.collect(window)
    again = run(create, SETTINGS, {URL: ok(atom())}, cache=first.asking.cache).collect(window)
    assert again.asked == [URL]


def test_a_feed_that_is_gone_is_retired(run, window):
    first = run(create, SETTINGS, {URL: (410, {}, b"")})
    with pytest.raises(Gone, match="believed if it still says so tomorrow"):
        first.collect(window)
    second = run(create, SETTINGS, {URL: (410, {}, b"")}, cache=first.asking.cache)
    with pytest.raises(Gone, match="retired: remove it"):
        second.collect(replace(window, now=window.now + timedelta(days=1)))
    again = run(create, SETTINGS, {URL: ok(atom())}, cache=first.asking.cache)
    with pytest.raises(Gone):
        again.collect(window)
    assert again.asked == []


def test_a_broken_feed_is_used_as_far_as_it_goes_and_says_so(run, window):
    body = atom(post("in", "https://blog.example/i")).replace(b"</feed>", b"<entry><title>cut &nbsp")
    ran = collected(run, window, body)
    assert ran.entries[0].title == "in"
    assert ran.source.report.gaps[0].startswith("broken, read as far as it goes")


def test_a_feed_that_is_no_sound_xml_and_was_read_to_its_end_is_whole(run, window):
    body = atom(post("A&B", "https://blog.example/i"), post("in", "https://blog.example/j"))
    ran = collected(run, window, body.replace(b"A&amp;B", b"A&nbsp;B"))
    assert ([one.title for one in ran.entries], ran.source.report.gaps) == (["A B", "in"], [])


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("www.blog.example/p1?a=1", "https://www.blog.example/p1?a=1"),
        ("blog.example/p1", "https://blog.example/p1"),
        ("www.other.example", "https://www.other.example"),
        ("/wwwhat/p1", "https://blog.example/wwwhat/p1"),
        ("https://a.example/web/www.blog.example/", "https://a.example/web/www.blog.example/"),
        ("https://blog.example/review/blog.example.org/", "https://blog.example/review/blog.example.org/"),
    ],
)
def test_an_address_without_its_scheme_is_no_path(run, window, link, url):
    [entry] = collected(run, window, atom(post("A title", link))).entries
    assert entry.url == url


def test_a_wrong_content_type_is_no_fault_of_the_feed(run, window):
    ran = collected(run, window, atom(post("in", "https://blog.example/i")), **{"content-type": "text/plain"})
    assert len(ran.entries) == 1
    assert not ran.source.report.gaps


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Größe", "iso-8859-1"), ("中文标题", "gb18030"), ("日本語", "shift_jis"), ("Ωmega", "utf-16")],
)
def test_encodings_are_those_of_the_feed(run, window, text, encoding):
    body = atom(post(text, "https://blog.example/i")).decode().replace("utf-8", encoding).encode(encoding)
    assert collected(run, window, body).entries[0].title == text


@pytest.mark.parametrize("body", [b"", b"<html><body>404</body></html>", b"\x00\xff\xfe", b"{}", b"%PDF-1.4"])
def test_what_is_no_feed_is_said_in_one_line(run, window, body):
    with pytest.raises(FetchError, match="not a feed") as caught:
        collected(run, window, body)
    assert "\n" not in str(caught.value)


def test_an_xml_bomb_is_refused_in_one_line(run, window):
    ran = run(create, SETTINGS, {URL: ok(BOMB)})
    with pytest.raises(Refused, match="entities made of entities"):
        ran.collect(window)
    assert ran.asked == [URL]


def test_harmless_entities_are_read(run, window):
    body = b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY me "Ada">]>' + atom(
        post("by ME", "https://blog.example/i")
    ).partition(b"?>")[2].replace(b"ME", b"&me;")
    assert collected(run, window, body).entries[0].title == "by Ada"


def test_a_feed_larger_than_the_limit_is_refused(run, window):
    with pytest.raises(Refused, match="bytes"):
        collected(run, window, b" " * (LIMIT + 1))


@pytest.mark.parametrize("url", ["http://169.254.169.254/", "http://10.0.0.1/feed", "http://[fe80::1]/"])
def test_a_feed_inside_a_network_is_refused(run, window, url):
    ran = run(create, {"feeds": [{"name": "blog", "url": url}]}, {"": ok(atom())})
    with pytest.raises(Refused, match="allow_private"):
        ran.collect(window)
    assert ran.asked == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "blog.example/feed"])
def test_a_feed_that_is_not_on_the_web_is_no_setting(url):
    with pytest.raises(ValueError, match="http"):
        Settings(sources={"feeds": [{"name": "blog", "url": url}]})


def test_only_the_first_entries_of_an_endless_feed_are_looked_at(run, window):
    ran = collected(run, window, atom(*(post(f"No. {n}", f"https://b.example/{n}") for n in range(ENTRIES + 5))))
    assert len(ran.entries) == ENTRIES
    assert str(ENTRIES) in ran.source.report.notes[0]
    assert [one.title for one in ran.source.report.left_out] == [f"No. {n}" for n in range(ENTRIES, ENTRIES + 5)]


def test_a_counter_before_a_link_is_followed_once_and_only_to_its_end(run, window):
    counter = "https://t.co/go?id=1"
    server = {
        URL: ok(atom(post("in", counter))),
        counter: (302, {"location": "https://arxiv.org/abs/2504.00001v2"}, b""),
    }
    first = run(create, SETTINGS, server).collect(window)
    assert first.entries[0].url == "https://arxiv.org/abs/2504.00001v2"
    again = run(create, SETTINGS, server, cache=first.asking.cache).collect(window)
    assert again.entries == first.entries
    assert again.asked == [URL]


def test_shortened_links_that_end_at_one_login_page_stay_as_they_are(run, window):
    links = [f"https://t.co/{number}" for number in range(4)]
    login = (302, {"location": "https://social.example/login"}, b"")
    ran = run(create, SETTINGS, {URL: ok(atom(*(post(link[-1], link) for link in links))), "https://t.co/": login})
    assert [entry.url for entry in ran.collect(window).entries] == links


def test_links_to_its_own_and_to_other_sites_are_left_as_they_are(run, window):
    ran = collected(
        run,
        window,
        atom(*(post(url[-1], url) for url in ("https://other.example/a", "https://blog.example/go?id=1"))),
    )
    assert ran.asked == [URL]


def test_a_counter_that_does_not_answer_costs_one_try(run, window):
    body = atom(*(post(f"No. {n}", f"https://t.co/{n}") for n in range(5)))
    ran = run(create, SETTINGS, {URL: ok(body), "https://t.co/": httpx.ConnectError("refused")}).collect(window)
    assert len(ran.entries) == 5
    assert len(ran.asked) == 2


def test_a_post_may_show_up_some_days_after_its_date(run, window):
    assert collected(run, window, atom()).source.report.settled == window.end - timedelta(days=2)


@pytest.fixture(scope="module")
def real_feeds(shared):
    """feedparser's own test feeds."""
    with tarfile.open(shared / "data" / "fixtures" / "feedparser_tests.tar.gz") as archive:
        return [
            archive.extractfile(one).read()
            for one in archive.getmembers()
            if one.isfile() and one.name.endswith((".xml", ".z", ".gz"))
        ]


def harmless(ran):
    for entry in ran.entries:
        assert entry.title
        assert entry.title == " ".join(entry.title.split())
        assert not re.search(r"(?i)<\s*(script|img|iframe|svg|a)\b[^>]*>", entry.title + entry.text)
        for url in (entry.url, *entry.links):
            assert re.match(r"https?://[^\s\"'<>]+$", url), url


def mutated(draw, body):
    """The feed with something cut, doubled, overwritten or put in."""
    place = draw.randrange(len(body) + 1)
    end = min(len(body), place + draw.randrange(1, 200))
    hostile = draw.choice(
        [
            b"<script>alert(1)</script>",
            b"]]>",
            b"<![CDATA[",
            b"&#0;",
            b"\xff\xfe",
            b"<!--",
            b"&lt;img src=x onerror=y&gt;",
            b'" onclick="',
            b"javascript:x",
            b"\x00",
        ]
    )
    return draw.choice(
        [
            body[:place],
            body[:place] + body[end:],
            body[:place] + body[place:end] * 3 + body[end:],
            body[:place] + hostile + body[place:],
            body[:place] + draw.randbytes(20) + body[end:],
        ]
    )


def survives(run, window, body):
    """Whether the feed could be read; whatever it gave is plain and adds up."""
    ran, read = run(create, SETTINGS, {URL: ok(body)}), False
    with contextlib.suppress(FetchError):
        ran.collect(window)
        read = True
        rows, report = ran.source._parsed[0], ran.source.report
        assert len(ran.entries) + len(report.left_out) + report.unnamed_outside == len(rows)
    harmless(ran)
    return read


def test_feedparser_s_own_feeds_and_mutations_of_them_do_no_harm(run, window, real_feeds, drawn):
    ever = replace(window, start=window.start - timedelta(days=20_000), end=window.end + timedelta(days=20_000))
    read, some = 0, drawn([*enumerate(real_feeds)], 100)
    for number, body in some:
        read += survives(run, ever, body)
        if number % 2:
            survives(run, ever, mutated(random.Random(number), body))
    assert read > len(some) // 2


def work(body):
    """How many calls of functions it takes to read a document, or to refuse it."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        with contextlib.suppress(ParseError):
            parse(body, {}, URL)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    ("start", "more", "times", "end"),
    [
        (b"<rss>", b"<item>", 20_000, b""),
        (b"<rss version='2.0'><channel><item><title>", b"<", 50_000, b""),
        (b"<feed>", b"&", 100_000, b""),
        (b"<rss><channel><item><title>", b"&amp;", 50_000, b"</title></item></channel></rss>"),
        (b"<!DOCTYPE ", b"[", 50_000, b""),
        (b"", b"<!ENTITY ", 20_000, b""),
        (b"<rss><channel><item><description>", b"<a href='", 20_000, b""),
    ],
    ids=["items", "angles", "ampersands", "entities", "doctype", "declarations", "links"],
)
def test_a_document_made_to_be_slow_is_read_or_refused_and_costs_no_more_than_its_length(
    run, window, start, more, times, end
):
    survives(run, window, start + more * times + end)
    half, whole = (work(start + more * (times // part) + end) for part in (20, 10))
    assert whole <= 2.2 * half


def test_what_feedparser_cannot_bear_is_one_line():
    with pytest.raises(ParseError):
        parse(b"", {}, URL)
