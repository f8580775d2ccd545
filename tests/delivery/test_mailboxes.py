from __future__ import annotations

import pytest

from tests.delivery.imap import Mailbox, serving
from tests.delivery.relay import certificate
from weekly.delivery.mailboxes import messages
from weekly.errors import ParseError, Unreachable

REPORT = b"Subject: report\r\n\r\nx\r\n"


def read_all(place):
    return [mail.data for mail in messages(place)]


@pytest.fixture(autouse=True)
def _password(monkeypatch):
    monkeypatch.setenv("WEEKLY_IMAP_PASSWORD", "hunter2")


def test_what_is_new_in_a_mailbox_is_read_once_and_nothing_is_removed():
    box = Mailbox({'"INBOX"': [REPORT, REPORT + b"y"]})
    with serving(box) as port:
        assert read_all(f"imap://ada@127.0.0.1:{port}") == [REPORT, REPORT + b"y"]
        assert list(messages(f"imap://ada@127.0.0.1:{port}/")) == []
    assert not [line for line in box.said if "EXPUNGE" in line or "Deleted" in line]


def test_a_report_is_marked_only_after_it_was_acted_upon():
    box = Mailbox({'"INBOX"': [REPORT, REPORT]})
    with serving(box) as port:
        reading = messages(f"imap://ada@127.0.0.1:{port}")
        next(reading)
        assert box.seen == set()
        next(reading)
        assert box.seen == {1}
        reading.close()


def test_a_server_that_asks_who_we_are_is_told_before_a_folder_is_opened():
    with serving(Mailbox({'"INBOX"': [REPORT]}, wants_id=True)) as port:
        assert read_all(f"imap://ada@127.0.0.1:{port}") == [REPORT]


def test_what_somebody_else_should_see_stays_unseen(tmp_path):
    box = Mailbox({'"INBOX"': [REPORT, REPORT + b"y"]})
    with serving(box) as port:
        for mail in messages(f"imap://ada@127.0.0.1:{port}"):
            mail.keep_unseen = mail.data == REPORT
        assert read_all(f"imap://ada@127.0.0.1:{port}") == [REPORT]
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_bytes(REPORT)
    for mail in messages(str(tmp_path)):
        mail.keep_unseen = True
    assert read_all(str(tmp_path)) == [REPORT]


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        ("bounces", '"bounces"'),
        ("Mail%20back", '"Mail back"'),
        ("%E9%80%80%E4%BF%A1", '"&kABP4Q-"'),
        ("a%26b", '"a&-b"'),
        ("a%22%20b%5C", '"a\\" b\\\\"'),
    ],
)
def test_a_folder_is_found_whatever_it_is_called(folder, named):
    with serving(Mailbox({named: [REPORT]})) as port:
        assert read_all(f"imap://ada@127.0.0.1:{port}/{folder}") == [REPORT]


def test_a_folder_that_is_not_there_is_said():
    with serving(Mailbox({})) as port, pytest.raises(ParseError, match="no folder 'bounces': no such folder"):
        list(messages(f"imap://ada@127.0.0.1:{port}/bounces"))


def test_a_line_break_in_a_folder_is_no_second_command():
    box = Mailbox({})
    with serving(box) as port, pytest.raises(ParseError, match="no folder"):
        list(messages(f"imap://ada@127.0.0.1:{port}/x%0D%0Aa1%20DELETE%20INBOX"))
    assert not [line for line in box.said if line.startswith("a1 ")]


def test_a_wrong_password_is_said_without_the_password():
    with serving(Mailbox({}, password="other")) as port, pytest.raises(Unreachable, match="wrong password") as said:
        list(messages(f"imap://ada@127.0.0.1:{port}/"))
    assert "hunter2" not in str(said.value)


def test_a_token_of_the_owners_command_opens_a_mailbox_that_takes_no_password():
    box = Mailbox({'"INBOX"': [REPORT]}, password="ya29.token")
    with serving(box) as port:
        place = f"imap://ada@127.0.0.1:{port}/"
        with pytest.raises(Unreachable, match="the token is not valid") as said:
            list(messages(place, "echo ya29.old"))
        assert "ya29" not in str(said.value)
        assert [mail.data for mail in messages(place, "echo ya29.token")] == [REPORT]


def test_a_wrong_certificate_gets_no_password(tmp_path):
    box = Mailbox({'"INBOX"': [REPORT]})
    server, _ = certificate(tmp_path, "elsewhere.example")
    with serving(box, server) as port, pytest.raises(Unreachable, match=r"(?i)certificate"):
        list(messages(f"imaps://ada@127.0.0.1:{port}/"))
    assert box.said == []


def test_nobody_there_is_said():
    with pytest.raises(Unreachable, match="check address and password"):
        list(messages("imap://ada@127.0.0.1:1/"))


def test_what_another_program_moves_while_it_is_read_is_read_later_and_not_lost(tmp_path):
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()
    for name in ("1", "2"):
        (tmp_path / "new" / name).write_bytes(REPORT)
    reading = messages(str(tmp_path))
    next(reading)
    (tmp_path / "new" / "2").rename(tmp_path / "cur" / "2:2,")
    assert [mail.data for mail in reading] == [REPORT]
    assert read_all(str(tmp_path)) == [REPORT]


def test_a_mail_that_vanishes_before_it_can_be_marked_is_no_error(tmp_path):
    (tmp_path / "new").mkdir()
    for name in ("1", "2"):
        (tmp_path / "new" / name).write_bytes(REPORT)
    reading = messages(str(tmp_path))
    next(reading)
    (tmp_path / "new" / "1").unlink()
    assert [mail.data for mail in reading] == [REPORT]
