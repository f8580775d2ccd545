"""A Maildir instead of a relay: the same mails, each once."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from tests.published import WEEK, publish_issue
from weekly.delivery.deliver import deliver
from weekly.errors import WorkspaceError
from weekly.testing import workspace

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SUBSCRIBERS = [f"subscriber{number}@mail{number % 5}.example.org" for number in range(12)]


def test_a_maildir_gets_every_mail_once_however_often_it_is_delivered(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, SUBSCRIBERS)
        for _ in range(2):
            deliver(opened, WEEK)
        assert len(list((tmp_path / "w" / "mail" / "new").iterdir())) == len(SUBSCRIBERS)


def test_a_mail_is_dated_by_the_clock_of_its_workspace(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n', now=NOW) as opened:
        publish_issue(opened, SUBSCRIBERS[:1])
        deliver(opened, WEEK)
        (mail,) = (tmp_path / "w" / "mail" / "new").iterdir()
        assert message_from_bytes(mail.read_bytes(), policy=policy.default)["Date"].datetime == NOW


def test_a_mail_that_its_reader_has_opened_is_not_delivered_again_after_a_kill(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, SUBSCRIBERS)
        deliver(opened, WEEK, 3)
        mail = tmp_path / "w" / "mail"
        for file in (mail / "new").iterdir():
            file.rename(mail / "cur" / f"{file.name}:2,S")
        with opened.store.write() as tx:
            tx.connection.execute(
                text("UPDATE deliveries SET state = 'pending'")
            )  # as if it had died before writing it
        assert deliver(opened, WEEK)["sent"] == len(SUBSCRIBERS)
        assert (len(list((mail / "new").iterdir())), len(list((mail / "cur").iterdir()))) == (len(SUBSCRIBERS) - 3, 3)


def test_a_maildir_that_cannot_be_written_is_said(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, SUBSCRIBERS)
        (tmp_path / "w" / "mail").write_text("a file")
        with pytest.raises(WorkspaceError, match="cannot be written"):
            deliver(opened, WEEK)


def test_the_standard_library_reads_what_is_in_it(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, SUBSCRIBERS)
        deliver(opened, WEEK)
    mails = list(mailbox.Maildir(tmp_path / "w" / "mail", create=False))
    assert sorted(mail["To"] for mail in mails) == sorted(SUBSCRIBERS)
