"""A week that was recorded is replayed to the byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

from tests.fakes import Asking, Memory
from weekly.errors import FetchError, NotRecorded, WorkspaceError
from weekly.net.client import Cached
from weekly.net.recording import Recording
from weekly.testing import SavedAnswers

URL = "https://a.example/feed"


def recorded(folder, answers, *urls, cache=None):
    asking = Asking(SavedAnswers(answers), record=str(folder), cache=cache)
    for url in urls:
        asking.fetcher().get(url)
    Recording(folder).date(datetime(2025, 4, 14, 6, tzinfo=UTC))


def test_what_was_recorded_is_replayed_with_its_headers(tmp_path):
    recorded(tmp_path, {URL: (200, {"etag": '"1"', "link": '<x>; rel="next"'}, b"\x00\xffhello")}, URL)
    answer = Asking(None, replay=str(tmp_path)).fetcher().get(URL)
    assert (answer.body, answer.headers["etag"], answer.headers["link"]) == (b"\x00\xffhello", '"1"', '<x>; rel="next"')


def test_a_retry_is_recorded_by_its_last_answer(tmp_path):
    recorded(tmp_path, {URL: [(503, {}, b"later"), (200, {}, b"hello")]}, URL)
    fetcher = Asking(None, replay=str(tmp_path)).fetcher()
    assert fetcher.get(URL).body == b"hello"
    assert fetcher.retries == 0


def test_redirects_are_recorded_hop_by_hop(tmp_path):
    answers = {URL: (301, {"location": "https://b.example/"}, b""), "https://b.example/": (200, {}, b"hello")}
    recorded(tmp_path, answers, URL)
    assert Asking(None, replay=str(tmp_path)).fetcher().get(URL).moved_to == "https://b.example/"


def test_what_an_earlier_run_kept_is_recorded_all_the_same(tmp_path):
    cache = Memory()
    cache.save(URL, Cached(etag='"1"', body=b"old"))
    recorded(tmp_path, {URL: (200, {"etag": '"1"'}, b"hello")}, URL, cache=cache)
    assert Asking(None, replay=str(tmp_path)).fetcher().get(URL).body == b"hello"


def test_a_replay_answers_as_the_server_would_that_nothing_has_changed(tmp_path):
    recorded(tmp_path, {URL: (200, {"etag": '"1"'}, b"hello")}, URL)
    fetcher = Asking(None, replay=str(tmp_path)).fetcher()
    fetcher.get(URL)
    assert fetcher.get(URL).not_modified


def test_what_was_not_recorded_is_not_there_and_is_not_waited_for(tmp_path):
    recorded(tmp_path, {URL: (200, {}, b"")}, URL)
    asking = Asking(None, replay=str(tmp_path))
    with pytest.raises(NotRecorded, match="record the week again"):
        asking.fetcher().get("https://b.example/")
    assert not asking.slept


def test_a_failure_is_replayed_without_waiting(tmp_path):
    with pytest.raises(FetchError):
        recorded(tmp_path, {URL: (503, {}, b"")}, URL)
    Recording(tmp_path).date(datetime(2025, 4, 14, tzinfo=UTC))
    asking = Asking(None, replay=str(tmp_path))
    with pytest.raises(FetchError):
        asking.fetcher().get(URL)
    assert not asking.slept


def test_no_secret_gets_into_a_recording(tmp_path):
    asking = Asking(
        SavedAnswers({URL: (200, {"set-cookie": "session=s3cret", "x-token": "s3cret"}, b"hello")}),
        record=str(tmp_path),
    )
    asking.fetcher().get(URL, headers={"authorization": "Bearer s3cret"})
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]


def test_a_replay_lives_in_the_moment_of_its_recording(tmp_path):
    moment = datetime(2025, 4, 14, 6, 0, 0, 123456, tzinfo=UTC)
    Recording(tmp_path).date(moment)
    assert Recording(tmp_path).recorded_at == moment


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("answers.jsonl", "{", "answers.jsonl:1: not JSON"),
        ("answers.jsonl", '{"method": "GET"}', "answers.jsonl:1 is no answer"),
        (
            "answers.jsonl",
            json.dumps({"method": "GET", "url": URL, "status": 200, "headers": {}, "body": "x"}),
            "lost x",
        ),
    ],
)
def test_a_damaged_recording_names_the_place(tmp_path, name, text, said):
    Recording(tmp_path).date(datetime(2025, 4, 14, tzinfo=UTC))
    (tmp_path / name).write_text(text + "\n")
    with pytest.raises(WorkspaceError, match=said):
        Asking(None, replay=str(tmp_path)).fetcher().get(URL)


@pytest.mark.parametrize("text", ["{", "{}", '{"recorded_at": "monday"}'])
def test_a_recording_without_its_moment_is_none(tmp_path, text):
    (tmp_path / "recording.json").write_text(text)
    with pytest.raises(WorkspaceError, match="has no moment"):
        _ = Recording(tmp_path).recorded_at


def test_a_folder_that_is_no_recording_is_one_clear_line(tmp_path):
    with pytest.raises(WorkspaceError, match="is no recording"):
        _ = Recording(tmp_path).recorded_at


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        Recording(tmp_path / "file").save("GET", URL, 200, httpx.Headers(), b"")
    with pytest.raises(WorkspaceError, match="cannot be written"):
        Recording(tmp_path / "file").date(datetime(2025, 4, 14, tzinfo=UTC))


@pytest.mark.parametrize("place", ["../secret", "/etc/passwd", "bodies/../../secret", "bodies/link"])
def test_a_recording_reads_nothing_outside_of_its_folder(tmp_path, place):
    folder = tmp_path / "recording"
    recorded(folder, {URL: (200, {}, b"hello")}, URL)
    (tmp_path / "secret").write_text("a secret")
    (folder / "bodies" / "link").symlink_to(tmp_path / "secret")
    row = json.loads((folder / "answers.jsonl").read_text())
    (folder / "answers.jsonl").write_text(json.dumps({**row, "body": place}) + "\n")
    with pytest.raises(WorkspaceError, match="none of its files"):
        Asking(None, replay=str(folder)).fetcher().get(URL)


@pytest.mark.parametrize(
    "change",
    [{"headers": ["a"]}, {"headers": {"etag": 3}}, {"status": "200"}, {"status": 7}, {"body": None}],
)
def test_a_recording_that_holds_something_else_is_one_line(tmp_path, change):
    recorded(tmp_path, {URL: (200, {}, b"hello")}, URL)
    row = json.loads((tmp_path / "answers.jsonl").read_text())
    (tmp_path / "answers.jsonl").write_text(json.dumps({**row, **change}) + "\n")
    with pytest.raises(WorkspaceError, match=r"answers\.jsonl:1 is no answer"):
        Asking(None, replay=str(tmp_path)).fetcher().get(URL)
