"""A relay tells by HTTP what came back."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.published import WEEK, publish_issue
from tests.web.visitor import Visitor
from weekly.errors import SettingsError
from weekly.models import Outcome, State
from weekly.testing import workspace
from weekly.web.app import create
from weekly.web.hooks import LARGEST

SECRET = "0123456789abcdef" * 2
HEADERS = {"Authorization": f"Bearer {SECRET}"}
GONE = {"id": "1", "type": "bounce", "email": "Ada@example.net", "diagnostic": "550 5.1.1 no such user"}


@pytest.fixture
def opened(tmp_path, monkeypatch):
    monkeypatch.setenv("WEEKLY_HOOK_SECRET", SECRET)
    with workspace(tmp_path / "w") as made:
        publish_issue(made, ["ada@example.net", "bob@example.net"])
        yield made


@pytest.fixture
def tell(opened):
    visitor = Visitor(create(opened))

    def tell(*events, headers=HEADERS, content=None):
        body = json.dumps({"events": events}) if content is None else content
        return visitor.post("/hooks/bounces", content=body, headers=headers)

    return tell


def status(opened, email="ada@example.net"):
    with opened.store.read() as tx:
        return tx.subscribers.find(email).status.value


def test_an_event_does_once_what_a_report_does(opened, tell):
    first, second = tell(GONE), tell(GONE)
    assert (first.status_code, first.json()["hard"], second.json()["known"]) == (200, 1, 1)
    assert (status(opened), status(opened, "bob@example.net")) == ("suppressed", "active")
    with opened.store.read() as tx:
        assert tx.suppressions.find("ada@example.net").detail == "550 5.1.1 no such user"


@pytest.mark.parametrize(
    ("event", "counted", "became"),
    [
        ({"type": "complaint"}, "complaint", "suppressed"),
        ({"type": "unsubscribe"}, "unsubscribe", "unsubscribed"),
        ({"status": "5.1.1", "diagnostic": ""}, "hard", "suppressed"),
        ({"code": 452, "diagnostic": "4.2.2 mailbox full"}, "soft", "active"),
        ({"status": "5.1.1", "diagnostic": "550 too many messages this hour"}, "soft", "active"),
        ({"email": "nobody@example.net"}, "other", "active"),
        ({"diagnostic": "550 no such user\u0000\u202e"}, "hard", "suppressed"),
    ],
)
def test_what_an_event_means_is_judged_as_every_refusal_is(opened, tell, event, counted, became):
    assert tell({**GONE, **event}).json()[counted] == 1
    assert status(opened) == became


def test_an_event_from_before_they_came_back_ends_nothing(opened, tell):
    with opened.store.write() as tx:
        tx.subscribers.confirm(tx.subscribers.find("ada@example.net"), opened.now())
    before = (opened.now() - timedelta(days=1)).isoformat()
    assert tell({**GONE, "at": before}).json()["hard"] == 1
    assert status(opened) == "active"


def test_an_issue_that_comes_back_from_everybody_suppresses_nobody(opened, tell):
    publish_issue(opened, [f"r{number}@d{number % 4}.example" for number in range(30)], WEEK.shift(1))
    with opened.store.write() as tx:
        rows = tx.deliveries.reserve(WEEK.shift(1), "me", 99, opened.now(), timedelta(minutes=1))
        taken = [(row, Outcome(email=row.email, state=State.SENT)) for row in rows]
        tx.deliveries.write_down("me", opened.now(), settled=taken)
    counts = tell(*({**GONE, "id": row.email, "email": row.email} for row in rows)).json()
    assert (counts["hard"], counts["held"]) == (19, 13)
    with opened.store.read() as tx:
        assert {one.status.value for one in tx.subscribers.all()} == {"active"}


@pytest.mark.parametrize("header", ["", "Bearer ", f"Bearer {SECRET[:-1]}", "Bearer ü" + SECRET])
def test_without_the_secret_nothing_is_read(opened, tell, header):
    answer = tell(GONE, headers={"Authorization": header.encode()})
    assert answer.status_code == 401
    assert SECRET not in answer.text
    assert status(opened) == "active"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"events": 1}',
        b"[]",
        json.dumps({"events": [{**GONE, "type": "opened"}]}),
        json.dumps({"events": [{**GONE, "more": 1}]}),
        json.dumps({"events": [{**GONE, "at": "2025-04-14T06:00:00"}]}),
        json.dumps({"events": [{**GONE, "code": 10**40}]}),
        json.dumps({"events": [{**GONE, "diagnostic": "x" * 5000}]}),
        json.dumps({"events": [GONE] * 1001}),
        b'{"events": [{"id": "\\ud800", "type": "complaint", "email": "ada@example.net"}]}',
    ],
)
def test_what_is_not_of_the_shape_changes_nothing_and_is_told_what_is_wrong(opened, tell, content):
    answer = tell(content=content)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert status(opened) == "active"


def test_a_body_is_bounded(tell):
    assert tell(content=b" " * (LARGEST + 1)).status_code == 413


def test_without_a_secret_there_is_no_such_page(tmp_path, monkeypatch):
    with workspace(tmp_path / "w") as made:
        answer = Visitor(create(made)).post("/hooks/bounces", content="{}", headers=HEADERS)
        assert answer.status_code in {404, 405}
        monkeypatch.setenv("WEEKLY_HOOK_SECRET", "short")
        with pytest.raises(SettingsError, match="WEEKLY_HOOK_SECRET: 5 characters"):
            create(made)
