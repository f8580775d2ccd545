from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.delivery.bounces import SOFT, process_reports
from weekly.delivery.deliver import issue_writer
from weekly.delivery.mailboxes import IncomingMail, messages
from weekly.delivery.reports import read
from weekly.errors import ParseError
from weekly.models import Outcome, State
from weekly.store.suppressions import Bounce, BounceKind
from weekly.testing import workspace

STATUS = """Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}
"""


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w") as made:
        publish_issue(made, ["ada@example.net", "bob@example.net"])
        yield made


@pytest.fixture
def ours(opened):
    """The mail that Ada got."""
    with opened.store.write() as tx:
        rows = tx.deliveries.reserve(WEEK, "me", 9, opened.now(), timedelta(minutes=15))
    ada = next(row for row in rows if row.email == "ada@example.net")
    return issue_writer(opened, stored(opened).issues.find(WEEK)).write(ada, opened.now())


def report(
    ours, *, status="5.1.1", said="550 user unknown", action="failed", to="ada@example.net", envelope=True, head=True
):
    parts = [
        "From: MAILER-DAEMON@mx.example.net",
        f"To: {ours.sender if envelope else 'weekly@example.org'}",
        "Subject: Undelivered Mail Returned to Sender",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.",
        "--b\nContent-Type: message/delivery-status\n\n"
        + STATUS.format(to=to, action=action, status=status, said=said),
    ]
    if head:
        parts.append("--b\nContent-Type: message/rfc822\n\n" + ours.data.decode().replace("\r\n", "\n"))
    return "\n".join([*parts, "--b--", ""]).encode()


def plain(ours, text, subject="failure notice", sender="MAILER-DAEMON@example.net", **fields):
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, ours.sender, subject
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def status(opened, email="ada@example.net"):
    with opened.store.read() as tx:
        return tx.subscribers.find(email).status.value


def taken(opened, *data):
    return process_reports(opened.store, opened.signer, map(IncomingMail, data), opened.now())


def test_a_hard_bounce_suppresses_the_reader_it_came_back_from(opened, ours):
    assert taken(opened, report(ours)).hard == 1
    assert (status(opened), status(opened, "bob@example.net")) == ("suppressed", "active")


def test_a_report_that_is_read_twice_counts_once(opened, ours):
    full = report(ours, status="4.2.2", said="452 mailbox full")
    tally = taken(opened, full, full)
    assert (tally.soft, tally.known) == (1, 1)


def test_the_envelope_alone_or_the_returned_mail_alone_is_proof_enough(opened, ours):
    assert taken(opened, report(ours, head=False)).hard == 1
    assert taken(opened, report(ours, envelope=False)).hard == 1


def test_a_report_that_anybody_could_have_written_changes_nothing(opened, ours):
    forged = report(ours, envelope=False, head=False)
    stranger = report(ours, envelope=False, to="bob@example.net").replace(b"/unsubscribe/", b"/")
    guessed = report(ours, head=False).replace(ours.sender.split("-")[2][:16].encode(), b"0" * 16)
    assert taken(opened, forged, stranger, guessed).other == 3
    assert status(opened) == "active"
    assert status(opened, "bob@example.net") == "active"


@pytest.mark.parametrize(
    ("code", "said", "kind"),
    [
        ("5.1.1", "550 5.1.1 User unknown", BounceKind.HARD),
        ("5.1.10", "556 null MX", BounceKind.HARD),
        ("5.2.1", "550 mailbox disabled", BounceKind.HARD),
        ("5.0.0", "550 no such user", BounceKind.HARD),
        ("5.2.2", "552 mailbox full", BounceKind.SOFT),
        ("5.7.1", "554 blocked, user unknown to our filter", BounceKind.SOFT),
        ("4.4.1", "connection timed out", BounceKind.SOFT),
        ("5.0.0", "554 something", BounceKind.SOFT),
    ],
)
def test_only_what_is_about_the_address_and_for_good_is_hard(ours, code, said, kind):
    assert read(report(ours, status=code, said=said)).kind is kind


def test_a_delay_is_no_bounce(ours):
    assert read(report(ours, action="delayed", status="4.4.1")) is None


FULL = {"status": "5.2.2", "said": "552 mailbox full"}


def back(opened, weeks, *, days_ago=1, cause="mailbox"):
    """Soft bounces of earlier issues."""
    with opened.store.write() as tx:
        number = tx.subscribers.find("ada@example.net").id
        for week in weeks:
            row = Bounce(report=week, subscriber=number, week=week, kind=BounceKind.SOFT, detail="", cause=cause)
            tx.bounces.add(row, opened.now() - timedelta(days=days_ago))


