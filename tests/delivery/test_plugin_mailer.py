"""A mailer of a plugin that fails or hangs costs the mail in its hand; the others wait for the next run, with why."""

from __future__ import annotations

from threading import Event

import pytest

from tests.published import WEEK, counts, deliveries, publish_issue
from weekly.delivery.deliver import deliver
from weekly.errors import Gone
from weekly.models import Outcome, State
from weekly.testing import workspace

READERS = ["ada@example.org", "bob@example.org", "eve@example.org"]
released = Event()


class Hanging:
    repeatable = False

    def send(self, message):
        released.wait()


class Raising:
    repeatable = False

    def send(self, message):
        raise ZeroDivisionError("no stamps left")


class Repeating(Raising):
    repeatable = True


class Blocking:
    """Sessions that hold the loop which they run on."""

    repeatable, connections, alive = False, 2, True

    async def open(self):
        return self

    async def exchange(self, content, envelope):
        if content is not None:
            released.wait()
        return None, None

    async def close(self):
        pass


class Sending(Blocking):
    async def exchange(self, content, envelope):
        return (Outcome(email=content.recipient, state=State.SENT) if content else None), None


def hanging(context):
    return Hanging()


def raising(context):
    return Raising()


def repeating(context):
    return Repeating()


def blocking(context):
    return Blocking()


def sending(context):
    return Sending()


def never_made(context):
    released.wait()


@pytest.fixture(autouse=True)
def _release():
    released.clear()
    yield
    released.set()


def opened(root, installed, name, settings="[plugins]\nseconds = 0.2\n"):
    installed("weekly.mailers", f"{name} = tests.delivery.test_plugin_mailer:{name}")
    return workspace(root, settings)


@pytest.mark.parametrize(
    ("name", "lost", "why"),
    [
        ("hanging", "uncertain", "gave no answer within 0.2 s"),
        ("blocking", "uncertain", "gave no answer within 0.2 s"),
        ("raising", "uncertain", "failed, unexpected ZeroDivisionError: no stamps left"),
        ("repeating", "pending", "failed, unexpected ZeroDivisionError: no stamps left"),
        ("never_made", "", "gave no answer within 0.2 s"),
    ],
)
def test_what_it_does_costs_the_mail_in_its_hand_and_is_said_with_the_mend(tmp_path, installed, name, lost, why):
    with opened(tmp_path / "w", installed, name) as made:
        publish_issue(made, READERS)
        with pytest.raises(Gone, match=f"mailer {name} {why}.*: mend or uninstall the plugin"):
            deliver(made, WEEK)
        hurt = [one for one in deliveries(made) if one["detail"]]
        assert 1 <= len(hurt) <= 2 if lost else not hurt
        assert {one["state"] for one in hurt} == ({lost} if lost else set())
        assert all(why in one["detail"] for one in hurt)
        assert counts(made)["pending"] == len(READERS) - (len(hurt) if lost == "uncertain" else 0)


def test_sessions_of_a_plugin_send_as_ours_do(tmp_path, installed):
    with opened(tmp_path / "w", installed, "sending") as made:
        publish_issue(made, READERS)
        assert deliver(made, WEEK)["sent"] == len(READERS)


def test_one_that_cannot_be_made_does_not_stand_in_the_way_of_another(tmp_path, installed):
    maildir = '[plugins]\nseconds = 0.2\n[maildir]\npath = "out"\n'
    with opened(tmp_path / "w", installed, "never_made", maildir) as made:
        publish_issue(made, READERS)
        assert deliver(made, WEEK)["sent"] == len(READERS)
