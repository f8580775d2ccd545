"""Against a real mail server: what leaves, what it refuses, and what comes back."""

from __future__ import annotations

import time
from email import message_from_bytes, policy

import pytest

from tests.conftest import lacking
from tests.delivery import postfix
from tests.published import WEEK, publish_issue
from weekly.delivery.bounces import process_reports
from weekly.delivery.deliver import deliver
from weekly.delivery.mailboxes import messages
from weekly.testing import workspace

TOML = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = 3\n'


@pytest.fixture(autouse=True)
def _server():
    if not postfix.installed():
        lacking("postfix cannot be started here: it needs Debian's package and root")


def arrived(folder, count, seconds=30):
    """The files of a Maildir once there are *count* of them."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = sorted((folder / "new").glob("*"))
        if len(found) >= count:
            return found
        time.sleep(0.1)
    pytest.fail(f"{folder} did not get {count} mails")


def test_a_mail_arrives_and_a_bounce_comes_back_is_read_and_suppresses(tmp_path):
    with postfix.running() as (port, mail), workspace(tmp_path / "w", TOML.format(port=port)) as opened:
        publish_issue(opened, ["ada@example.net", "bob@example.net", "gone@example.net"])
        assert deliver(opened, WEEK)["sent"] == 3
        copy = arrived(mail / "readers", 2)[0]
        got = message_from_bytes(copy.read_bytes(), policy=policy.default)
        assert got["Return-Path"].startswith("<weekly+b-")
        assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]
        arrived(mail / "bounces", 1)
        tally = process_reports(opened.store, opened.signer, messages(str(mail / "bounces")), opened.now())
        assert (tally.read, tally.hard) == (1, 1)
        with opened.store.read() as tx:
            statuses = {
                name: tx.subscribers.find(f"{name}@example.net").status.value for name in ("ada", "bob", "gone")
            }
        assert statuses == {"ada": "active", "bob": "active", "gone": "suppressed"}


def test_an_address_that_it_refuses_at_once_is_suppressed_at_once(tmp_path):
    with postfix.running(reject=True) as (port, mail), workspace(tmp_path / "w", TOML.format(port=port)) as opened:
        publish_issue(opened, [f"reader{i}@example.net" for i in range(20)] + ["gone@example.net"])
        counts = deliver(opened, WEEK)
        assert (counts["sent"], counts["failed"]) == (20, 1)
        arrived(mail / "readers", 20)
        with opened.store.read() as tx:
            assert tx.subscribers.find("gone@example.net").status.value == "suppressed"