EARLIER = [f"2025-W{number:02}" for number in range(1, SOFT)]


def test_soft_bounces_of_many_issues_suppress(opened, ours):
    back(opened, EARLIER)
    assert status(opened) == "active"
    taken(opened, report(ours, **FULL))
    assert status(opened) == "suppressed"


def test_soft_bounces_of_last_season_are_forgotten(opened, ours):
    back(opened, EARLIER, days_ago=91)
    taken(opened, report(ours, **FULL))
    assert status(opened) == "active"


def test_what_was_refused_because_of_us_counts_against_nobody(opened, ours):
    back(opened, EARLIER, cause="sender")
    taken(opened, report(ours, status="5.7.1", said="554 5.7.1 Relay access denied"))
    assert status(opened) == "active"


def test_an_issue_that_arrived_forgives_the_bounces_before_it(opened, ours):
    with opened.store.write() as tx:
        (bob,) = [row for row in tx.deliveries.rows(WEEK) if row["email"] == "bob@example.net"]
        assert bob["state"] == "pending"
        (ada,) = [row for row in map(tx.deliveries.find, (1, 2)) if row.email == "ada@example.net"]
        tx.deliveries.write_down("me", opened.now(), settled=[(ada, Outcome(email=ada.email, state=State.SENT))])
    back(opened, EARLIER)
    with opened.store.read() as tx:
        assert tx.bounces.soft_issues(ada.subscriber, opened.now() - timedelta(days=90)) == 0


def test_a_report_of_a_mail_from_before_they_came_back_does_not_end_it_again(opened, ours):
    with opened.store.write() as tx:
        tx.subscribers.confirm(tx.subscribers.find("ada@example.net"), opened.now() + timedelta(days=1))
    assert taken(opened, report(ours)).hard == 1
    assert status(opened) == "active"


def sent(opened, week=WEEK):
    """The mails of an issue, all of which a relay has taken, each with its delivery."""
    with opened.store.write() as tx:
        rows = tx.deliveries.reserve(week, "me", 99, opened.now(), timedelta(minutes=15))
        outcomes = [(row, Outcome(email=row.email, state=State.SENT)) for row in rows]
        tx.deliveries.write_down("me", opened.now(), settled=outcomes)
    write = issue_writer(opened, stored(opened).issues.find(week)).write
    return [(row, write(row, opened.now())) for row in rows]


def test_an_issue_that_comes_back_from_everybody_suppresses_nobody(tmp_path):
    with workspace(tmp_path / "w") as made:
        publish_issue(made, [f"r{number}@d{number % 4}.example.net" for number in range(30)])
        tally = taken(made, *(report(mail, to=row.email, head=False) for row, mail in sent(made)))
        assert (tally.hard, tally.held) == (19, 11)
        with made.store.read() as tx:
            assert {one.status.value for one in tx.subscribers.all()} == {"active"}


def test_a_domain_from_which_everybody_comes_back_is_believed_when_the_next_issue_says_so_too(tmp_path):
    with workspace(tmp_path / "w") as made:
        others = [f"r{number}@example.org" for number in range(30)]
        publish_issue(made, [*others, *(f"r{number}@closed.example" for number in range(12))])
        for week, lost in ((WEEK, 0), (WEEK.shift(1), 12)):
            if week != WEEK:
                publish_issue(made, week=week)
            gone = [(row, mail) for row, mail in sent(made, week) if row.email.endswith("closed.example")]
            taken(made, *(report(mail, to=row.email, head=False) for row, mail in gone))
            with made.store.read() as tx:
                assert sum(one.status.value == "suppressed" for one in tx.subscribers.all()) == lost


def test_what_is_no_report_is_listed_and_stays_unseen(opened, ours):
    answer, bounce = IncomingMail(plain(ours, "Thanks!", "Re: AI", "ada@example.net")), IncomingMail(report(ours))
    tally = process_reports(opened.store, opened.signer, [answer, bounce], opened.now())
    assert [(each.sender, each.subject) for each in tally.unrecognized] == [("ada@example.net", "Re: AI")]
    assert (answer.keep_unseen, bounce.keep_unseen) == (True, False)


QMAIL = """Hi. This is the qmail-send program at example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.

<ada@example.net>:
Sorry, no mailbox here by that name. (#5.1.1)
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its recipients.

  ada@example.net
    Unrouteable address
"""


