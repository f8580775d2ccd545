from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from tests.web.visitor import Visitor
from weekly.web.guard import Guard, RateLimit, Refusals, caller


async def length(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())), headers={"X-Own": "the page's"})


def visitor(**options):
    options = {"headers": {"X-Own": "the guard's", "X-Other": "the guard's"}, "largest": 1000, **options}
    routes = [Route("/", length, methods=["GET", "POST"])]
    return Visitor(Starlette(routes=routes, middleware=[Middleware(Guard, **options)]))


def test_so_many_times_at_once_then_evenly():
    now = 0.0
    limit = RateLimit(3, 60, clock=lambda: now)
    assert [limit.allow("ada") for _ in range(5)] == [True, True, True, False, False]
    assert limit.allow("bob")
    now = 19.0
    assert not limit.allow("ada")
    now = 20.0
    assert [limit.allow("ada") for _ in range(2)] == [True, False]
    now = 10_000.0
    assert [limit.allow("ada") for _ in range(4)] == [True, True, True, False]


def test_many_names_push_out_the_longest_unseen_and_not_who_is_asking():
    limit = RateLimit(1, 1e9, names=3)
    assert limit.allow("ada")
    for number in range(100):
        assert limit.allow(str(number))
        assert not limit.allow("ada")
    assert limit.allow("0")


def test_a_page_has_the_last_word_about_its_headers_and_a_refusal_has_them_all():
    client = visitor(limit=RateLimit(1, 1e9))
    assert client.get("/").headers["x-own"] == "the page's"
    refused = client.get("/")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    for name, value in {"x-own": "the guard's", "x-other": "the guard's", "x-content-type-options": "nosniff"}.items():
        assert refused.headers[name] == value


@pytest.mark.parametrize("chunks", [[b"a" * 1001], [b"a" * 500] * 3])
def test_a_body_that_is_too_large_is_refused_however_it_comes(chunks):
    async def body():
        for chunk in chunks:
            yield chunk

    assert visitor().post("/", content=body()).status_code == 413
    assert visitor().post("/", content=b"a" * 1000).text == "1000"


def test_only_posts_of_our_own_pages_are_taken_where_that_is_asked_for():
    foreign = {"Origin": "https://evil.example"}
    assert visitor(own_posts=True).post("/", headers=foreign).status_code == 403
    assert visitor(own_posts=True).get("/", headers=foreign).status_code == 200
    assert visitor(own_posts=True).post("/", headers={"Origin": "http://testserver"}).status_code == 200
    assert visitor().post("/", headers=foreign).status_code == 200


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_somebody_is_known_by_an_address_or_the_network_at_home(host, name):
    assert caller(HTTPConnection({"type": "http", "client": host and (host, 1)})) == name


def test_what_was_refused_is_told_once_a_minute_with_how_many_there_were(capsys):
    now = 0.0
    refusals = Refusals("weekly serve", clock=lambda: now)
    for _ in range(1000):
        refusals.note("a sign-up was refused", "192.0.2.1\x1b[31m")
    refusals.note("a token was wrong")
    now = 61.0
    refusals.note("a sign-up was refused")
    refusals.note("a sign-up was refused")
    assert capsys.readouterr().err.splitlines() == [
        "weekly serve: a sign-up was refused (from 192.0.2.1[31m)",
        "weekly serve: a token was wrong",
        "weekly serve: a sign-up was refused, and 999 before since the last such line",
    ]
