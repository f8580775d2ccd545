"""A week is complete, or says why it is not."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.stand_in import standing_in
from tests.stored import stored
from tests.wire_formats import HEADERS, NOW, Api, api_page, atom, paper, post, repository, rss, search
from weekly import pipeline
from weekly.errors import StageError
from weekly.models import Issue, SourceHealth, Verdict, Week
from weekly.stages.collect import HEALS, open_week, window
from weekly.store.entries import Change
from weekly.testing import SavedAnswers, workspace

W14, W15, W16, W17 = (Week(2025, number) for number in (14, 15, 16, 17))
API, RSS = "https://export.arxiv.org/api/query", "https://rss.arxiv.org/atom"
SEARCH, FEED = "https://api.github.com/search/repositories", "https://blog.example/feed"
SETTINGS = """
[sources.arxiv]
page_size = 2
pace = 0
[sources.github]
queries = ["topic:llm"]
[[sources.feeds]]
name = "blog"
url = "https://blog.example/feed"
"""
FIVE = [paper(f"2504.0000{number}") for number in range(1, 6)]


def fixed(body, etag='"1"'):
    """An answer that never changes."""

    def server(request):
        if request.headers.get("if-none-match") == etag:
            return httpx.Response(304)
        return httpx.Response(200, headers={**HEADERS, "etag": etag}, content=body)

    return server


def everything():
    return {
        API: Api(FIVE),
        SEARCH: fixed(search(repository("acme/rocket"))),
        FEED: fixed(atom(post("News", "https://elsewhere.example/news"))),
    }


def collect(root, answers, *, week=W15, now=NOW, settings=SETTINGS):
    with workspace(root, settings, SavedAnswers(answers), now=now) as opened:
        return {one.source: one for one in pipeline.collect(opened, week)}


def entries(root, week=W15, settings=SETTINGS):
    with workspace(root, settings, now=NOW) as opened, opened.store.read() as tx:
        return sorted(entry.key for entry in tx.entries.of(week))


KEYS = sorted([*(f"2504.0000{number}" for number in range(1, 6)), "acme/rocket", "https://elsewhere.example/news"])


def test_every_source_is_read_and_says_how_it_went(tmp_path):
    health = collect(tmp_path, everything())
    assert entries(tmp_path) == KEYS
    assert health["arxiv"] == SourceHealth(source="arxiv", verdict=Verdict.OK, fetched=5, new=5, requests=3, seen=5)
    assert {one.verdict for one in health.values()} == {Verdict.OK}


def test_the_second_run_makes_conditional_requests_only_and_changes_nothing(tmp_path):
    answers = everything()
    collect(tmp_path, answers)
    with workspace(tmp_path, SETTINGS, again := SavedAnswers(answers), now=NOW) as opened:
        health = pipeline.collect(opened, W15)
    assert all("if-none-match" in request.headers for request in again.asked)
    assert {(one.verdict, one.new) for one in health} == {(Verdict.NOT_MODIFIED, 0)}
    assert entries(tmp_path) == KEYS


DEAD = httpx.ConnectError("refused")


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({API: DEAD, RSS: DEAD}, Verdict.DOWN),
        ({API: (404, {}, b""), RSS: (404, {}, b"")}, Verdict.DOWN),
        ({API: (429, {}, b""), RSS: DEAD}, Verdict.THROTTLED),
        ({API: (406, {"retry-after": "9999"}, b""), RSS: DEAD}, Verdict.THROTTLED),
        ({API: (200, {}, api_page([], total=5)), RSS: (200, {}, rss())}, Verdict.SUSPICIOUS),
        ({API: (200, {}, api_page([], total=0)), RSS: (200, {}, rss())}, Verdict.SUSPICIOUS),
        ({API: [(200, {}, api_page(FIVE[:2], total=5)), (404, {}, b"")], RSS: DEAD}, Verdict.PARTIAL),
        ({API: RuntimeError("a fault of our own"), RSS: DEAD}, Verdict.DOWN),
    ],
)
def test_a_source_that_fails_is_a_verdict_and_the_others_are_there(tmp_path, answers, verdict):
    health = collect(tmp_path, {**everything(), **answers})
    assert health["arxiv"].verdict is verdict
    assert health["arxiv"].detail
    assert "\n" not in health["arxiv"].detail
    assert health["github"].verdict is health["feed:blog"].verdict is Verdict.OK
    assert set(entries(tmp_path)) >= {"acme/rocket", "https://elsewhere.example/news"}


def test_what_came_before_a_failure_is_kept(tmp_path):
    collect(tmp_path, {API: [(200, {}, api_page(FIVE[:2], total=5)), (404, {}, b"")]})
    assert entries(tmp_path) == ["2504.00001", "2504.00002"]
    collect(tmp_path, everything())
    assert entries(tmp_path) == KEYS


def test_a_feed_with_a_fault_is_partial_and_one_that_moved_is_not(tmp_path):
    body = atom(post("News", "https://elsewhere.example/news"))
    torn = collect(tmp_path, {FEED: (200, {}, body.replace(b"</feed>", b"<entry><title>&nbsp"))})
    assert torn["feed:blog"].verdict is Verdict.PARTIAL
    moved = {FEED: (301, {"location": "https://new.example/feed"}, b""), "https://new.example/feed": (200, {}, body)}
    health = collect(tmp_path, moved)
    assert health["feed:blog"].verdict is Verdict.OK
    assert "moved for good" in health["feed:blog"].detail


def test_days_without_an_announcement_say_so(tmp_path):
    early = SETTINGS.replace("pace = 0", "pace = 0\noverlap_days = 0")
    monday = datetime(2025, 4, 7, 3, tzinfo=UTC)
    health = collect(tmp_path, {API: (200, {}, api_page([], total=0))}, now=monday, settings=early)
    assert health["arxiv"].verdict is Verdict.NO_ANNOUNCEMENT


def spans(root, week, source="arxiv", now=NOW):
    with workspace(root, SETTINGS, now=now) as opened:
        asked = window(opened, week, source)
    return asked.start, asked.end


def test_the_first_window_is_the_week_and_some_days_before_it(tmp_path):
    assert spans(tmp_path, W15) == (datetime(2025, 4, 5, tzinfo=UTC), datetime(2025, 4, 14, tzinfo=UTC))


def test_a_week_that_is_not_over_is_asked_about_up_to_now(tmp_path):
    assert spans(tmp_path, W16)[1] == NOW


def test_weeks_are_those_of_the_newsletter_s_time_zone(tmp_path):
    shanghai = '[newsletter]\ntimezone = "Asia/Shanghai"\n'
    with workspace(tmp_path, shanghai, now=NOW) as opened:
        asked = window(opened, W15, "arxiv")
    assert asked.end == datetime(2025, 4, 13, 16, tzinfo=UTC)


def test_a_missed_week_is_made_up_for_by_the_next_run(tmp_path):
    collect(tmp_path, everything(), week=W14)
    late = NOW + timedelta(days=14)
    assert spans(tmp_path, W17, now=late)[0] == W15.start(UTC)
    collect(tmp_path, everything(), week=W17, now=late)
    assert spans(tmp_path, W17, now=late)[0] == W17.start(UTC) - timedelta(days=2)


def test_what_was_not_announced_yet_is_read_by_the_next_run(tmp_path):
    monday = datetime(2025, 4, 14, 6, tzinfo=UTC)
    collect(tmp_path, everything(), now=monday)
    assert spans(tmp_path, W16, now=NOW + timedelta(days=7))[0] == datetime(2025, 4, 11, 18, tzinfo=UTC)


def test_a_week_that_failed_is_made_up_for_even_if_it_was_the_first(tmp_path):
    collect(tmp_path, {API: DEAD, RSS: DEAD})
    assert spans(tmp_path, W16, now=NOW + timedelta(days=7))[0] == W15.start(UTC) - timedelta(days=2)


def test_healing_has_an_end(tmp_path):
    collect(tmp_path, everything(), week=W14)
    autumn = Week(2025, 40)
    assert spans(tmp_path, autumn, now=NOW + timedelta(days=300))[0] == autumn.start(UTC) - HEALS


def test_an_old_week_read_again_takes_nothing_from_the_new(tmp_path):
    collect(tmp_path, everything())
    collect(tmp_path, everything(), week=W14)
    assert entries(tmp_path, W14) == []
    assert entries(tmp_path) == KEYS


def test_a_week_that_has_not_begun_is_refused(tmp_path):
    with pytest.raises(StageError, match="has not begun"):
        collect(tmp_path, everything(), week=W17)


@pytest.mark.parametrize(
    ("name", "mend"), [("arxvi", ", did you mean arxiv?"), ("nobody", "; known are arxiv, feed:blog, github")]
)
def test_a_source_that_is_not_there_is_refused_with_those_that_are(tmp_path, weekly, name, mend):
    with workspace(tmp_path, SETTINGS, now=NOW) as opened, pytest.raises(StageError, match=re.escape(mend)):
        pipeline.collect(opened, W15, only={name})
    ran = weekly("--workspace", tmp_path, "collect", "--week", W15, "--only", name)
    assert (ran.status, ran.err.splitlines()[-1]) == (1, f"weekly: no source is called '{name}'{mend}")


def test_without_any_source_there_is_nothing_to_collect(tmp_path):
    off = "[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n"
    with pytest.raises(StageError, match="no source is switched on"):
        collect(tmp_path, {}, settings=off)


def publish(opened, week):
    """Publishes what was collected, whatever the checks say about so thin an issue."""
    pipeline.classify(opened, week)
    revision = pipeline.draft(opened, week)
    published = {"week": str(week), "number": 1, "hash": revision.hash, "approved_by": "ada", "files": {}}
    with opened.store.write() as tx:
        tx.issues.add(Issue(**published, published_at=opened.now(), draft=revision.draft))


@pytest.fixture
def published(tmp_path):
    """A workspace whose 2025-W15 is published."""
    answers = {**everything(), API: Api([paper("2504.00001", abstract="We release https://github.com/acme/rocket.")])}
    with workspace(tmp_path, SETTINGS, SavedAnswers({**answers, SEARCH: (200, {}, search())}), now=NOW) as opened:
        pipeline.collect(opened, W15)
        publish(opened, W15)
    return tmp_path


LATER = NOW + timedelta(days=7)


def test_what_comes_after_publication_is_news_of_the_next_issue(published):
    collect(published, everything())
    assert "2504.00002" not in entries(published)
    assert "2504.00002" in entries(published, W16)
    with workspace(published, SETTINGS, now=LATER) as opened:
        assert open_week(opened, W15) == open_week(opened, W16) == W16


def test_a_later_version_of_what_was_published_is_an_update_and_no_candidate(published):
    second = paper("2504.00001", version=2, updated="2025-04-16T00:00:00Z")
    with workspace(published, SETTINGS, SavedAnswers({**everything(), API: Api([second])}), now=LATER) as opened:
        pipeline.collect(opened, W16)
        funnel = pipeline.classify(opened, W16)
        with opened.store.read() as tx:
            [update] = tx.entries.updates(W16)
        assert "arxiv:2504.00001" not in {one.work.id for one in stored(opened).candidates.ranking(W16)}
    assert (update.key, update.change, update.version) == ("2504.00001", Change.VERSION, "2")
    assert funnel.candidates == funnel.fetched - funnel.merged - funnel.already_published


def test_the_repository_of_a_published_paper_was_published_with_it(published):
    with workspace(published, SETTINGS, SavedAnswers(everything()), now=LATER) as opened:
        pipeline.collect(opened, W16)
        funnel = pipeline.classify(opened, W16)
        ids = {one.work.id for one in stored(opened).candidates.ranking(W16)}
    assert "github:acme/rocket" not in ids
    assert funnel.already_published == 1


def test_a_replayed_week_gives_the_same_candidates(tmp_path):
    recording = f'[http]\n{{}} = "{tmp_path / "recording"}"\n'
    monday = datetime(2025, 4, 9, 6, 0, 59, 999999, tzinfo=UTC)
    settings = recording.format("record") + SETTINGS
    with workspace(tmp_path / "live", settings, SavedAnswers(everything()), now=monday) as opened:
        pipeline.collect(opened, W15)
        pipeline.classify(opened, W15)
        live = stored(opened).candidates.ranking(W15)
    with workspace(tmp_path / "again", recording.format("replay") + SETTINGS) as opened:
        pipeline.collect(opened, W15)
        pipeline.classify(opened, W15)
        assert stored(opened).candidates.ranking(W15) == live
    assert live


def test_a_repository_that_was_published_and_has_another_name_now_is_not_published_again(tmp_path):
    named = {**everything(), API: Api([]), SEARCH: (200, {}, search(repository("acme/rocket", id=7)))}
    with workspace(tmp_path, SETTINGS, SavedAnswers(named), now=NOW) as opened:
        pipeline.collect(opened, W15, only={"github"})
        publish(opened, W15)
    renamed = {SEARCH: (200, {}, search(repository("new-owner/spaceship", id=7)))}
    with workspace(tmp_path, SETTINGS, SavedAnswers(renamed), now=LATER) as opened:
        pipeline.collect(opened, W16, only={"github"})
        assert pipeline.classify(opened, W16).already_published == 1


def balanced(health):
    counts = health.new + health.known + health.outside + health.unusable + health.merged
    return health.seen == counts and min(health.new, health.known, health.merged) >= 0


def test_everything_that_was_seen_is_accounted_for(tmp_path):
    odd = atom(
        post("In", "https://elsewhere.example/in"),
        post("Old", "https://elsewhere.example/old", day="2025-01-01"),
        post("Nowhere", "javascript:alert(1)", identifier="urn:nowhere"),
        post("In again", "https://elsewhere.example/again"),
    )
    twice = search(repository("acme/rocket"), repository("acme/rocket"))
    health = collect(tmp_path, {**everything(), FEED: (200, {}, odd), SEARCH: (200, {}, twice)})
    blog = health["feed:blog"]
    assert (blog.seen, blog.new, blog.outside, blog.unusable) == (4, 2, 1, 1)
    assert (health["github"].seen, health["github"].new, health["github"].merged) == (2, 1, 1)
    again = collect(tmp_path, {**everything(), FEED: (200, {}, odd), SEARCH: (200, {}, twice)})
    assert (again["feed:blog"].known, again["feed:blog"].new) == (2, 0)
    assert all(map(balanced, [*health.values(), *again.values()]))


def test_a_rich_feed_that_is_suddenly_empty_is_suspicious(tmp_path):
    collect(tmp_path, {FEED: (200, {}, atom(*(post(str(n), f"https://x.example/{n}") for n in range(5))))})
    assert collect(tmp_path, {FEED: (200, {}, atom())})["feed:blog"].verdict is Verdict.SUSPICIOUS


def test_a_late_post_is_there_and_marked(tmp_path, weekly):
    early = post("Early", "https://x.example/early")
    collect(tmp_path, {**everything(), FEED: (200, {}, atom(early))}, week=W15)
    late = post("Late", "https://x.example/late", day="2025-04-09")
    with workspace(tmp_path, SETTINGS, SavedAnswers({FEED: (200, {}, atom(late, early))}), now=LATER) as opened:
        pipeline.collect(opened, W16, only={"feed:blog"})
        pipeline.classify(opened, W16)
        assert {one.work.id for one in stored(opened).candidates.ranking(W16)} == {"url:x.example/late"}
    [shown] = json.loads(weekly("--workspace", tmp_path, "candidates", "--week", W16, "--json").out)
    assert shown["reasons"][-1] == "late: dated 2025-04-09, first seen 2025-04-22"


# What follows runs the command line against a server on this machine.


def started(root, *words):
    command = [sys.executable, "-m", "weekly", "--workspace", str(root), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return json.loads(out)


def arxiv_of(result):
    return next(one for one in result["sources"] if one["source"] == "arxiv")


MANY = [paper(f"2504.{number:05}") for number in range(40)]
ALL = [f"2504.{number:05}" for number in range(40)]


@pytest.fixture
def stand_in():
    with standing_in({"/api/query": Api(MANY)}) as standing:
        yield standing


@pytest.fixture
def local(tmp_path, stand_in):
    """A workspace that asks the stand-in."""
    (tmp_path / "weekly.toml").write_text(f"""
