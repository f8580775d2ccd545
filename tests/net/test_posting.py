"""Telling a service something, once."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.fakes import Asking
from tests.stand_in import standing_in
from weekly.errors import FetchError, Refused, Throttled, Unanswered, Unreachable
from weekly.net.posting import LIMIT, send


def ok(request):
    return httpx.Response(200, json={"id": 7, "said": request.content.decode()})


def slow(_):
    time.sleep(0.6)
    return httpx.Response(200)


@pytest.fixture
def service():
    with standing_in({"/": ok}) as stand_in:
        yield stand_in


def client(service, **settings):
    asking = Asking(None, allowed=[service.url], timeout=2, max_wait=5, **settings)
    return asking, asking.client


def test_what_is_sent_arrives_once_and_the_answer_comes_back(service):
    _, ours = client(service)
    reply = send(ours, f"{service.url}/x", {"title": "清影"}, headers={"authorization": "Token t"})
    assert reply.data == {"id": 7, "said": '{"title": "清影"}'}
    (told,) = service.told
    assert (told.method, told.headers["authorization"]) == ("POST", "Token t")


@pytest.mark.parametrize("fault", [httpx.Response(502), httpx.Response(504), ConnectionError()])
def test_what_may_have_arrived_is_not_sent_again(service, fault):
    asking, ours = client(service)
    service.faults = [fault]
    with pytest.raises(Unanswered):
        send(ours, f"{service.url}/x", {})
    assert len(service.told) == 1
    assert asking.slept == []


def test_silence_is_no_answer(service):
    _, ours = client(service)
    ours.http.timeout = httpx.Timeout(0.2)
    service.answers = {"/": slow}
    with pytest.raises(Unanswered, match="no answer came"):
        send(ours, f"{service.url}/x", {})
    assert len(service.told) == 1


def test_a_service_that_is_not_ready_is_asked_again_after_the_time_it_names(service):
    asking, ours = client(service)
    service.faults = [httpx.Response(429, headers={"retry-after": "2"}), httpx.Response(503)]
    assert send(ours, f"{service.url}/x", {}).status == 200
    assert len(service.told) == 3
    assert asking.slept[0] >= 2


def test_one_that_never_is_ready_is_given_up(service):
    _, ours = client(service)
    service.faults = [httpx.Response(429)] * 9
    with pytest.raises(Throttled, match="not ready"):
        send(ours, f"{service.url}/x", {})
    assert len(service.told) == 3


def test_where_nobody_listens_nothing_was_sent(service):
    asking = Asking(None, allowed=["http://127.0.0.1:9"], timeout=2, max_wait=5)
    with pytest.raises(Unreachable):
        send(asking.client, "http://127.0.0.1:9/x", {})
    assert len(asking.slept) == 2
    assert service.told == []


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_a_refusal_is_told_in_one_line_and_not_repeated(service, status):
    _, ours = client(service)
    service.faults = [httpx.Response(status, text="no\x1b[31m\nreally")]
    with pytest.raises(FetchError, match=rf"refused \(HTTP {status}\): no\[31m really$") as caught:
        send(ours, f"{service.url}/x", {})
    assert not isinstance(caught.value, Unanswered)
    assert len(service.told) == 1


def test_redirects_are_not_followed(service):
    _, ours = client(service)
    service.faults = [httpx.Response(307, headers={"location": "http://127.0.0.1:1/"})]
    with pytest.raises(FetchError, match="leads elsewhere"):
        send(ours, f"{service.url}/x", {})


def test_private_addresses_are_refused_without_giving_a_secret_away(service):
    url = f"{service.url}/hooks/very-secret"
    strict = Asking(None, timeout=2).client
    for address in (url, url.replace("127.0.0.1", "localhost"), "ftp://x.example/very-secret", "http://[very-secret"):
        with pytest.raises(Refused) as caught:
            send(strict, address, {}, shown="the chat")
        assert "very-secret" not in f"{caught.value} {caught.value.url}"
    assert service.told == []


def test_an_endless_answer_is_read_to_the_limit(service):
    _, ours = client(service)
    service.answers = {"/": lambda _: httpx.Response(200, text="x" * (2 * LIMIT))}
    assert len(send(ours, f"{service.url}/x", {}).text) == LIMIT


def test_an_answer_that_breaks_off_after_its_status_is_an_answer(service):
    _, ours = client(service)
    service.answers = {"/": lambda _: httpx.Response(201, text="{" * 100, extensions={"cut": 3})}
    assert send(ours, f"{service.url}/x", {}).data == {}
