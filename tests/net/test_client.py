"""What every source may rely on when it asks for an address."""

from __future__ import annotations

import gzip

import httpx
import pytest

from tests.fakes import Asking
from weekly.errors import FetchError, Gone, Refused, Throttled, Unreachable
from weekly.net.client import REDIRECTS, RequestPolicy
from weekly.testing import SavedAnswers

URL = "https://a.example/feed"
OK = (200, {"etag": '"1"'}, b"hello")


def test_a_good_answer_comes_with_its_headers_and_its_address():
    answer = Asking(SavedAnswers({URL: OK})).fetcher().get(URL)
    assert (answer.url, answer.body, answer.headers["etag"]) == (URL, b"hello", '"1"')


@pytest.mark.parametrize(
    "failure",
    [
        (429, {"retry-after": "1"}, b""),
        (503, {}, b""),
        (500, {}, b""),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("silence"),
        httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    ],
)
def test_what_may_pass_is_asked_for_again(failure):
    asking = Asking(SavedAnswers({URL: [failure, failure, OK]}))
    fetcher = asking.fetcher()
    assert fetcher.get(URL).body == b"hello"
    assert (fetcher.requests, fetcher.retries, len(asking.slept)) == (3, 2, 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 451])
def test_what_is_our_own_fault_is_asked_for_once(status):
    transport = SavedAnswers({URL: (status, {}, b"")})
    with pytest.raises(FetchError, match=f"HTTP {status}") as caught:
        Asking(transport).fetcher().get(URL)
    assert (caught.value.status, len(transport.asked)) == (status, 1)


def test_pauses_grow_and_are_never_shorter_than_the_host_asks():
    asking = Asking(SavedAnswers({URL: [(503, {}, b"")] * 3 + [(503, {"retry-after": "40"}, b""), OK]}))
    asking.fetcher().get(URL)
    first, second, third, asked = asking.slept
    assert 0.75 <= first <= 1.25
    assert 1.5 <= second <= 2.5
    assert 3 <= third <= 5
    assert asked == 40


def test_a_wait_longer_than_we_may_ends_the_asking():
    asking = Asking(SavedAnswers({URL: (429, {"retry-after": "3600"}, b"")}), max_wait=60)
    with pytest.raises(Throttled, match="slow down"):
        asking.fetcher().get(URL)
    assert not asking.slept


def test_what_is_lost_to_one_address_is_bounded():
    asking = Asking(SavedAnswers({URL: (429, {"retry-after": "50"}, b"")}), max_wait=120)
    with pytest.raises(Throttled):
        asking.fetcher().get(URL)
    assert asking.slept == [50, 50]


def test_many_faults_of_many_kinds_before_one_answer_are_borne():
    kinds = [
        *((429, {"retry-after": "2"}, b""), (503, {}, b""), (500, {}, b""), httpx.ReadError("reset")),
        httpx.ReadTimeout("hang"),
    ]
    asking = Asking(SavedAnswers({URL: [*(kind for kind in kinds for _ in range(4)), OK]}), timeout=3)
    assert asking.fetcher().get(URL).body == b"hello"


def test_a_host_that_never_answers_is_given_up_within_a_minute():
    asking = Asking(SavedAnswers({URL: httpx.ReadTimeout("silence")}), timeout=3)
    with pytest.raises(Unreachable, match="no answer within 3 s"):
        asking.fetcher().get(URL)
    assert sum(asking.slept) < 30


def test_another_kind_of_failure_is_a_sign_of_life():
    kinds = [(503, {}, b""), httpx.ReadError("reset"), (500, {}, b"")]
    asking = Asking(SavedAnswers({URL: [*kinds * 4, OK]}))
    assert asking.fetcher().get(URL).body == b"hello"
    assert max(asking.slept) <= 1.25


def test_others_at_the_gate_wait_as_long_as_the_host_asked():
    asking = Asking(SavedAnswers({URL: [(429, {"retry-after": "7"}, b""), OK]}))
    asking.fetcher(RequestPolicy(gate="arxiv", pace=3)).get(URL)
    assert asking.gate.held == [("arxiv", 7)]
    assert asking.gate.turns == [("arxiv", 3)] * 2


def test_a_broken_answer_is_asked_for_again_and_never_kept():
    def broken(answer):
        return FetchError("half of it", url=answer.url) if answer.body == b"he" else None

    asking = Asking(SavedAnswers({URL: [(200, {"etag": '"0"'}, b"he"), OK]}))
    assert asking.fetcher().get(URL, broken=broken).body == b"hello"
    assert asking.cache.kept[URL].etag == '"1"'


def test_the_second_time_only_what_has_changed_is_sent():
    def server(request):
        if request.headers.get("if-none-match") == '"1"' and request.headers.get("if-modified-since") == "yesterday":
            return httpx.Response(304)
        return httpx.Response(200, headers={"etag": '"1"', "last-modified": "yesterday"}, content=b"hello")

    fetcher = Asking(SavedAnswers({URL: server})).fetcher()
    assert not fetcher.get(URL).not_modified
    again = fetcher.get(URL)
    assert (again.not_modified, again.body, fetcher.not_modified) == (True, b"hello", 1)


def test_an_etag_that_no_header_can_carry_is_left_out():
    transport = SavedAnswers({URL: httpx_with_odd_etag})
    fetcher = Asking(transport).fetcher()
    fetcher.get(URL)
    fetcher.get(URL)
    assert "if-none-match" not in transport.asked[1].headers