[http]
timeout = 2
[sources.arxiv]
api_url = "{stand_in.url}/api/query"
rss_url = "{stand_in.url}/atom"
page_size = 10
pace = 0.2
[sources.github]
enabled = false
""")
    return tmp_path


def entries_of(root):
    with workspace(root, (root / "weekly.toml").read_text()) as opened, opened.store.read() as tx:
        return [entry.key for entry in tx.entries.of(W15)]


@pytest.mark.sample(3, of="weeks with faults")
def test_every_paper_comes_through_every_fault_at_the_pace(local, stand_in):
    whole = api_page(MANY[:10], total=40)
    stand_in.faults += [
        httpx.Response(429, headers={"retry-after": "1"}),
        httpx.Response(503),
        ConnectionResetError(),
        httpx.Response(200, content=whole, extensions={"cut": 700}),
        httpx.Response(200, content=b"\x00\xff<feed><entry>"),
        httpx.Response(406),
        httpx.Response(200, content=api_page([], total=40)),
    ]
    health = arxiv_of(ended(started(local, "collect", "--week", "2025-W15", "--json")))
    assert (health["verdict"], health["new"], health["retries"]) == ("ok", 40, 7)
    assert entries_of(local) == ALL
    assert min(stand_in.gaps("/api/query")) >= 0.2


@pytest.mark.sample(3, of="weeks with faults")
def test_two_processes_share_the_pace_and_double_nothing(local, stand_in):
    both = [started(local, "collect", "--week", "2025-W15", "--json") for _ in range(2)]
    verdicts = {arxiv_of(ended(process))["verdict"] for process in both}
    assert verdicts <= {"ok", "not modified"}
    assert entries_of(local) == ALL
    assert len(stand_in.log) == 8
    assert min(stand_in.gaps("/api/query")) >= 0.2


@pytest.mark.sample(3, of="weeks with faults")
def test_after_kills_at_any_moment_the_next_run_completes_the_week(local, stand_in):
    draw = random.Random(9)
    for _ in range(3):
        process = started(local, "collect", "--week", "2025-W15")
        try:
            process.wait(draw.uniform(0.8, 3.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
    health = arxiv_of(ended(started(local, "collect", "--week", "2025-W15", "--json")))
    assert health["fetched"] == 40
    assert entries_of(local) == ALL
    assert min(stand_in.gaps("/api/query")) >= 0.2


def test_collecting_with_a_dead_source_is_done_all_the_same(local, stand_in):
    stand_in.answers.clear()
    health = arxiv_of(ended(started(local, "collect", "--week", "2025-W15", "--json")))
    assert (health["verdict"], health["fetched"]) == ("down", 0)
