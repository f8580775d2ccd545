from __future__ import annotations

import base64
import json
import re

import pytest

from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.delivery.bounces import process_reports
from weekly.delivery.deliver import issue_writer
from weekly.delivery.ledger import LEASE
from weekly.delivery.mailboxes import IncomingMail
from weekly.delivery.refusals import RefusalCause, judge, judge_text, statuses
from weekly.testing import workspace


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("550 5.1.1 <x>: Recipient address rejected: User unknown in virtual mailbox table", RefusalCause.ADDRESS),
        ("550 5.0.0 No such user here", RefusalCause.ADDRESS),
        ("554 mailbox not found", RefusalCause.ADDRESS),
        ("550-5.1.1 The email account that you tried to reach does not exist.", RefusalCause.ADDRESS),
        ("556 5.1.10 domain does not accept mail (nullMX)", RefusalCause.ADDRESS),
        ("550 5.2.1 mailbox disabled", RefusalCause.ADDRESS),
        ("550 5.1.1 <x>: 5.2.2 over quota", RefusalCause.MAILBOX),
        ("450 4.1.1 <x>: Recipient address rejected: User unknown", RefusalCause.MAILBOX),
        ("452 4.2.2 mailbox full", RefusalCause.MAILBOX),
        ("550 5.1.1 rejected by policy [5.7.1]", RefusalCause.SENDER),
        ("550 5.4.5 Daily SMTP relay limit exceeded for user", RefusalCause.SENDER),
        ("454 4.7.0 Too many login attempts, daily quota exceeded", RefusalCause.SENDER),
        ("550 5.1.0 SPF check failed", RefusalCause.SENDER),
        ("550 5.7.1 user unknown to the policy", RefusalCause.SENDER),
        ("554 5.7.1 <x>: Relay access denied", RefusalCause.SENDER),
        ("550 5.1.7 Sender address is not valid", RefusalCause.SENDER),
        ("421 4.7.0 temporarily deferred due to user complaints", RefusalCause.SENDER),
        ("554 DT:SPM 163 smtp12", RefusalCause.SENDER),
        ("550 5.2.0 Mailbox has exceeded the limit", RefusalCause.MAILBOX),
        ("554 5.4.14 Hop count exceeded - possible mail loop", RefusalCause.MAILBOX),
        ("554 something else", RefusalCause.UNCLEAR),
        ("", RefusalCause.UNCLEAR),
    ],
)
def test_what_a_server_says_outranks_the_code_that_it_says_it_with(said, cause):
    assert judge(said, code=int(said[:3] or 0)) is cause


def test_a_report_that_gives_a_code_and_no_words_is_judged_by_the_code():
    codes = {
        "5.1.1": RefusalCause.ADDRESS,
        "5.1.351": RefusalCause.ADDRESS,
        "5.2.2": RefusalCause.MAILBOX,
        "5.7.26": RefusalCause.SENDER,
    }
    assert {code: judge("", status=code) for code in codes} == codes


def test_the_numbers_of_an_address_are_no_status():
    assert statuses("Connected to 5.101.152.66 but 5.1.1 failed, v4.5.1.2") == ["5.1.1"]


def test_the_courtesies_of_a_report_are_not_its_reason():
    text = "Sorry. Our antivirus policy is strict.\n\n<ada@example.net>:\n550 5.1.1 no such user\n\nPlease try again."
    assert judge_text(text) == (RefusalCause.ADDRESS, "550 5.1.1 no such user")


@pytest.fixture
def cases(shared):
    folder = shared / "cases" / "bounces"
    expected = json.loads((folder / "expected.json").read_text())
    return {name: ((folder / f"{name}.eml").read_bytes(), kind) for name, kind in expected.items()}


def fill(data, mail, token):
    """The report, about *mail* of ours."""
    names = {
        b"ADDRESS@example.net": mail.recipient,
        b"VERP@example.org": mail.sender,
        b"MESSAGE-ID@example.org": mail.message_id[1:-1],
        b"TOKEN": token,
    }
    encoded = re.search(rb"\n\n([A-Za-z0-9+/=\n]{200,})$", data)
    if encoded:
        inside = base64.b64decode(encoded[1])
        for name, value in names.items():
            inside = inside.replace(name, value.encode())
        data = data[: encoded.start(1)] + base64.encodebytes(inside)
    for name, value in names.items():
        data = data.replace(name, value.encode())
    return data


KINDS = ("hard", "soft", "complaint", "unsubscribe")
LEFT = {"hard": "suppressed", "complaint": "suppressed", "unsubscribe": "unsubscribed"}


def test_reports_of_real_services_do_what_they_mean_to_whom_they_are_about(cases, tmp_path):
    with workspace(tmp_path / "w") as opened:
        publish_issue(opened, [f"{name}@example.net" for name in cases])
        with opened.store.write() as tx:
            rows = tx.deliveries.reserve(WEEK, "me", len(cases), opened.now(), LEASE)
        write = issue_writer(opened, stored(opened).issues.find(WEEK)).write
        wrong = {}
        for row in rows:
            name = row.email.partition("@")[0]
            data, expected = cases[name]
            data = fill(data, write(row, opened.now()), opened.signer.number("reader", row.subscriber))
            tally = process_reports(opened.store, opened.signer, [IncomingMail(data)], opened.now())
            kind = next((kind for kind in KINDS if getattr(tally, kind)), "none")
            with opened.store.read() as tx:
                status = tx.subscribers.find(row.email).status.value
            if (kind, status) != (expected, LEFT.get(expected, "active")):
                wrong[name] = (expected, kind, status)
    assert not wrong
