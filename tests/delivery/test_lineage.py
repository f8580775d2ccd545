"""A database that is older than what was sent from it sends nothing again; where it stands is no matter."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from contextlib import contextmanager

import pytest

from tests.delivery.relay import Relay, in_a_thread
from tests.published import WEEK, counts, publish_issue
from weekly.delivery import safeguards
from weekly.delivery.deliver import deliver
from weekly.delivery.send_counter import NAME
from weekly.errors import Blocked
from weekly.models import State
from weekly.testing import workspace

READERS = [f"reader{i}@mail{i % 5}.example.org" for i in range(200)]
SMTP = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = 4\n'


@contextmanager
def relaying():
    """A relay, and the settings that lead to it."""
    relay = Relay()
    with in_a_thread(relay) as port:
        yield relay, SMTP.format(port=port)


def received(relay):
    """How often each reader has got the mail."""
    return Counter(re.search(rb"(?im)^To: .*?([^\s<]+@[^\s>]+)", mail)[1].decode() for mail in relay.messages)


def test_a_database_from_before_the_last_mails_is_blocked_until_they_are_uncertain(tmp_path):
    root = tmp_path / "w"
    with relaying() as (relay, settings):
        with workspace(root, settings) as opened:
            publish_issue(opened, READERS)
            deliver(opened, WEEK, limit=80)
        shutil.copytree(root / ".weekly", tmp_path / "backup")
        with workspace(root, settings) as opened:
            deliver(opened, WEEK)
        shutil.rmtree(root / ".weekly")
        shutil.copytree(tmp_path / "backup", root / ".weekly")
        with workspace(root, settings) as opened:
            with pytest.raises(Blocked, match="'weekly deliveries recover' marks what may have been sent as uncertain"):
                deliver(opened, WEEK)
            assert safeguards.recover(opened) == {str(WEEK): 120}
            told = deliver(opened, WEEK)
            assert (told["sent"], told["uncertain"], told["pending"]) == (80, 120, 0)
            assert received(relay) == dict.fromkeys(READERS, 1)
            with opened.store.write() as tx:
                tx.deliveries.resolve(WEEK, State.SENT, "", opened.now())
            assert deliver(opened, WEEK)["sent"] == len(READERS)


def test_another_ledger_beside_the_same_archive_is_blocked(tmp_path, fresh_database):
    with relaying() as (_, settings):
        with workspace(tmp_path / "w", settings + fresh_database()) as opened:
            publish_issue(opened, READERS[:5])
            deliver(opened, WEEK)
        shutil.rmtree(tmp_path / "w" / "archive" / "2025")
        with workspace(tmp_path / "w", settings + fresh_database()) as opened:
            publish_issue(opened, READERS[:5])
            with pytest.raises(Blocked, match="or another newsletter's"):
                deliver(opened, WEEK)


def test_a_moved_folder_a_new_container_and_an_archive_from_elsewhere_pass(tmp_path, fresh_database):
    with relaying() as (relay, smtp):
        settings = smtp + fresh_database()
        with workspace(tmp_path / "w", settings) as opened:
            publish_issue(opened, READERS[:20])
            deliver(opened, WEEK, limit=5)
        root = shutil.move(tmp_path / "w", tmp_path / "moved")
        with workspace(root, settings) as opened:
            deliver(opened, WEEK, limit=5)
        (root / "archive" / NAME).unlink()  # a runner that has the state, and the archive as it was pushed
        with workspace(root, settings) as opened:
            assert deliver(opened, WEEK)["sent"] == 20
            assert counts(opened)["sent"] == 20
        assert received(relay) == dict.fromkeys(READERS[:20], 1)


def test_a_counter_that_a_killed_process_left_behind_is_taken_further(tmp_path):
    with relaying() as (_, settings), workspace(tmp_path / "w", settings) as opened:
        publish_issue(opened, READERS[:10])
        deliver(opened, WEEK, limit=5)
        behind = (opened.archive / NAME).read_text()
        deliver(opened, WEEK, limit=3)
        ahead = (opened.archive / NAME).read_text()
        (opened.archive / NAME).write_text(behind)
        assert deliver(opened, WEEK)["sent"] == 10
        assert (opened.archive / NAME).read_text() >= ahead > behind
