"""arXiv, by its API and, when that is down, by its RSS."""

from __future__ import annotations

import json
import tarfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.wire_formats import HEADERS, NOW, Api, api_page, paper, rss, rss_entry
from weekly.context import PluginContext
from weekly.errors import FetchError, SuspiciousEmpty, Unreachable
from weekly.models import Verdict
from weekly.net.client import Answer
from weekly.settings import ArxivSearch, Settings
from weekly.sources.arxiv import create, page_fault
from weekly.sources.arxiv_queries import interest, query
from weekly.sources.arxiv_rss import UNKNOWN

API, RSS = "https://export.arxiv.org/api/query", "https://rss.arxiv.org/atom"
SETTINGS = {"arxiv": {"page_size": 2, "categories": ["cs.CV", "cs.CL"]}}
FIVE = [paper(f"2504.0000{number}") for number in range(1, 6)]


def ok(body):
    return (200, HEADERS, body)


def keys(ran):
    return [entry.key for entry in ran.entries]


def test_every_page_is_read_oldest_first(run, window):
    ran = run(create, SETTINGS, {API: Api(FIVE)}).collect(window)
    assert keys(ran) == [f"2504.0000{number}" for number in range(1, 6)]
    assert len(ran.asked) == 3
    assert "sortBy=submittedDate&sortOrder=ascending&start=0&max_results=2" in ran.asked[0]
    assert not ran.source.report.gaps


def test_the_package_asks_through_our_client_with_our_name(run, window):
    ran = run(create, SETTINGS, {API: Api(FIVE)}).collect(window)
    assert ran.transport.asked[0].headers["user-agent"].startswith("weekly/")
    assert ran.source.fetcher.requests == 3
    assert ran.asking.gate.turns == [("arxiv", 3.0)] * 3


def test_the_question_is_the_window_in_minutes_of_gmt(window):
    assert query(["cs.CV", "eess.*"], window) == (
        "(cat:cs.CV OR cat:eess.*) AND submittedDate:[202504070000 TO 202504132359]"
    )


def test_a_paper_is_taken_with_all_that_the_api_knows(run, window):
    one = paper("2504.00001", version=2, comment="Accepted to CVPR", doi="10.1000/x", abstract="First\nline.")
    [entry] = run(create, SETTINGS, {API: Api([one])}).collect(window).entries
    assert (entry.key, entry.version, entry.url) == ("2504.00001", "2", "https://arxiv.org/abs/2504.00001")
    assert (entry.comment, entry.links, entry.categories) == (
        "Accepted to CVPR",
        ("https://doi.org/10.1000/x",),
        ("cs.CV", "cs.LG"),
    )
    assert (entry.authors, entry.affiliations) == (("Ada Lovelace",), ("Analytical Society",))
    assert entry.published == datetime(2025, 4, 8, 10, tzinfo=UTC)
    assert not entry.unknown


def test_a_withdrawn_paper_is_known_by_its_comment_not_by_its_abstract(run, window):
    listed = [
        paper("2504.00001", comment="This paper has been withdrawn by the author due to an error"),
        paper("2504.00002", abstract="Consent that was withdrawn has to be honoured."),
    ]
    ran = run(create, SETTINGS, {API: Api(listed)}).collect(window)
    assert [entry.withdrawn for entry in ran.entries] == [True, False]


@pytest.mark.parametrize(
    "fault",
    [
        (429, {"retry-after": "2"}, b""),
        (503, {}, b""),
        (406, {}, b""),
        httpx.ReadError("reset"),
        httpx.ReadTimeout("hang"),
        ok(api_page(FIVE[:2], total=5)[:900]),
        ok(b"\x00\xff<feed><entry>&nbsp;<<<" * 20),
        ok(api_page(FIVE[:2], total=5).replace(b"</title>", b"", 1)),
        ok(api_page([], total=5)),
        ok(api_page([], total=0)),
    ],
    ids=["429", "503", "406", "reset", "hang", "truncated", "garbage", "malformed", "empty", "empty-list"],
)
def test_no_paper_is_lost_to_a_passing_fault(run, window, fault):
    api, faults = Api(FIVE), [fault, fault]

    def server(request):
        if faults:
            now = faults.pop()
            if isinstance(now, Exception):
                raise now
            return httpx.Response(now[0], headers=now[1], content=now[2])
        return api(request)

    ran = run(create, SETTINGS, {API: server}).collect(window)
    assert len(ran.entries) == 5
    assert ran.source.fetcher.retries == 2


