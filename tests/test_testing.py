"""What those who test against weekly are given: an opened workspace, and saved answers in the network's place."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from weekly.errors import FetchError
from weekly.testing import SavedAnswers, workspace

URL = "https://a.example/feed"
OK = (200, {"etag": '"1"'}, b"hello")


def asked(answers, *urls):
    transport = SavedAnswers(answers)
    with httpx.Client(transport=transport) as client:
        return [client.get(url) for url in urls], transport


def test_an_answer_stands_under_the_beginning_of_an_address_and_the_longest_wins():
    answers, transport = asked({"https://a.example/": (410, {}, b""), URL: OK}, f"{URL}?page=2", "https://a.example/x")
    assert [answer.status_code for answer in answers] == [200, 410]
    assert (answers[0].headers["etag"], answers[0].content) == ('"1"', b"hello")
    assert [str(request.url) for request in transport.asked] == [f"{URL}?page=2", "https://a.example/x"]


def test_what_has_no_answer_is_not_found():
    assert asked({}, URL)[0][0].status_code == 404


def test_of_several_answers_each_is_given_once_and_the_last_one_stays():
    answers, _ = asked({URL: [(503, {}, b""), OK]}, URL, URL, URL)
    assert [answer.status_code for answer in answers] == [503, 200, 200]


def test_an_answer_may_be_worked_out_or_be_an_error():
    answers, _ = asked({URL: lambda request: httpx.Response(200, text=request.url.path)}, URL)
    assert answers[0].text == "/feed"
    with pytest.raises(httpx.ConnectError, match="refused"):
        asked({URL: httpx.ConnectError("refused")}, URL)


def test_a_workspace_asks_the_answers_and_nobody_else_and_sleeps_through_no_pause(tmp_path):
    slept = []
    transport = SavedAnswers({URL: [(503, {"retry-after": "20"}, b""), OK]})
    with workspace(tmp_path / "w", "[newsletter]\ntitle = 'Mine'\n", transport, slept=slept) as opened:
        assert opened.settings.newsletter.title == "Mine"
        assert opened.client.fetcher("mine").get(URL).body == b"hello"
    assert max(slept) >= 20


def test_a_workspace_without_answers_has_no_network(tmp_path):
    with workspace(tmp_path) as opened, pytest.raises(FetchError, match="404"):
        opened.client.fetcher("mine").get(URL)


def test_the_clock_stands_where_it_is_put(tmp_path):
    now = datetime(2025, 4, 14, 6, tzinfo=UTC)
    with workspace(tmp_path, now=now) as opened:
        assert opened.now() == opened.clock() == now
