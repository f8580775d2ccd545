"""GitHub: searches, releases, limits."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.wire_formats import atom, post, release, repository, search
from weekly.errors import FetchError, Throttled
from weekly.models import Kind
from weekly.sources.github import create, said, throttling

API, WEB = "https://api.github.com", "https://github.com"
SEARCH, RELEASES = f"{API}/search/repositories", f"{API}/repos/acme/rocket/releases"
ATOM = f"{WEB}/acme/rocket/releases.atom"
DATE = "Tue, 15 Apr 2025 06:00:00 GMT"
LIMITED = (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999", "date": DATE}, b"{}")


def settings(**more):
    return {"github": {"queries": ["topic:llm"], "repositories": [], **more}}


WATCHING = settings(queries=[], repositories=["acme/rocket"])


def ok(body, **headers):
    return (200, headers, body)


def entries(ran):
    return [(entry.kind.value, entry.key) for entry in ran.entries]


def test_a_search_asks_for_stars_and_dates_and_reads_every_page(run, window):
    following = f"{SEARCH}?page=2"
    answers = {
        SEARCH: ok(search(repository("acme/Rocket")), link=f'<{following}>; rel="next", <{SEARCH}?page=2>; rel="last"'),
        following: ok(search(repository("acme/sled"))),
    }
    ran = run(create, settings(min_stars=50, created_days=10), answers).collect(window)
    assert entries(ran) == [("project", "acme/rocket"), ("project", "acme/sled")]
    assert "q=topic%3Allm+stars%3A%3E%3D50+created%3A2025-03-28..2025-04-13&sort=stars" in ran.asked[0]


def test_dates_and_stars_of_the_owner_s_own_stay_alone(run, window):
    ran = run(create, settings(queries=["llm stars:>5 pushed:>2025-01-01"]), {SEARCH: ok(search())}).collect(window)
    assert "q=llm+stars%3A%3E5+pushed%3A%3E2025-01-01&" in ran.asked[0]


def test_a_repository_is_taken_with_all_that_the_search_knows(run, window):
    item = repository("acme/Rocket", homepage="https://rocket.example/x", topics=["agents", "llm"])
    [entry] = run(create, settings(), {SEARCH: ok(search(item))}).collect(window).entries
    assert (entry.title, entry.url, entry.authors) == ("acme/Rocket", f"{WEB}/acme/Rocket", ("acme",))
    assert (entry.stars, entry.licence, entry.links) == (99, "MIT", ("https://rocket.example/x",))
    assert entry.categories == ("agents", "llm")


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "rocket.example", None, 'https://x/"><script>', 7])
def test_a_home_page_that_is_no_web_address_is_left_out(run, window, homepage):
    item = repository("acme/rocket", homepage=homepage, license=None, topics="x", stargazers_count="many")
    [entry] = run(create, settings(), {SEARCH: ok(search(item))}).collect(window).entries
    assert (entry.links, entry.licence, entry.categories, entry.stars) == ((), "", (), None)


def test_a_next_page_on_another_host_is_not_followed(run, window, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    away = ok(search(repository("acme/rocket")), link='<https://evil.example/?page=2>; rel="next"')
    ran = run(create, settings(), {SEARCH: away}).collect(window)
    assert len(ran.asked) == 1


def test_pages_are_counted_where_github_names_none(run, window):
    def server(request):
        first = (int(request.url.params["page"]) - 1) * 100
        numbers = range(first, min(first + 100, 250))
        return httpx.Response(200, content=search(*(repository(f"acme/r{one}") for one in numbers), total_count=250))

    ran = run(create, settings(), {SEARCH: server}).collect(window)
    assert len({entry.key for entry in ran.entries}) == 250
    assert not ran.source.report.gaps


def test_what_the_count_promises_and_no_page_has_is_a_gap(run, window):
    one = ok(search(repository("acme/rocket"), total_count=3))
    ran = run(create, settings(), {SEARCH: [one, ok(search(total_count=3))]}).collect(window)
    assert ran.source.report.gaps == ["'topic:llm': 1 of 3 repositories came"]


def test_every_release_of_a_busy_week_is_read(run, window):
    items = [release(f"b{number}", at=f"2025-04-{13 - number // 12:02}T00:00:00Z") for number in range(84)]
    pages = [ok(json.dumps(items[start : start + 30]).encode()) for start in (0, 30, 60)]
    ran = run(create, WATCHING, {RELEASES: pages}).collect(window)
    assert len(ran.entries) == 84


def test_a_repository_that_has_only_tags_shows_them(run, window):
    tag = ok(atom(post("v2.0", f"{WEB}/acme/rocket/releases/tag/v2.0")))
    ran = run(create, WATCHING, {RELEASES: ok(b"[]"), ATOM: tag}).collect(window)
    assert entries(ran) == [("release", "acme/rocket@v2.0")]


SECONDARY = (403, {}, b'{"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}')


def test_a_secondary_limit_that_names_no_time_is_waited_for_a_minute(run, window):
    ran = run(create, settings(), {SEARCH: [SECONDARY, ok(search(repository("acme/rocket")))]}).collect(window)
    assert len(ran.entries) == 1
    assert ran.asking.slept == [60]


def test_so_is_one_that_its_pages_tell(run, window):
    page = (403, {}, b"<html><p>You have exceeded a secondary rate limit.</p></html>")
    ran = run(create, WATCHING, {RELEASES: LIMITED, ATOM: [page, FEED]}).collect(window)
    assert entries(ran) == [("release", "acme/rocket@v2.0")]
    assert 60 in ran.asking.slept


def test_a_token_that_is_refused_is_named_and_left_out(run, window, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")

    def server(request):
        if "authorization" in request.headers:
            return httpx.Response(401, content=b'{"message": "Bad credentials"}')
        return httpx.Response(200, content=search(repository("acme/rocket")))

    ran = run(create, settings(queries=["a", "b"]), {SEARCH: server}).collect(window)
    assert len(ran.entries) == 2
    [note] = ran.source.report.notes
    assert "WEEKLY_GITHUB_TOKEN or GITHUB_TOKEN" in note
    assert "s3cret" not in note


def test_where_nobody_is_let_in_without_a_token_releases_come_by_their_feed(run, window):
    closed = (401, {}, b'{"message": "Requires authentication"}')
    ran = run(create, WATCHING, {RELEASES: closed, ATOM: FEED}).collect(window)
    assert entries(ran) == [("release", "acme/rocket@v2.0")]
    assert "Requires authentication" in ran.source.report.notes[0]


def test_a_query_that_github_refuses_is_shown_with_its_reason_and_costs_only_itself(run, window):
    reason = b'{"message": "Validation Failed", "errors": [{"message": "The search is longer than 256 characters."}]}'
    answers = {SEARCH: [(422, {}, reason), ok(search(repository("acme/rocket")))]}
    ran = run(create, settings(queries=["far too long", "good"]), answers).collect(window)
    assert len(ran.entries) == 1
    [gap] = ran.source.report.gaps
    assert gap.startswith("'far too long': correct this query")
    assert "Validation Failed; The search is longer than 256 characters." in gap


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"message": 5, "errors": {}}', b"[" * 100_000])
def test_a_refusal_without_a_reason_is_one_all_the_same(body):
    assert said(body) == ""


def test_an_enterprise_has_its_own_addresses_and_numbers(run, window):
    item = repository("acme/rocket", id=7, html_url="https://git.acme.example/acme/rocket")
    [entry] = run(create, settings(), {SEARCH: ok(search(item))}).collect(window).entries
    assert (entry.url, entry.ids) == ("https://git.acme.example/acme/rocket", ("github-id:git.acme.example/7",))
    listed = release("v2", id=9, html_url="https://git.acme.example/acme/rocket/releases/tag/v2")
    [entry] = run(create, WATCHING, {RELEASES: ok(json.dumps([listed]).encode())}).collect(window).entries
    assert (entry.key, entry.links) == ("acme/rocket@v2", ("https://git.acme.example/acme/rocket",))
    spoofed = repository("acme/rocket", html_url="https://evil.example/login")
    assert run(create, settings(), {SEARCH: ok(search(spoofed))}).collect(window).entries[0].url == f"{WEB}/acme/rocket"


def test_a_repository_or_a_release_keeps_its_number_under_another_name(run, window):
    named = ok(search(repository("acme/rocket", id=7), repository("new/rocket", id=7)))
    old, new = run(create, settings(), {SEARCH: named}).collect(window).entries
    assert old.ids == new.ids == ("github-id:7",)
    listed = ok(json.dumps([release("v2", id=9)]).encode())
    assert run(create, WATCHING, {RELEASES: listed}).collect(window).entries[0].ids == ("github-release:9",)


def test_a_token_is_sent_when_there_is_one(run, window, monkeypatch):
    ran = run(create, settings(), {SEARCH: ok(search())}).collect(window)
    assert "authorization" not in ran.transport.asked[0].headers
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    ran = run(create, settings(), {SEARCH: ok(search())}).collect(window)
    assert ran.transport.asked[0].headers["authorization"] == "Bearer s3cret"


def test_the_second_time_an_etag_is_sent_with_every_request(run, window):
    def server(request):
        if request.headers.get("if-none-match") == '"1"':
            return httpx.Response(304)
        return httpx.Response(200, headers={"etag": '"1"'}, content=search(repository("acme/rocket")))

    first = run(create, settings(), {SEARCH: server}).collect(window)
    again = run(create, settings(), {SEARCH: server}, cache=first.asking.cache).collect(window)
    assert again.entries == first.entries
    assert again.source.fetcher.not_modified == again.source.fetcher.requests == 1


def test_a_search_that_github_gave_up_is_a_gap_and_one_that_finds_too_much_a_note(run, window):
    ran = run(create, settings(), {SEARCH: ok(search(total_count=5000, incomplete_results=True))}).collect(window)
    assert "gave up" in ran.source.report.gaps[0]
    assert "5,000" in ran.source.report.notes[0]


def test_releases_of_the_window_are_taken_without_drafts_and_pre_releases(run, window):
    items = [
        release("v2"),
        release("v3-rc1", prerelease=True),
        release("v4", draft=True),
        release("v1", at="2025-01-01T00:00:00Z"),
        release("v0", at=None),
    ]
    ran = run(create, WATCHING, {RELEASES: ok(json.dumps(items).encode())}).collect(window)
    [entry, _] = ran.entries  # that of January is told by the date, once it is known what was seen before
    assert [one.reason for one in ran.source.report.left_out] == [
        "a pre-release, which [sources.github] prereleases leaves out",
        "a draft",
        "not published",
    ]
    assert (entry.key, entry.version, entry.kind) == ("acme/rocket@v2", "v2", Kind.RELEASE)
    assert (entry.title, entry.links) == ("rocket v2", (f"{WEB}/acme/rocket",))


def test_pre_releases_come_when_they_are_wanted(run, window):
    wanted = settings(queries=[], repositories=["acme/rocket"], prereleases=True)
    ran = run(create, wanted, {RELEASES: ok(json.dumps([release("v3-rc1", prerelease=True)]).encode())}).collect(window)
    assert entries(ran) == [("release", "acme/rocket@v3-rc1")]


FEED = ok(
    atom(
        *(
            post(tag, f"{WEB}/acme/rocket/releases/tag/{tag}", content="<b>faster</b>")
            for tag in ("v2.0", "v3.0rc1", "v3.0-beta.2")
        )
    )
)


def test_when_the_limit_is_used_up_releases_come_by_their_feed_with_a_note(run, window):
    ran = run(create, WATCHING, {RELEASES: LIMITED, ATOM: FEED}).collect(window)
    [entry] = ran.entries
    assert (entry.key, entry.version, entry.text) == ("acme/rocket@v2.0", "v2.0", "faster")
    assert "pre-releases guessed" in ran.source.report.notes[0]
    assert not ran.source.report.gaps
    assert len(ran.asked) == 2


def test_the_same_release_is_the_same_entry_by_either_way(run, window):
    by_api = run(create, WATCHING, {RELEASES: ok(json.dumps([release("v2.0")]).encode())}).collect(window)
    by_feed = run(create, WATCHING, {RELEASES: LIMITED, ATOM: FEED}).collect(window)
    assert by_api.entries[0].key == by_feed.entries[0].key


def test_a_limit_that_ends_soon_is_waited_for(run, window):
    soon = (429, {"retry-after": "5"}, b"{}")
    ran = run(create, settings(), {SEARCH: [soon, ok(search(repository("acme/rocket")))]}).collect(window)
    assert len(ran.entries) == 1
    assert ran.asking.slept == [5]


def test_a_limit_of_the_searches_ends_them_and_not_the_releases(run, window):
    both = settings(queries=["one", "two"], repositories=["acme/rocket"])
    ran = run(create, both, {SEARCH: LIMITED, RELEASES: ok(json.dumps([release("v2")]).encode())}).collect(window)
    assert entries(ran) == [("release", "acme/rocket@v2")]
    assert len(ran.asked) == 2
    assert "slow down" in ran.source.report.gaps[0]


def test_a_limit_without_anything_else_is_told_as_one(run, window):
    with pytest.raises(Throttled):
        run(create, settings(), {SEARCH: LIMITED}).collect(window)


def test_one_repository_that_is_gone_does_not_cost_the_others(run, window):
    two = settings(queries=[], repositories=["acme/lost", "acme/rocket"])
    ran = run(create, two, {RELEASES: ok(json.dumps([release("v2")]).encode())}).collect(window)
    assert len(ran.entries) == 1
    assert "acme/lost" in ran.source.report.gaps[0]


def test_a_dead_github_is_given_up_after_one_address_of_each_kind(run, window):
    many = settings(queries=["one", "two", "three"], repositories=["a/a", "b/b", "c/c"])
    ran = run(create, many, {API: httpx.ConnectError("refused"), WEB: httpx.ConnectError("refused")})
    with pytest.raises(FetchError, match="cannot be reached"):
        ran.collect(window)
    assert len({url.partition("?")[0] for url in ran.asked}) == 3


@pytest.mark.parametrize("body", [b"[]", b'{"items": 5}', b"{}"])
def test_an_answer_of_another_shape_is_a_failure_in_one_line(run, window, body):
    ran = run(create, settings(), {SEARCH: ok(body)}).collect(window)
    assert "something else than search results" in ran.source.report.gaps[0]


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff"])
def test_what_is_not_json_is_asked_for_again(run, window, body):
    ran = run(create, settings(), {SEARCH: [ok(body), ok(search(repository("acme/rocket")))]}).collect(window)
    assert len(ran.entries) == 1


def test_releases_of_another_shape_are_a_gap(run, window):
    ran = run(create, WATCHING, {RELEASES: ok(b"{}")}).collect(window)
    assert "something else than releases" in ran.source.report.gaps[0]


@pytest.mark.parametrize(
    ("status", "headers", "limited"),
    [
        (429, {}, True),
        (403, {"x-ratelimit-remaining": "0"}, True),
        (403, {"retry-after": "60"}, True),
        (403, {"x-ratelimit-remaining": "12"}, False),
        (404, {}, False),
    ],
)
def test_which_answers_mean_that_a_limit_was_hit(status, headers, limited):
    assert throttling(status, headers) is limited


def test_asked_for_nothing_it_is_not_there(run):
    with pytest.raises(ValueError, match="not enough"):
        run(create, settings(queries=[]), {})