def test_a_bad_question_is_asked_once(run, window):
    ran = run(create, SETTINGS, {API: (400, {}, b""), RSS: (404, {}, b"")})
    with pytest.raises(FetchError, match="HTTP 400"):
        ran.collect(window)
    assert len([url for url in ran.asked if url.startswith(API)]) == 1


def test_an_empty_page_in_the_middle_that_stays_empty_is_suspicious(run, window):
    ran = run(create, SETTINGS, {API: ok(api_page([], total=5)), RSS: ok(rss())})
    with pytest.raises(SuspiciousEmpty, match="empty page although there are 5"):
        ran.collect(window)


def test_a_week_without_any_paper_is_asked_for_again_and_called_suspicious(run, window):
    ran = run(create, SETTINGS, {API: ok(api_page([], total=0)), RSS: ok(rss())})
    with pytest.raises(SuspiciousEmpty, match="nothing at all for 2025-W15"):
        ran.collect(window)
    assert len([url for url in ran.asked if url.startswith(API)]) == 3


def test_days_of_which_nothing_was_announced_yet_are_no_failure(run, window):
    sunday = datetime(2025, 4, 13, 12, tzinfo=UTC)
    early = replace(window, start=sunday - timedelta(days=1), end=sunday, now=sunday)
    ran = run(create, SETTINGS, {API: ok(api_page([], total=0))}).collect(early)
    assert (ran.entries, len(ran.asked)) == ([], 1)
    assert ran.source.report.verdict is Verdict.NO_ANNOUNCEMENT


def test_a_week_is_settled_up_to_what_was_announced(run, window):
    monday = replace(window, now=datetime(2025, 4, 14, 6, tzinfo=UTC))
    ran = run(create, SETTINGS, {API: Api(FIVE)}).collect(monday)
    assert ran.source.report.settled == datetime(2025, 4, 11, 18, tzinfo=UTC)
    ran = run(create, SETTINGS, {API: Api(FIVE)}).collect(window)
    assert ran.source.report.settled == window.end


def test_papers_that_the_list_counts_but_does_not_hold_are_a_gap(run, window):
    holey = paper("2504.00002").replace("<published>2025-04-08T10:00:00Z</published>", "")
    ran = run(create, SETTINGS, {API: Api([FIVE[0], holey])}).collect(window)
    assert ran.source.report.gaps == ["1 of 2 papers came"]


def test_an_error_inside_an_answer_is_told_in_its_words(run, window):
    page = api_page([paper("x")]).replace(
        b"http://arxiv.org/abs/xv1", b"http://arxiv.org/api/errors#incorrect_id_format"
    )
    ran = run(create, SETTINGS, {API: ok(page), RSS: (404, {}, b"")})
    with pytest.raises(FetchError, match="incorrect_id_format"):
        ran.collect(window)


def test_when_the_api_is_down_the_rss_gives_what_it_has_and_says_what_it_cannot_know(run, window):
    down = {
        API: httpx.ConnectError("refused"),
        RSS: ok(rss(rss_entry("2504.00001"), rss_entry("2504.00002", kind="cross"))),
    }
    ran = run(create, SETTINGS, down).collect(window)
    first, second = ran.entries
    assert (first.key, first.title, first.text) == ("2504.00001", "Paper 2504.00001: A Title", "Words of the abstract.")
    assert (first.authors, first.version) == (("Ada Lovelace", "Charles Babbage"), "1")
    assert (first.published, first.unknown) == (None, UNKNOWN)
    assert second.key == "2504.00002"
    assert ran.asked[-1] == f"{RSS}/cs.CV+cs.CL"
    [gap] = ran.source.report.gaps
    assert "2025-04-08" in gap
    assert "without comments" in gap


def test_a_replacement_in_the_rss_is_no_new_work(run, window):
    down = {
        API: httpx.ConnectError("refused"),
        RSS: ok(
            rss(
                rss_entry("2504.00001", kind="replace", version=2),
                rss_entry("2504.00009", kind="replace", version=2),
                rss_entry("2504.00002"),
            )
        ),
    }
    ran = run(create, SETTINGS, down).collect(replace(window, watch=("arxiv:2504.00009",)))
    assert keys(ran) == ["2504.00009", "2504.00002"]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (httpx.ConnectError("refused"), "nor did the RSS help"),
        (ok(b"<html>down</html>"), "nor did the RSS help"),
        (ok(rss(rss_entry("2504.00001", day="2025-04-14"))), "the RSS has only 2025-04-14"),
        (ok(rss()), "an empty day"),
    ],
)
def test_when_the_rss_does_not_help_the_first_failure_is_told(run, window, second, said):
    ran = run(create, SETTINGS, {API: httpx.ConnectError("refused"), RSS: second})
    with pytest.raises(Unreachable, match=r"export\.arxiv\.org"):
        ran.collect(window)
    assert said in ran.source.report.notes[0]
    assert sum(ran.asking.slept) < 40


