"""A mailer with nothing but send is used like any other."""

from __future__ import annotations

import pytest

from tests.published import WEEK, counts, deliveries, publish_issue
from weekly.delivery.deliver import deliver
from weekly.delivery.maildir import MaildirMailer
from weekly.delivery.mailer import OneByOne, SessionMailer
from weekly.delivery.smtp import SmtpMailer
from weekly.errors import Unanswered, Unreachable
from weekly.models import Outcome, State
from weekly.settings import SmtpSettings
from weekly.testing import workspace

READERS = ["good@example.org", "silent@example.org", "away@example.org", "full@example.org"]
_got: list[str] = []


class Plain:
    """It takes mail to whom it knows nothing else of."""

    def send(self, message):
        _got.append(message.recipient)
        name = message.recipient.partition("@")[0]
        if name == "silent":
            raise Unanswered("no answer came", url="here")
        if name == "away":
            raise Unreachable("nobody there", url="here")
        return Outcome(email=message.recipient, state=State.FAILED if name == "full" else State.SENT, detail="told so")


def create(context):
    assert context.root.is_dir()
    return Plain()


@pytest.fixture
def opened(tmp_path, installed):
    _got.clear()
    installed("weekly.mailers", "plain = tests.delivery.test_mailer:create")
    with workspace(tmp_path / "w") as made:
        publish_issue(made, READERS)
        yield made


def test_each_mail_is_handed_over_once_and_its_outcome_or_error_stands_in_the_ledger(opened):
    deliver(opened, WEEK)
    assert sorted(_got) == sorted(READERS)
    told = {one["email"].partition("@")[0]: (one["state"], one["detail"]) for one in deliveries(opened)}
    assert told == {
        "good": (State.SENT, "told so"),
        "full": (State.FAILED, "told so"),
        "silent": (State.UNCERTAIN, "no answer came"),
        "away": (State.PENDING, "nobody there"),
    }
    deliver(opened, WEEK)
    assert sorted(_got) == sorted(READERS)  # what is pending is due in a minute, what is uncertain never
    assert counts(opened)["uncertain"] == 1


def test_one_that_comes_in_by_the_old_name_of_the_door_is_made_as_it_was(tmp_path, installed, caplog):
    installed("weekly.publishers", "before = tests.delivery.test_mailer:create_before")
    with workspace(tmp_path / "w") as opened:
        publish_issue(opened, READERS[:1])
        assert deliver(opened, WEEK)["sent"] == 1
    assert "the entry point weekly.publishers is called weekly.mailers now" in caplog.text


def create_before(settings, root):
    return MaildirMailer(root / settings.newsletter.title)


def test_what_a_mailer_does_not_say_is_the_careful_answer(tmp_path):
    assert not OneByOne(Plain()).repeatable
    assert OneByOne(MaildirMailer(tmp_path)).repeatable
    assert isinstance(SmtpMailer(SmtpSettings(host="127.0.0.1")), SessionMailer)
    assert not isinstance(Plain(), SessionMailer)
