"""The environment's proxies are used, and switch no guard off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from weekly.errors import Refused, SettingsError
from weekly.net.client import Client, RequestPolicy
from weekly.settings import HttpSettings


class Proxy(BaseHTTPRequestHandler):
    """Answers every request itself, and notes what was asked."""

    asked: list[str]

    def do_GET(self) -> None:
        """By https://www.rfc-editor.org/rfc/rfc9112#name-absolute-form."""
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"proxy")

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a proxy on this machine, which the environment names, was asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Noting", (Proxy,), {"asked": asked}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("no_proxy", "direct.example,127.0.0.1,localhost")
    monkeypatch.setenv("NO_PROXY", "direct.example,127.0.0.1,localhost")
    yield asked
    server.shutdown()
    server.server_close()


def get(url: str) -> bytes:
    client = Client(HttpSettings(timeout=2.0), sleep=lambda _: None)
    return client.fetcher("test", RequestPolicy(tries=1)).get(url, keep=False).body


def test_a_public_host_is_asked_through_the_proxy(proxy: list[str]) -> None:
    assert get("http://a.example/x") == b"proxy"
    assert proxy == ["http://a.example/x"]


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:9/", "http://[::1]/", "http://169.254.169.254/latest/", "http://localhost/"),
        *("http://printer/", "http://vault.internal/", "http://nas.local/", "http://router.home.arpa/"),
    ],
)
def test_what_is_private_is_asked_neither_through_it_nor_past_it(proxy: list[str], url: str) -> None:
    with pytest.raises(Refused, match="private network"):
        get(url)
    assert proxy == []


def test_past_it_the_addresses_are_checked_as_without_it(proxy: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, 1, 6, "", ("10.0.0.1", 0))])
    with pytest.raises(Refused, match="private network"):
        get("http://direct.example/")
    assert proxy == []


def test_a_private_host_that_the_owner_named_is_asked(proxy: list[str]) -> None:
    client = Client(HttpSettings(timeout=2.0, allow_private=["vault.internal"]))
    assert client.fetcher("test").get("http://vault.internal/", keep=False).body == b"proxy"


def test_what_is_no_proxy_is_said_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "gopher://a.example")
    monkeypatch.setenv("HTTPS_PROXY", "gopher://a.example")
    with pytest.raises(SettingsError, match="HTTPS_PROXY"):
        Client(HttpSettings())
