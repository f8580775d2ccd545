from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from weekly.errors import WeeklyError
from weekly.web.serving import listening


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
