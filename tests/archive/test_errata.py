"""Corrections: beside the issue, at the card, and to those who got it."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from datetime import UTC, datetime
from email import message_from_bytes, policy

import feedparser
import html5lib
import pytest

from tests.conftest import lacking
from tests.kills import SINK, accepted, sink
from tests.published import CARDS, WEEK, counts, deliveries, publish_issue, subscribe
from tests.stored import stored
from tests.web.visitor import Visitor
from weekly.archive import errata
from weekly.archive.folder import hashes
from weekly.archive.verify import verify
from weekly.delivery.deliver import deliver
from weekly.delivery.reports import _IDENTIFIER
from weekly.errors import Blocked, NotApproved, StageError
from weekly.models import Notice, State, mailing
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Reason
from weekly.testing import workspace
from weekly.web.app import create
from weekly.workspace import open_workspace

TOML = '[newsletter]\nurl = "http://testserver"\n[maildir]\npath = "mail"\n'
ANT = CARDS[0].id
TEXT = "It has **7B** parameters, not 70B."
FIRST = Notice(WEEK, 1)


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w", TOML) as made:
        publish_issue(made, ["ada@example.net", Subscriber(email="bob@example.net", language="en")])
        yield made


def correct(opened, text=TEXT, card=ANT, **more):
    return errata.correct(opened, WEEK, card=card, text=text, **more)


def mails(opened):
    found = sorted((opened.root / "mail" / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def clean(opened):
    return not [fault for one in verify(opened) for fault in one.faults]


def test_a_correction_stands_beside_the_issue_and_changes_none_of_its_files(opened):
    folder = opened.archive / "2025" / "W15"
    before = hashes(folder)
    correct(opened)
    after = hashes(folder)
    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {"errata.md", "errata.html", "errata.json"}
    told = json.loads((folder / "errata.json").read_text(encoding="utf-8"))
    assert told["hash"] == stored(opened).issues.find(WEEK).hash
    assert [(one["card"], one["text"]) for one in told["errata"]] == [(ANT, TEXT)]
    assert TEXT in (folder / "errata.md").read_text(encoding="utf-8")
    assert clean(opened)


def test_the_same_again_is_the_same_correction_and_another_is_the_next(opened):
    assert correct(opened).number == correct(opened).number == 1
    assert correct(opened, "And its name is Ants.").number == 2
    assert correct(opened, card=CARDS[1].name).number == 3
    assert [one.card for one in stored(opened).issues.errata(WEEK)] == [ANT, ANT, CARDS[1].id]


def test_index_and_feed_tell_of_it(opened):
    correct(opened)
    assert "2025/W15/errata.html" in (opened.archive / "index.html").read_text(encoding="utf-8")
    assert "2025/W15/errata.md" in (opened.archive / "README.md").read_text(encoding="utf-8")
    feed = feedparser.parse((opened.archive / "feed.xml").read_bytes())
    assert not feed.bozo
    assert [entry.link for entry in feed.entries] == [
        "http://testserver/2025/W15/",
        "http://testserver/2025/W15/errata.html#erratum-1",
    ]
    assert feed.feed.updated == feed.entries[1].updated


@pytest.mark.parametrize("path", ["/issues/2025-W15", "/2025/W15/", "/2025/W15/index.html"])
def test_the_served_page_shows_it_at_its_card(opened, path):
    browser = Visitor(create(opened))
    before = browser.get(path).text
    correct(opened, "<script>alert(1)</script> **7B** [x](javascript:alert(1)) \u202e")
    page = browser.get(path).text
    assert len(page) > len(before)
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    cards = {one.get("id"): "".join(one.itertext()) for one in tree.iter("article") if one.get("id")}
    assert "更正" in next(text for text in cards.values() if "Ant" in text)
    assert "更正" not in next(text for text in cards.values() if "Cube" in text)
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page
    assert browser.get("/2025/W15/errata.html").status_code == 200


def test_a_card_without_a_place_of_its_own_is_corrected_at_the_top(opened):
    page = opened.archive / "2025" / "W15" / "index.html"
    correct(opened)
    page.write_text("<html><body><main id='x'>mine</main></body></html>", encoding="utf-8")
    assert "7B" in Visitor(create(opened)).get("/2025/W15/").text


def test_what_cannot_be_corrected_says_why(opened):
    with pytest.raises(StageError, match=r"did you mean arxiv:2504\.00001"):
        correct(opened, card="arxiv:2504.0001")
    with pytest.raises(StageError, match="has to say something"):
        correct(opened, text=" \n\u200b")
    with pytest.raises(StageError, match="2025-W16 is not published"):
        errata.correct(opened, WEEK.shift(1), card=ANT, text=TEXT)
    assert stored(opened).issues.errata(WEEK) == []


def test_only_editors_correct_where_there_are_some(tmp_path):
    with workspace(tmp_path / "w", '[review]\neditors = ["ed"]\n') as opened:
        publish_issue(opened)
        with pytest.raises(NotApproved, match="editors are ed"):
            correct(opened)
        assert correct(opened, by="ed").by == "ed"


def test_a_notice_goes_to_those_who_got_the_issue_and_to_nobody_twice(opened):
    deliver(opened, WEEK, limit=1)
    (got,) = [row["email"] for row in deliveries(opened, state="sent")]
    correct(opened, notify=True)
    assert deliver(opened, FIRST) == {
        "audience": 1,
        "sent": 1,
        "failed": 0,
        "uncertain": 0,
        "suppressed": 0,
        "pending": 0,
        "skipped": 0,
    }
    deliver(opened, FIRST)
    first, notice = mails(opened)
    assert first["To"] == notice["To"] == got
    assert "更正" in notice["Subject"] or "Correction" in notice["Subject"]
    assert not notice.defects
    assert "7B" in notice.get_body(("plain",)).get_content()
    assert "<strong>7B</strong>" in notice.get_body(("html",)).get_content()
    assert first["Message-ID"] != notice["Message-ID"]
    assert _IDENTIFIER.search(notice["Message-ID"])[1] == "2025-w15+1"
    assert notice["List-Unsubscribe"]


def test_who_got_the_issue_later_is_told_when_the_correction_is_repeated(opened):
    deliver(opened, WEEK, limit=1)
    correct(opened, notify=True)
    deliver(opened, FIRST)
    deliver(opened, WEEK)
    correct(opened, notify=True)
    assert deliver(opened, FIRST)["sent"] == 2
    assert len(mails(opened)) == 4


def test_a_notice_speaks_the_language_of_its_reader(opened):
    deliver(opened, WEEK)
    correct(opened, notify=True)
    deliver(opened, FIRST)
    subjects = {mail["To"]: mail["Subject"] for mail in mails(opened)[2:]}
    assert subjects["bob@example.net"].startswith("Correction: Ant")
    assert subjects["ada@example.net"].startswith("更正: Ant")


def test_who_left_since_gets_no_notice(opened):
    deliver(opened, WEEK)
    correct(opened, notify=True)
    with opened.store.write() as tx:
        tx.subscribers.stop("ada@example.net", Reason.UNSUBSCRIBED, opened.now())
    found = deliver(opened, FIRST)
    assert (found["sent"], found["suppressed"]) == (1, 1)


def test_a_notice_that_is_too_old_does_not_leave_by_itself(tmp_path):
    smtp = '[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
    with workspace(tmp_path / "w", smtp, now=datetime(2026, 1, 5, tzinfo=UTC)) as opened:
        publish_issue(opened)
        correct(opened, notify=True)
    with (
        workspace(tmp_path / "w", smtp, now=datetime(2026, 1, 25, tzinfo=UTC)) as opened,
        pytest.raises(Blocked, match=r"2025-W15\+1 was approved by somebody 20 days ago"),
    ):
        deliver(opened, FIRST)


def test_a_notice_of_nothing_is_refused(opened):
    with pytest.raises(StageError, match=r"2025-W15\+7: 2025-W15 has no such correction"):
        deliver(opened, mailing("2025-W15+7"))


def test_the_commands_work_for_a_notice_as_for_an_issue(opened, weekly):
    run = lambda *more: weekly("--workspace", opened.root, *more)  # noqa: E731
    run("deliver", "--week", WEEK)
    said = run("correct", "--week", WEEK, "--card", ANT, "--text", TEXT, "--notify").out
    assert "next: weekly deliver --week 2025-W15+1, to 2 who got the issue" in said
    assert json.loads(run("deliveries", "--week", "2025-W15+1", "--json").out)["pending"] == 2
    assert json.loads(run("deliver", "--week", "2025-W15+1", "--json").out)["sent"] == 2
    rows = json.loads(run("deliveries", "list", "--week", "2025-W15+1", "--state", "sent", "--json").out)
    assert [row["email"] for row in rows] == ["ada@example.net", "bob@example.net"]
    assert json.loads(run("correct", "--week", WEEK, "--json").out)["errata"][0]["text"] == TEXT
    assert run("correct", "--week", WEEK, "--card", ANT).status == 1
    assert run("deliver", "--week", "2025-W15+x").status == 2


def test_lost_and_edited_files_of_corrections_are_noticed_and_written_again(opened, weekly):
    correct(opened)
    folder = opened.archive / "2025" / "W15"
    (folder / "errata.md").write_text("edited", encoding="utf-8")
    (folder / "errata.json").unlink()
    assert weekly("--workspace", opened.root, "archive", "verify").status == 1
    assert weekly("--workspace", opened.root, "correct", "--week", WEEK).status == 0
    assert weekly("--workspace", opened.root, "archive", "verify").status == 0


def test_killing_a_correction_at_any_moment_leaves_it_whole_after_the_next_try(opened):
    draw = random.Random(3)
    subscribe(opened, [f"reader{i}@example.org" for i in range(50)])
    deliver(opened, WEEK)
    for number in range(8):
        pid = os.fork()
        if not pid:
            with open_workspace(opened.root) as own:
                errata.correct(own, WEEK, card=ANT, text=f"Correction {number}.", notify=True)
            os._exit(0)
        time.sleep(draw.uniform(0, 0.1))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        correct(opened, f"Correction {number}.", notify=True)
    assert [one.text for one in stored(opened).issues.errata(WEEK)] == [f"Correction {number}." for number in range(8)]
    assert {counts(opened, Notice(WEEK, number))["audience"] for number in range(1, 9)} == {2}
    assert clean(opened)


def test_killing_the_sender_of_a_notice_sends_it_to_nobody_twice(tmp_path):
    if not SINK.exists():
        lacking("../shared/wire/smtp_sink.py is not here")
    smtp = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = 4\n'
    draw = random.Random(5)
    readers = [f"reader{i}@mail{i % 9}.example.org" for i in range(300)]
    with sink(tmp_path, {}) as (port, log):
        with workspace(tmp_path / "w", smtp.format(port=port)) as opened:
            publish_issue(opened, readers)
            deliver(opened, WEEK)
            correct(opened, notify=True)
        before = accepted(log)
        for _ in range(6):
            pid = os.fork()
            if not pid:
                with open_workspace(tmp_path / "w") as own:
                    deliver(own, FIRST)
                os._exit(0)
            time.sleep(draw.uniform(0, 0.15))
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        with open_workspace(tmp_path / "w") as opened:
            found = deliver(opened, FIRST, wait=True)
            states = {row["email"]: row["state"] for row in deliveries(opened, FIRST)}
        got = accepted(log) - before
    assert max(got.values()) == 1
    assert set(got) == {email for email, state in states.items() if state == State.SENT} | {
        email for email, state in states.items() if state == State.UNCERTAIN and email in got
    }
    assert found["sent"] + found["uncertain"] == found["audience"] == len(readers)
