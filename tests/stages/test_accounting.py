"""Whatever a source shows is accounted for, and `weekly why` knows it: seen = new + known + outside + unusable + merged."""

from __future__ import annotations

import io
import json
import random
import tarfile
from pathlib import Path

import feedparser
import pytest

from tests.sources.test_feeds import mutated
from tests.sources.test_huggingface import paper as picked
from tests.stored import stored
from tests.wire_formats import NOW, api_page, atom, paper, post, release, repository, rss, rss_entry, search
from weekly import pipeline
from weekly.commands.workspace import DEMO
from weekly.models import Verdict, Week
from weekly.testing import SavedAnswers, workspace
from weekly.why import NOT_COLLECTED, why

W15 = Week(2025, 15)
HERE = Path(__file__).parents[2]
RECORDINGS = ((DEMO, W15), (HERE / "tests/fixtures/workspaces/0.1.0", W15.shift(1)))
FEEDS = 90
"""Of feedparser's own; as many broken ones come beside."""


def balanced(health):
    return health.seen == health.new + health.known + health.outside + health.unusable + health.merged


def without_others(settings, feeds):
    off = "[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n"
    return settings + off + "".join(f'[[sources.feeds]]\nname = "{name}"\nurl = "{url}"\n' for name, url in feeds)


@pytest.mark.parametrize(("folder", "week"), RECORDINGS, ids=("demo", "0.1.0"))
def test_every_recording_is_accounted_for_the_first_time_and_again(tmp_path, folder, week):
    written = (folder / "weekly.toml").read_text(encoding="utf-8")
    settings = written.replace('"RECORDING"', '"recording"').replace(
        '"recording"', json.dumps(str(folder / "recording"))
    )
    for again in (False, True):
        with workspace(tmp_path, settings) as opened:
            ran = [one for one in pipeline.collect(opened, week) if one.seen]
            assert all(map(balanced, ran))
            assert {one.new for one in ran} == {0} if again else any(one.new for one in ran)
            for entry in stored(opened).entries.of(week):
                assert why(opened, entry.key).stage != NOT_COLLECTED


@pytest.fixture(scope="module")
def bodies(shared):
    """Feeds of feedparser's own, and the same with something broken."""
    with tarfile.open(shared / "data" / "fixtures" / "feedparser_tests.tar.gz") as archive:
        named = [one for one in archive.getmembers() if one.isfile() and one.name.endswith(".xml")]
        draw = random.Random(22)
        whole = [archive.extractfile(one).read() for one in draw.sample(named, FEEDS)]
    return [*whole, *(mutated(draw, body) for body in whole)]


@pytest.mark.sample(3, of="weeks with faults")
def test_every_entry_of_real_and_of_broken_feeds_is_counted_and_known(tmp_path, bodies):
    feeds = {f"feed {number}": f"https://feeds.example/{number:03}" for number in range(len(bodies))}
    answers = {url: (200, {}, body) for url, body in zip(feeds.values(), bodies, strict=True)}
    with workspace(tmp_path, without_others("", feeds.items()), SavedAnswers(answers), now=NOW) as opened:
        ran = {one.source.removeprefix("feed:"): one for one in pipeline.collect(opened, W15)}
        given = stored(opened).entries.of(W15)
        read = 0
        for body, name in zip(bodies, feeds, strict=True):
            health, rows = ran[name], feedparser.parse(io.BytesIO(body)).entries
            mine = [one for one in given if one.source == f"feed:{name}"]
            refused = stored(opened).left_out.remembered(f"feed:{name}", (), 1000)
            assert balanced(health)
            assert health.new == len(mine)
            assert health.seen == (len(rows) if health.verdict is not Verdict.DOWN else 0)
            for one in (*mine[:1], *refused[:1]):
                assert why(opened, one.key).stage != NOT_COLLECTED
            read += health.seen
        assert read > FEEDS


def broken(draw, value):
    """JSON of a source's answer with something of it left out, or of another type."""
    if isinstance(value, dict):
        name = draw.choice(sorted(value)) if value else ""
        odd = draw.choice([None, 7, "", [], {}, ["x"], "<b>x</b>", -1, True])
        return {**value, name: odd} if draw.random() < 0.5 else {key: one for key, one in value.items() if key != name}
    return draw.choice([None, 7, "x", [], value])


PLACES = """
[http]
timeout = 1
[sources.arxiv]
page_size = 500
[sources.github]
queries = ["llm"]
repositories = ["acme/rocket"]
[sources.huggingface]
enabled = true
"""
API, LISTED, HUB = "https://export.arxiv.org/api/query", "https://rss.arxiv.org/atom", "https://huggingface.co/api"
SEARCH, RELEASES = "https://api.github.com/search", "https://api.github.com/repos/acme/rocket/releases"


@pytest.mark.sample(4)
@pytest.mark.parametrize("seed", range(12))
def test_every_row_of_broken_answers_is_counted(tmp_path, seed):
    draw = random.Random(seed)
    papers = [paper(f"2504.0000{number}") for number in range(6)]
    torn = [one if draw.random() < 0.5 else one.replace("abs/", draw.choice(["", "abs/x", "abs/"])) for one in papers]
    found = [broken(draw, repository(f"acme/r{number}", id=number)) for number in range(6)]
    out = [broken(draw, release(f"v{number}", id=number)) for number in range(6)]
    voted = [broken(draw, picked(f"2504.0000{number}")) for number in range(6)]
    answers = {
        API: (200, {}, api_page(torn)),
        LISTED: (200, {}, rss(*(rss_entry(f"2504.0000{number}") for number in range(6)))),
        SEARCH: (200, {}, search(*found)),
        RELEASES: (200, {}, json.dumps(out).encode()),
        HUB: (200, {}, b"[]"),
        f"{HUB}/daily_papers?date=2025-04-08": (200, {}, json.dumps(voted).encode()),
    }
    with workspace(tmp_path, PLACES, SavedAnswers(answers), now=NOW) as opened:
        ran = {one.source: one for one in pipeline.collect(opened, W15)}
    assert all(map(balanced, ran.values()))
    assert (ran["huggingface"].seen, ran["github"].seen) == (6, 12)
    assert ran["arxiv"].seen == 6


def test_a_guid_that_several_posts_share_names_them_all(tmp_path):
    posts = (post(f"No. {number}", f"https://b.example/{number}", identifier="urn:same") for number in range(3))
    answers = {"https://b.example/feed": (200, {}, atom(*posts))}
    settings = without_others("", [("b", "https://b.example/feed")])
    with workspace(tmp_path, settings, SavedAnswers(answers), now=NOW) as opened:
        pipeline.collect(opened, W15)
        told = why(opened, "urn:same")
        assert len(told.fates) == 3


def test_a_watched_repository_without_releases_costs_no_other_its_own(tmp_path):
    settings = (
        '[sources.arxiv]\nenabled = false\n[sources.github]\nqueries = ["llm"]\nrepositories = ["a/none", "a/b"]\n'
    )
    answers = {
        SEARCH: (200, {}, search(*(repository(f"acme/r{number}") for number in range(5)))),
        "https://api.github.com/repos/a/none/releases": (200, {}, b"[]"),
        "https://api.github.com/repos/a/b/releases": (200, {}, json.dumps([release("v1", repo="a/b")]).encode()),
    }
    with workspace(tmp_path, settings, SavedAnswers(answers), now=NOW) as opened:
        [health] = pipeline.collect(opened, W15)
        assert (health.verdict, health.new) == (Verdict.OK, 6)