def test_new_versions_of_published_papers_are_looked_for(run, window):
    old = "2025-02-01T00:00:00Z"
    listed = [
        paper("2502.00001", published=old, updated="2025-04-09T00:00:00Z", version=2),
        paper("2502.00002", published=old),
        paper("2502.00003", published=old, comment="withdrawn"),
    ]
    api, again = Api(FIVE), Api(listed)

    def server(request):
        return again(request) if "id_list=2502" in str(request.url) else api(request)

    watching = replace(window, watch=("arxiv:2502.00003", "github:a/b", "arxiv:2502.00001", "arxiv:2502.00002"))
    ran = run(create, {"arxiv": {}}, {API: server}).collect(watching)
    assert keys(ran)[5:] == ["2502.00001", "2502.00003"]
    assert "id_list=2502.00001%2C2502.00002%2C2502.00003" in ran.asked[-1]


def test_not_to_find_new_versions_is_worth_a_note_only(run, window):
    api = Api(FIVE)

    def server(request):
        return httpx.Response(400) if "id_list=2502" in str(request.url) else api(request)

    ran = run(create, {"arxiv": {}}, {API: server}).collect(replace(window, watch=("arxiv:2502.00003",)))
    assert len(ran.entries) == 5
    assert "were not looked for" in ran.source.report.notes[0]
    assert not ran.source.report.gaps


def test_switched_off_it_is_not_there(run):
    with pytest.raises(ValueError, match="not enough"):
        run(create, {"arxiv": {"enabled": False}}, {})


def test_real_answers_of_the_api_are_sound(shared):
    with tarfile.open(shared / "data" / "fixtures" / "arxiv_api_atom.tar.gz") as archive:
        pages = [json.load(archive.extractfile(one)) for one in archive.getmembers() if one.name.endswith(".json")]
    sound = 0
    for page in pages:
        text = next((value for value in page.values() if isinstance(value, str) and "<feed" in value), "")
        sound += bool(text) and page_fault(Answer(url="u", body=text.encode(), headers={})) is None
    assert sound >= 5


def test_a_real_day_of_the_rss_is_read_whole(run, window, shared):
    body = (shared / "data" / "fixtures" / "arxiv_rss_example.xml").read_bytes()
    start = datetime(2025, 8, 18, tzinfo=UTC)
    august = replace(window, start=start, end=start + timedelta(days=7), now=start + timedelta(days=8))
    ran = run(create, SETTINGS, {API: httpx.ConnectError("refused"), RSS: ok(body)}).collect(august)
    assert len(ran.entries) == body.count(b"<entry>")
    assert all(entry.title and entry.text and entry.authors for entry in ran.entries)
    assert not any(entry.text.startswith(("arXiv:", "Abstract:")) for entry in ran.entries)


def read_before(window):
    return replace(window, since=datetime(2025, 3, 1, tzinfo=UTC))


def test_after_the_first_time_it_is_asked_by_submission_two_weeks_back_and_by_last_update(window):
    assert query(["cs.CV"], read_before(window)) == (
        "(cat:cs.CV) AND (submittedDate:[202503240000 TO 202504132359]"
        " OR lastUpdatedDate:[202504070000 TO 202504132359])"
    )
    lately = replace(window, since=datetime(2025, 4, 1, tzinfo=UTC))
    assert "submittedDate:[202504010000 TO" in query(["cs.CV"], lately)


def test_a_revision_of_a_paper_from_before_our_time_is_no_news(run, window):
    listed = [
        paper("2401.00001", published="2024-01-01T00:00:00Z", updated="2025-04-09T00:00:00Z", version=3),
        paper("2503.00001", published="2025-03-05T00:00:00Z", updated="2025-04-09T00:00:00Z", version=2),
    ]
    ran = run(create, SETTINGS, {API: Api(listed), RSS: ok(rss())}).collect(read_before(window))
    assert keys(ran) == ["2503.00001"]
    [old] = ran.source.report.left_out
    assert (old.key, old.reason[:26]) == ("2401.00001", "version 3 of a paper from ")


