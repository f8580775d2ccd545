"""What is kept of an issue's departure: from which machine mail leaves, and under which domain each mailing began."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.wire_formats import NOW
from weekly.models import Notice, Week
from weekly.store.mailings import Ledger, MailingStart

WEEK = Week(2025, 15)


def test_before_any_mail_was_sent_nothing_is_known(store):
    with store.read() as tx:
        assert tx.mailings.find_ledger() is None


def test_the_ledger_is_the_last_one_that_was_named(store):
    for ledger in (Ledger(lineage="1" * 32, secret="a"), Ledger(lineage="1" * 32, secret="b")):
        with store.write() as tx:
            tx.mailings.set_ledger(ledger)
        with store.read() as tx:
            assert tx.mailings.find_ledger() == ledger


def test_an_issue_and_the_notice_about_it_begin_each_for_itself_and_once(store):
    with store.write() as tx:
        assert tx.mailings.start(WEEK, "example.org", NOW) == MailingStart(domain="example.org", began_at=NOW)
        assert tx.mailings.start(Notice(WEEK, 1), "other.example", NOW).domain == "other.example"
    with store.write() as tx:
        later = tx.mailings.start(WEEK, "third.example", NOW + timedelta(hours=1))
        assert later == MailingStart(domain="example.org", began_at=NOW)


def test_of_two_senders_that_begin_an_issue_at_once_the_first_is_remembered(store):
    def start(domain):
        with store.write() as tx:
            return tx.mailings.start(WEEK, domain, NOW).domain

    with ThreadPoolExecutor(1) as senders:
        with store.write() as tx:
            tx.mailings.start(WEEK, "example.org", NOW)
            second = senders.submit(start, "other.example")
            time.sleep(0.2)  # it waits for the end of this one by now
        assert second.result() == "example.org"
