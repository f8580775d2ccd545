from __future__ import annotations

import os
import signal
import socket
import threading
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from weekly.errors import SettingsError, WeeklyError
from weekly.settings import load
from weekly.web.guard import caller
from weekly.web.serving import listening, run


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "http://127.0.0.1:"), ("::1", "http://[::1]:")])
def test_a_free_port_is_told_and_can_be_reached(host, shown, capsys):
    if ":" in host and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with listening(host, 0, "/page") as (_, address):
        assert capsys.readouterr().out == f"{address}/page\n"
        assert address.startswith(shown)
        socket.create_connection((host, urlsplit(address).port)).close()


def test_a_port_that_is_taken_or_a_host_that_is_not_here_is_said_with_the_mend():
    with listening("127.0.0.1", 0) as (_, address), pytest.raises(WeeklyError, match="choose another with --port"):
        listening("127.0.0.1", urlsplit(address).port).__enter__()
    with pytest.raises(WeeklyError, match=r"192\.0\.2\.1:0: "):
        listening("192.0.2.1", 0).__enter__()


async def who(request):
    return PlainTextResponse(caller(request))


@pytest.mark.parametrize(
    ("proxies", "told"), [(("127.0.0.0/8",), "203.0.113.7"), (("10.0.0.0/8",), "127.0.0.1"), ((), "127.0.0.1")]
)
def test_only_the_owner_s_proxies_are_believed_about_who_asks(proxies, told):
    answers = []

    def ask(address):
        with httpx.Client(trust_env=False) as visitor:
            answers.append(visitor.get(address, headers={"X-Forwarded-For": "203.0.113.7"}).text)
        os.kill(os.getpid(), signal.SIGINT)

    with listening("127.0.0.1", 0) as (listener, address):
        visitor = threading.Thread(target=ask, args=(address,))
        visitor.start()
        with pytest.raises(KeyboardInterrupt):
            run(Starlette(routes=[Route("/", who)]), listener, proxies)
        visitor.join()
    assert answers == [told]


def test_a_proxy_that_is_no_network_is_said(tmp_path):
    (tmp_path / "weekly.toml").write_text('[serve]\ntrusted_proxies = ["10.0.0.1/8"]\n')
    with pytest.raises(SettingsError, match=r"serve\.trusted_proxies.*10\.0\.0\.1/8"):
        load(tmp_path)