@pytest.mark.parametrize(("text", "fields"), [(QMAIL, {}), (EXIM, {"X_Failed_Recipients": "ada@example.net"})])
def test_reports_without_a_form_are_understood(opened, ours, text, fields):
    assert taken(opened, plain(ours, text, **fields)).hard == 1
    assert status(opened) == "suppressed"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("I am on holiday, user unknown until Monday", {"subject": "Out of office", "sender": "ada@example.net"}),
        ("Thanks! The mailbox not found error in item 3 is fixed.", {"subject": "Re: AI", "sender": "ada@example.net"}),
        ("Warning: message delayed, will keep trying. user unknown", {"subject": "Warning: delayed"}),
    ],
)
def test_answers_holiday_notices_and_delays_change_nothing(opened, ours, text, more):
    assert taken(opened, plain(ours, text, **more)).other == 1
    assert status(opened) == "active"


def arf(ours, kind):
    return (
        "From: fbl@example.net\nTo: weekly@example.org\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nAn abuse report.\n"
        f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nUser-Agent: x/1\nVersion: 1\n\n"
        "--b\nContent-Type: message/rfc822\n\n" + ours.data.decode().replace("\r\n", "\n") + "\n--b--\n"
    ).encode()


def test_a_complaint_ends_the_mail_and_a_withdrawn_one_does_not(opened, ours):
    assert taken(opened, arf(ours, "not-spam")).complaint == 0
    assert status(opened) == "active"
    assert taken(opened, arf(ours, "abuse")).complaint == 1
    assert status(opened) == "suppressed"


def test_a_request_by_mail_unsubscribes_who_holds_the_token(opened, ours):
    token = opened.signer.number("reader", 1)
    asked = plain(ours, "x", subject=f"unsubscribe {token}", sender="ada@example.net")
    forged = plain(ours, "x", subject=f"unsubscribe 2-{'0' * 32}", sender="eve@example.net")
    tally = taken(opened, asked, forged)
    assert (tally.unsubscribe, tally.other) == (1, 1)
    assert {status(opened), status(opened, "bob@example.net")} == {"unsubscribed", "active"}


@pytest.mark.parametrize(("subject", "text"), [("unsubscribe", ""), ("", ""), ("Re: AI", "please stop")])
def test_a_mail_to_the_address_for_leaving_is_enough(opened, ours, subject, text):
    (to,) = re.findall(rb"<mailto:([^?>]+)", ours.data)
    asked = f"From: x@example.com\nTo: <{to.decode()}>\nSubject: {subject}\n\n{text}\n".encode()
    vacation = asked.replace(b"Subject:", b"Auto-Submitted: auto-replied\nSubject:")
    assert taken(opened, vacation).unsubscribe == 0
    assert taken(opened, asked).unsubscribe == 1
    assert status(opened) == "unsubscribed"


@pytest.mark.parametrize("data", [b"", b"\0" * 1000, b"Content-Type: multipart/report; boundary=b\n\n--b\n" * 500])
def test_rubbish_is_no_report(opened, data):
    assert taken(opened, data).other == 1


HOSTILE = (
    b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2000)),
    b"Content-Type: message/rfc822\n\n" * 2000,
    b"Content-Type: multipart/mixed; charset*0*=utf-8''x\n\n\xff\n",
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_mail_that_is_made_to_break_its_reader_does_not_keep_the_next_from_being_read(opened, ours, hostile):
    tally = taken(opened, hostile, report(ours))
    assert (tally.other, tally.hard) == (1, 1)


def test_comments_in_comments_in_an_address_break_no_run(opened, ours):
    deep = report(ours).replace(b"To: ", b"To: " + b"(" * 50_000, 1)
    tally = taken(opened, deep, report(ours))
    assert tally.other + tally.hard + tally.known == 2  # some versions of Python read it, others give up


def test_a_maildir_an_mbox_and_a_folder_of_messages_are_read(tmp_path, ours):
    data = report(ours)
    for name in ("new", "cur", "tmp"):
        (tmp_path / "m" / name).mkdir(parents=True)
    (tmp_path / "m" / "new" / "1").write_bytes(data)
    (tmp_path / "box").write_bytes(
        b"From x Thu Jan  1 00:00:00 2026\n" + data + b"\nFrom y Thu Jan  1 00:00:00 2026\n" + data
    )
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "1.eml").write_bytes(data)
    (tmp_path / "one.eml").write_bytes(data)
    assert [len(list(messages(str(tmp_path / name)))) for name in ("m", "box", "e", "one.eml")] == [1, 2, 1, 1]
    assert [path.name for path in (tmp_path / "m" / "cur").iterdir()] == ["1:2,S"]
    assert list(messages(str(tmp_path / "m"))) == []


@pytest.mark.parametrize("place", ["nowhere", "imap://ada@mail.example.org/", "imaps://ada:secret@mail.example.org/"])
def test_a_place_that_is_no_mailbox_or_would_tell_a_password_is_refused(place):
    with pytest.raises(ParseError):
        list(messages(place))