def httpx_with_odd_etag(_request):
    return httpx.Response(200, headers=[(b"etag", b'"\xe9"')], content=b"hello")


def test_a_permanent_move_is_told_and_remembered():
    there = "https://b.example/feed"
    transport = SavedAnswers({URL: (301, {"location": there}, b""), there: OK})
    fetcher = Asking(transport).fetcher()
    answer = fetcher.get(URL)
    assert (answer.url, answer.moved_to) == (there, there)
    fetcher.moved(URL, there)
    fetcher.get(URL)
    assert [str(request.url) for request in transport.asked] == [URL, there, there]


def test_a_passing_redirect_is_no_move():
    transport = SavedAnswers(
        {
            URL: (301, {"location": "/one"}, b""),
            "https://a.example/one": (302, {"location": "/two"}, b""),
            "https://a.example/two": OK,
        }
    )
    answer = Asking(transport).fetcher().get(URL)
    assert answer.url == "https://a.example/two"
    assert answer.moved_to == "https://a.example/one"


def test_an_address_that_is_gone_is_not_asked_again_once_retired():
    transport = SavedAnswers({URL: (410, {}, b"")})
    fetcher = Asking(transport).fetcher()
    with pytest.raises(Gone):
        fetcher.get(URL)
    fetcher.retire(URL)
    with pytest.raises(Gone):
        fetcher.get(URL)
    assert len(transport.asked) == 1


def test_a_redirect_loop_is_refused():
    transport = SavedAnswers({URL: (302, {"location": URL}, b"")})
    with pytest.raises(Refused, match="redirects"):
        Asking(transport).fetcher().get(URL)
    assert len(transport.asked) == REDIRECTS + 1


def test_secrets_do_not_follow_a_redirect_to_another_host():
    there = "https://b.example/"
    transport = SavedAnswers({URL: (302, {"location": there}, b""), there: OK})
    Asking(transport).fetcher().get(URL, headers={"authorization": "Bearer x"})
    assert "authorization" in transport.asked[0].headers
    assert "authorization" not in transport.asked[1].headers


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://a.example/",
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://10.1.2.3:8080/",
        "http://0.0.0.0/",
        "http://a.example:port/",
        "gopher:",
        "",
    ],
)
def test_what_is_not_the_public_web_is_refused_in_one_line_without_a_request(url):
    transport = SavedAnswers({"": OK})
    with pytest.raises(Refused) as caught:
        Asking(transport).fetcher().get(url)
    assert not transport.asked
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("location", ["http://169.254.169.254/", "file:///etc/passwd", "//[::1]/"])
def test_a_redirect_leads_nowhere_that_may_not_be_asked(location):
    with pytest.raises(Refused):
        Asking(SavedAnswers({URL: (302, {"location": location}, b"")})).fetcher().get(URL)


def test_what_the_owner_names_may_be_private():
    answers = SavedAnswers({"http://127.0.0.1:8300/": OK, "http://10.1.2.3/": OK})
    asking = Asking(answers, allowed=["http://127.0.0.1:8300/api"], allow_private=("10.1.2.3",))
    assert asking.fetcher().get("http://127.0.0.1:8300/x").body == b"hello"
    assert asking.fetcher().get("http://10.1.2.3/x").body == b"hello"
    with pytest.raises(Refused, match="allow_private"):
        asking.fetcher().get("http://127.0.0.1:8301/x")


def endless(_request):
    def drops():
        while True:
            yield b"x" * 65536

    return httpx.Response(200, content=drops())


def test_an_answer_that_says_it_is_huge_is_not_read():
    huge = (200, {"content-length": str(2 * 1024**3)}, b"")
    with pytest.raises(Refused, match="2,147,483,648 bytes"):
        Asking(SavedAnswers({URL: huge})).fetcher().get(URL)


def test_an_answer_that_does_not_end_is_cut_off():
    with pytest.raises(Refused, match="more than the 1,000,000 bytes"):
        Asking(SavedAnswers({URL: endless})).fetcher(RequestPolicy(limit=1_000_000)).get(URL)


def test_a_gzip_bomb_is_cut_off_while_it_is_unpacked():
    bomb = gzip.compress(bytes(30 * 1024 * 1024))
    packed = (200, {"content-encoding": "gzip"}, bomb)
    assert len(bomb) < 100_000
    with pytest.raises(Refused, match="bytes taken"):
        Asking(SavedAnswers({URL: packed})).fetcher().get(URL)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_encodings_that_grow_without_bounds_are_not_unpacked(encoding):
    def server(_request):
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=httpx.ByteStream(b"x"))

    with pytest.raises(Refused, match="only gzip"):
        Asking(SavedAnswers({URL: server})).fetcher().get(URL)


def test_where_a_link_leads_is_asked_once_and_read_without_its_body():
    transport = SavedAnswers(
        {
            "https://a.example/go": (302, {"location": "https://a.example/post"}, b""),
            "https://a.example/post": (301, {"location": "https://arxiv.org/abs/2504.00001"}, b""),
        }
    )
    fetcher = Asking(transport).fetcher()
    assert fetcher.final_address("https://a.example/go") == "https://arxiv.org/abs/2504.00001"
    assert fetcher.final_address("https://a.example/go") == "https://arxiv.org/abs/2504.00001"
    assert len(transport.asked) == 2


def test_a_link_that_leads_nowhere_else_is_itself():
    fetcher = Asking(SavedAnswers({URL: endless})).fetcher()
    assert fetcher.final_address(URL) == URL
