"""What the review page does, done by commands."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys

import httpx
import pytest

from tests.conftest import ROOT
from tests.stored import stored
from tests.web.review.conftest import visiting
from weekly.models import Week
from weekly.workspace import open_workspace

WEEK = "2025-W15"


@pytest.fixture
def run(weekly, drafted):
    def command(*words):
        return weekly("--workspace", drafted, *words)

    return command


def candidates(run):
    return {one["id"]: one["status"] for one in json.loads(run("candidates", "--week", WEEK, "--json").out)}


def test_decisions_are_made_taken_back_and_written_down(run):
    first, second = list(candidates(run))[:2]
    assert run("review", "decide", "reject", first, second, "--week", WEEK, "--by", "ada").status == 0
    assert [candidates(run)[one] for one in (first, second)] == ["rejected", "rejected"]
    assert second in run("review", "undo", "--week", WEEK, "--by", "ada").out
    assert [candidates(run)[one] for one in (first, second)] == ["rejected", "pending"]
    log = json.loads(run("review", "log", "--week", WEEK, "--json").out)
    assert [(one["by"], one["action"], one["card"]) for one in log] == [
        ("ada", "undone", second),
        ("ada", "rejected", second),
        ("ada", "rejected", first),
    ]
    table = run("review", "log", "--week", WEEK).out
    assert "rejected" in table
    assert first in table


def test_a_candidate_is_rejected_before_anything_is_drafted_and_does_not_come_then(weekly, demo):
    def run(*words):
        return weekly("--workspace", demo, *words)

    run("collect", "--week", WEEK)
    run("classify", "--week", WEEK)
    first, second = list(candidates(run))[:2]
    assert run("review", "decide", "reject", first, "--week", WEEK, "--by", "ada").status == 0
    refused = run("review", "decide", "accept", second, "--week", WEEK)
    assert refused.status == 1
    assert "2025-W15 has no draft that could take a card: run 'weekly draft --week 2025-W15' first" in refused.err
    assert "no candidate 'none'" in run("review", "decide", "later", "none", "--week", WEEK).err
    (entry,) = json.loads(run("review", "log", "--week", WEEK, "--json").out)
    assert (entry["by"], entry["action"], entry["card"]) == ("ada", "rejected", first)
    run("draft", "--week", WEEK)
    with open_workspace(demo) as workspace:
        cards = [card.id for card in stored(workspace).drafts.find(Week.parse(WEEK)).draft.cards]
    assert first not in cards
    assert second in cards


def test_with_nothing_to_take_back_undo_says_so(run):
    assert "nothing to undo" in run("review", "undo", "--week", WEEK, "--by", "grace").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("decide", "maybe", "x"), "accept, reject, later or pending"),
        (("decide", "accept"), "accept, reject, later or pending"),
        (("decide", "accept", "no-such-work"), "no candidate 'no-such-work'"),
        (("withdraw",), "no approval to withdraw"),
    ],
)
def test_what_cannot_be_done_is_one_line(run, words, told):
    ran = run("review", *words, "--week", WEEK)
    assert ran.status == 1
    assert told in ran.err
    assert ran.err.count("\n") == 1


def test_an_approval_is_taken_back(run):
    assert run("approve", "--week", WEEK, "--by", "ada").status == 0
    assert run("review", "withdraw", "--week", WEEK, "--by", "ada").status == 0
    refused = run("publish", "--week", WEEK)
    assert refused.status == 1
    assert "not approved" in refused.err


def test_the_page_prints_its_address_first_and_makes_a_token_where_none_is_set(drafted):
    command = [sys.executable, "-m", "weekly", "--workspace", str(drafted), "review", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as page:
        try:
            address = page.stdout.readline().strip()
            way_in = re.search(r"http\S+\?token=\S+", page.stderr.readline())[0]
            assert way_in.startswith(address)
            with httpx.Client(follow_redirects=True, trust_env=False) as browser:
                assert browser.get(f"{address}/healthz").json() == {"status": "ok"}
                assert browser.get(way_in).status_code == 200
        finally:
            page.send_signal(signal.SIGINT)
            page.wait(timeout=20)


def test_a_port_that_is_taken_is_one_line_with_the_mend(run):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("review", "--port", taken.getsockname()[1])
    assert ran.status == 1
    assert "choose another with --port" in ran.err


def test_sessions_are_listed_and_revoked(run, drafted):
    with open_workspace(drafted) as workspace, visiting(workspace, "ada"):
        (session,) = json.loads(run("review", "sessions", "--json").out)
        assert (session["who"], session["kind"]) == ("ada", "session")
        assert session["key"] in run("review", "sessions").out
        assert run("review", "sessions", "revoke").status == 1
        assert "1 ended" in run("review", "sessions", "revoke", session["key"]).out
        assert json.loads(run("review", "sessions", "--json").out) == []
        assert "0 ended" in run("review", "sessions", "revoke", "--all").out


def test_candidates_are_merged_and_split_by_their_addresses(run):
    known = json.loads(run("candidates", "--week", WEEK, "--json").out)
    (first, second), where = known[:2], ("--week", WEEK, "--by", "ada")
    merged = run("review", "merge", first["id"], second["url"], *where)
    assert merged.out == f"{WEEK}: {second['id']} is part of {first['id']}\n"
    assert second["id"] not in candidates(run)
    split = run("review", "split", first["id"], second["url"], *where)
    assert split.out == f"{WEEK}: {second['id']} is a candidate of its own\n"
    assert run("review", "undo", *where).out == f"{WEEK}: taken back: split {first['id']}\n"
    assert run("review", "undo", *where).out == f"{WEEK}: taken back: merged {first['id']}\n"
    assert json.loads(run("candidates", "--week", WEEK, "--json").out) == known
    for words, told in (
        (("merge", first["id"], first["id"]), "name another one"),
        (("split", first["id"], "https://example.org/none"), "see 'also'"),
        (("split", "none", first["url"]), "see 'weekly candidates'"),
    ):
        refused = run("review", *words, *where)
        assert (refused.status, refused.err.count("\n")) == (1, 1)
        assert told in refused.err
