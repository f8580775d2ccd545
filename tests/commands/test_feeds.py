"""weekly feeds: how they do, and taking back what a server said."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest

from tests.stages.test_collect import FEED, SETTINGS, W15
from tests.stand_in import standing_in
from tests.wire_formats import NOW, atom, post
from weekly import pipeline
from weekly.sources.opml import feeds_of
from weekly.testing import SavedAnswers, workspace

NEW = "https://new.example/feed"
BODY = (200, {}, atom(post("News", "https://elsewhere.example/news")))


def collect(root, answers, days=0):
    with workspace(root, SETTINGS, SavedAnswers(answers), now=NOW + timedelta(days=days)) as opened:
        return pipeline.collect(opened, W15, only={"feed:blog"})


def listed(weekly, root):
    [row] = json.loads(weekly("--workspace", root, "feeds", "--json").out)
    return row


def test_a_feed_is_shown_with_its_weeks_and_its_last_new_entry(tmp_path, weekly):
    collect(tmp_path, {FEED: BODY})
    assert listed(weekly, tmp_path) == {
        "name": "blog",
        "url": FEED,
        "kind": "post",
        "weeks": {"2025-W15": "ok"},
        "last_new": "2025-04-15",
        "said": "",
    }
    assert "W15 ok" in weekly("--workspace", tmp_path, "feeds").out


@pytest.mark.parametrize(
    ("answers", "once", "twice"),
    [
        (
            {FEED: (301, {"location": NEW}, b""), NEW: BODY},
            f"said once on 2025-04-15: moved to {NEW}",
            f"moved to {NEW}",
        ),
        ({FEED: (410, {}, b"")}, "said once on 2025-04-15: gone", "gone"),
    ],
)
def test_what_a_server_said_for_good_is_shown_and_taken_back(tmp_path, weekly, answers, once, twice):
    collect(tmp_path, answers)
    assert listed(weekly, tmp_path)["said"] == once
    collect(tmp_path, answers, days=1)
    assert listed(weekly, tmp_path)["said"] == twice
    assert "weekly feeds undo" in weekly("--workspace", tmp_path, "feeds").out
    assert f"asked at {FEED} again" in weekly("--workspace", tmp_path, "feeds", "undo", "blog").out
    assert listed(weekly, tmp_path)["said"] == ""
    [health] = collect(tmp_path, {FEED: BODY}, days=2)
    assert health.verdict == "ok"


def test_a_feed_that_is_not_there_is_refused(tmp_path, weekly):
    collect(tmp_path, {FEED: BODY})
    ran = weekly("--workspace", tmp_path, "feeds", "undo", "blgo")
    assert (ran.status, ran.err.splitlines()[-1]) == (1, "weekly: no feed is called 'blgo', did you mean blog?")


OPML = """<?xml version="1.0"?><opml version="2.0"><head/><body><outline text="Blogs">
<outline type="rss" text="blog" xmlUrl="https://one.example/feed"/>
<outline type="rss" text="Two: a &quot;name&quot;" xmlUrl="https://two.example/feed"/></outline></body></opml>"""


@pytest.fixture
def local(tmp_path):
    """A workspace, and a site on this machine."""
    feed = atom(post("News", "https://site.example/news")).replace(b"A blog", "站点 <b>".replace("<", "&lt;").encode())
    page = b"<html><head><link rel=alternate type='application/atom+xml' href=/posts/atom></head></html>"
    answers = {
        "/posts/atom": lambda _: httpx.Response(200, content=feed),
        "/bare/feed": lambda _: httpx.Response(404),
        "/rss.xml": lambda _: httpx.Response(200, content=feed),
        "/": lambda _: httpx.Response(200, content=page),
        "/bare": lambda _: httpx.Response(200, content=b"<html>nothing named</html>"),
    }
    with standing_in(answers) as site:
        private = site.url.removeprefix("http://").partition(":")[0]
        (tmp_path / "weekly.toml").write_text(f'# mine\n[http]\nallow_private = ["{private}"]\n', encoding="utf-8")
        yield tmp_path, site.url


def test_the_feed_of_a_site_is_found_and_written_down(local, weekly):
    root, url = local
    assert weekly("--workspace", root, "feeds", "add", url).out == f"站点 <b>: {url}/posts/atom, 1 entries\n"
    assert "already" in weekly("--workspace", root, "feeds", "add", f"{url}/posts/atom").out
    text = (root / "weekly.toml").read_text(encoding="utf-8")
    assert text.startswith("# mine\n")
    assert listed(weekly, root)["url"] == f"{url}/posts/atom"


def test_a_feed_that_no_page_names_is_looked_for_at_the_usual_places(local, weekly):
    root, url = local
    assert f"mine: {url}/rss.xml" in weekly("--workspace", root, "feeds", "add", f"{url}/bare", "--name", "mine").out


def test_lists_of_feeds_come_and_go(tmp_path, weekly):
    (tmp_path / "weekly.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "list.opml").write_text(OPML, encoding="utf-8")
    ran = weekly("--workspace", tmp_path, "feeds", "import", tmp_path / "list.opml")
    assert ran.out == "2 of 2 feeds added to weekly.toml\n"
    assert "0 of 2" in weekly("--workspace", tmp_path, "feeds", "import", tmp_path / "list.opml").out
    told = weekly("--workspace", tmp_path, "feeds", "export").out
    assert list(feeds_of(told.encode())) == [
        ("blog", FEED),
        ("blog 2", "https://one.example/feed"),
        ('Two a "name"', "https://two.example/feed"),
    ]


@pytest.mark.parametrize("body", [b"", b"<html/>", b"{}", b"\x00\xff"])
def test_what_is_no_list_of_feeds_is_refused_in_one_line(tmp_path, weekly, body):
    (tmp_path / "weekly.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "list.opml").write_bytes(body)
    ran = weekly("--workspace", tmp_path, "feeds", "import", tmp_path / "list.opml")
    assert (ran.status, len(ran.err.splitlines())) == (1, 1)
    assert (tmp_path / "weekly.toml").read_text(encoding="utf-8") == SETTINGS