def test_an_old_paper_that_was_cross_listed_is_offered_as_such(run, window):
    old = Api([paper("2503.00009", published="2025-03-02T00:00:00Z")])
    api = Api(FIVE)

    def server(request):
        return old(request) if "id_list=2503" in str(request.url) else api(request)

    day = rss(rss_entry("2503.00009", kind="cross", day="2025-04-14"), rss_entry("2504.00001", day="2025-04-14"))
    ran = run(create, SETTINGS, {API: server, RSS: ok(day)}).collect(read_before(window))
    assert [(one.key, one.late) for one in ran.entries[5:]] == [("2503.00009", "cross-listed, announced 2025-04-14")]


def test_a_paper_of_another_category_that_shows_up_late_may_have_been_cross_listed_since(run, window):
    listed = [
        paper("2504.00001", published="2025-04-02T00:00:00Z", categories=("math.NA", "cs.CV")),
        paper("2504.00002", published="2025-04-02T00:00:00Z", categories=("cs.CV", "math.NA")),
        paper("2504.00003", published="2025-04-09T00:00:00Z", categories=("math.NA", "cs.CV")),
        paper("2504.00004", published="2025-04-02T00:00:00Z", categories=("math.NA",)),
    ]
    ran = run(create, SETTINGS, {API: Api(listed), RSS: ok(rss())}).collect(read_before(window))
    assert {one.key: one.late for one in ran.entries if one.late} == {
        "2504.00001": f"dated 2025-04-02, first seen {window.now:%Y-%m-%d}: cross-listed from math.NA since, or held by moderation"
    }


def test_an_old_paper_that_was_cross_listed_and_revised_at_once_is_offered_too(run, window):
    revised = paper("2401.00001", published="2024-01-01T00:00:00Z", updated="2025-04-09T00:00:00Z", version=3)
    day = rss(
        rss_entry("2401.00001", kind="cross", day="2025-04-14"),
        rss_entry("2401.00002", kind="replace", day="2025-04-14"),
        rss_entry("no number", day="2025-04-14"),
    )
    ran = run(create, SETTINGS, {API: Api([revised]), RSS: ok(day)}).collect(read_before(window))
    assert [(one.key, one.late[:12]) for one in ran.entries] == [("2401.00001", "cross-listed")]
    report = ran.source.report
    assert [one.key for one in report.left_out] == ["2401.00001", "2401.00002"]
    assert report.unnamed_unusable == 1


def test_not_to_read_the_announcement_is_worth_a_note_only(run, window):
    ran = run(create, SETTINGS, {API: Api(FIVE), RSS: (404, {}, b"")}).collect(read_before(window))
    assert len(ran.entries) == 5
    assert "cross-lists" in ran.source.report.notes[0]
    assert not ran.source.report.gaps


def test_a_search_asks_for_authors_and_words_and_leaves_out_others(window):
    search = ArxivSearch(
        name="x", authors=("Ada Lovelace", 'B"o'), words=("world model",), without=("survey",), categories=("cs.RO",)
    )
    assert interest(search, window) == (
        '(au:"Ada Lovelace" OR au:"B o") AND (ti:"world model" OR abs:"world model") AND (cat:cs.RO)'
        " AND submittedDate:[202504070000 TO 202504132359]"
        ' ANDNOT (ti:"survey" OR abs:"survey")'
    )


def test_searches_and_watched_authors_are_asked_for_beside_the_categories(run, window):
    def server(request):
        asked = request.url.params["search_query"]
        found = FIVE if "cat:cs.CV" in asked else [paper("2504.00009")] if "Lovelace" in asked else [FIVE[0]]
        return Api(found)(request)

    searches = {"arxiv": {**SETTINGS["arxiv"], "searches": [{"name": "agents", "words": ["agent"]}]}}
    ran = run(create, searches, {API: server}).collect(window)
    assert keys(ran)[5:] == ["2504.00001"]
    made = Settings(sources=searches, ranking={"authors": ["Ada Lovelace"]})
    [source] = create(PluginContext(settings=made, root=Path(), client=ran.asking.client, now=lambda: NOW))
    assert [one.key for batch in source.collect(window) for one in batch][5:] == ["2504.00001", "2504.00009"]


def test_a_search_that_fails_is_a_gap(run, window):
    def server(request):
        asked = request.url.params["search_query"]
        return Api(FIVE)(request) if "cat:cs.CV" in asked else httpx.Response(400)

    searches = {"arxiv": {**SETTINGS["arxiv"], "searches": [{"name": "agents", "words": ["agent"]}]}}
    ran = run(create, searches, {API: server}).collect(window)
    assert len(ran.entries) == 5
    assert ran.source.report.gaps[0].startswith("search 'agents': ")


def test_a_search_for_nothing_is_refused():
    with pytest.raises(ValueError, match="authors or words"):
        ArxivSearch(name="x", categories=("cs.RO",))
