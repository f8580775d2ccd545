"""The sockets: who may be connected to, and for how long an answer may take."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager

import httpcore
import httpx
import pytest

from tests.fakes import Asking
from weekly.errors import FetchError, Refused, Unreachable
from weekly.net.private_addresses import Network, private


@contextmanager
def listening(*pieces, pause=0.0):
    """A server on this machine that sends *pieces* to whoever comes, a pause after each."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                try:
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause)
                except OSError:
                    pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()


class Dials(httpcore.NetworkBackend):
    """Notes the addresses that are connected to, and refuses them all."""

    def __init__(self):
        self.dialled = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.dialled.append(host)
        raise httpcore.ConnectError("refused")


def client(network):
    return httpx.Client(transport=network)


HELLO = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "2002:7f00:1::"),
        *("64:ff9b::a00:1", "64:ff9b:1::1", "fec0::1", "::127.0.0.1", "::ffff:0:127.0.0.1", "5f00::1", "3fff::1"),
        *("100::1", "2001:db8::1", "192.88.99.1", "198.18.0.1", "192.0.2.1", "240.0.0.1"),
    ],
)
def test_private_addresses_are_known_in_every_disguise(address):
    assert private(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses_are_not_private(address):
    assert not private(address)


def test_a_name_that_leads_into_a_private_network_is_refused_before_a_connection_is_made():
    dials = Dials()
    network = Network(resolver=lambda _: ["93.184.216.34", "10.0.0.7"], backend=dials)
    with pytest.raises(Refused, match=r"10\.0\.0\.7.*allow_private"):
        client(network).get("http://innocent.example/")
    assert not dials.dialled


def test_the_connection_goes_to_the_address_that_was_checked():
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    dials = Dials()
    network = Network(resolver=lambda _: next(answers), backend=dials)
    with pytest.raises(httpx.NetworkError):
        client(network).get("http://rebinding.example/")
    assert dials.dialled == ["93.184.216.34"]
    with pytest.raises(Refused):
        client(network).get("http://rebinding.example/")


def test_every_address_of_a_host_is_tried():
    dials = Dials()
    network = Network(resolver=lambda _: ["2606:4700::1111", "93.184.216.34"], backend=dials)
    with pytest.raises(httpx.NetworkError):
        client(network).get("http://two.example/")
    assert dials.dialled == ["2606:4700::1111", "93.184.216.34"]


@pytest.mark.parametrize("answer", [[], OSError("no such name")])
def test_a_name_without_an_address_cannot_be_reached(answer):
    def resolver(_):
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(httpx.NetworkError, match="no such host"):
        client(Network(resolver=resolver, backend=Dials())).get("http://nowhere.example/")


def test_a_host_that_the_owner_named_is_asked_wherever_it_is():
    with listening(HELLO) as port:
        network = Network(services={("inside.example", port)}, resolver=lambda _: ["127.0.0.1"])
        assert client(network).get(f"http://inside.example:{port}/").content == b"hello"
        network = Network(hosts={"inside.example"}, resolver=lambda _: ["127.0.0.1"])
        assert client(network).get(f"http://inside.example:{port}/").content == b"hello"


def over_sockets(port, **settings):
    """The whole client over real sockets."""
    return Asking(None, allowed=[f"http://127.0.0.1:{port}"], max_wait=0, **settings).fetcher()


def test_a_name_that_resolves_to_this_machine_is_refused_in_one_line():
    with pytest.raises(Refused, match=r"^http://localhost:9/feed: localhost leads into a private network"):
        over_sockets(1).get("http://localhost:9/feed")


@pytest.mark.parametrize("where", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n"])
def test_a_host_that_sends_a_byte_now_and_then_cannot_hold_us(where):
    with listening(where, *[b"x"] * 100, pause=0.1) as port, pytest.raises(Unreachable, match="still sending after"):
        over_sockets(port, timeout=0.2).get(f"http://127.0.0.1:{port}/")


def test_a_silent_host_is_left_after_the_timeout():
    with listening(pause=5) as port, pytest.raises(Unreachable):
        over_sockets(port, timeout=0.2).get(f"http://127.0.0.1:{port}/")


def test_an_answer_that_was_cut_off_is_no_answer():
    cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"
    with listening(cut) as port, pytest.raises(FetchError, match="cut off after 5 bytes"):
        over_sockets(port).get(f"http://127.0.0.1:{port}/")
