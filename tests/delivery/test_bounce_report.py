from __future__ import annotations

from datetime import timedelta

import pytest

from tests.published import WEEK, publish_issue
from weekly.delivery.bounce_report import bounce_report
from weekly.models import Outcome, State
from weekly.store.suppressions import Bounce, BounceKind
from weekly.testing import workspace


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w") as made:
        publish_issue(made, ["ada@example.net", "bob@Example.net", "eve@example.org", "gone@example.org"])
        yield made


def rows(opened):
    with opened.store.read() as tx:
        return [tuple(row.values()) for row in bounce_report(tx)]


def test_what_was_refused_at_once_stands_beside_what_came_back(opened):
    with opened.store.write() as tx:
        mails = tx.deliveries.reserve(WEEK, "me", 9, opened.now(), timedelta(minutes=1))
        said = {"example.net": "550 5.1.1 no such user", "example.org": "552 5.2.2 over quota"}
        outcomes = [
            (row, Outcome(email=row.email, state=State.FAILED, detail=said[row.email.partition("@")[2].lower()]))
            for row in mails
        ]
        tx.deliveries.write_down("me", opened.now(), settled=outcomes)
        number = tx.subscribers.find("eve@example.org").id
        late = {"subscriber": number, "week": "2025-W16", "kind": BounceKind.SOFT, "cause": "sender", "detail": "slow"}
        tx.bounces.add(Bounce(report="x", **late), opened.now())
        tx.subscribers.erase("gone@example.org", opened.now())
    assert rows(opened) == [
        ("2025-W16", "example.org", "soft", "sender", 1, "slow"),
        (str(WEEK), "example.net", "refused", "address", 2, "550 5.1.1 no such user"),
        (str(WEEK), "example.org", "refused", "mailbox", 1, "552 5.2.2 over quota"),
    ]


def test_where_nothing_came_back_there_is_nothing_to_see(opened):
    assert rows(opened) == []
