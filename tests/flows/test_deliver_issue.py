"""From the archive to the readers: what is due, by one sender or two, one of which is killed."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("prefect")

from flows.deliver_issue import deliver_issue, send
from tests.flows.cluster import kill
from tests.flows.conftest import WEEK
from tests.flows.receiver import Receiver
from tests.published import counts, deliveries, publish_issue
from weekly import pipeline
from weekly.archive.errata import correct
from weekly.errors import StageError
from weekly.workspace import open_workspace

READERS = 600
SMTP = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
pytestmark = pytest.mark.filterwarnings("default")


@pytest.mark.usefixtures("server")
def test_a_run_without_a_week_sends_what_waits_and_a_second_one_nothing(demo):
    with open_workspace(demo) as workspace:
        publish_issue(workspace, ["ada@example.org"])
    delivered, again = (asyncio.run(deliver_issue(workspace=str(demo))) for _ in range(2))
    assert delivered["sent"] == again["sent"] == 1
    assert len(list((demo / "maildir" / "new").iterdir())) == 1


@pytest.mark.usefixtures("server")
def test_a_notice_about_a_correction_leaves_with_the_next_sweep(demo):
    with open_workspace(demo) as workspace:
        issue = publish_issue(workspace, ["ada@example.org"])
        pipeline.deliver(workspace, WEEK)
        correct(workspace, WEEK, card=issue.draft.cards[0].id, text="It has 7B parameters.", notify=True)
    swept = asyncio.run(deliver_issue(workspace=str(demo)))
    again = asyncio.run(deliver_issue(workspace=str(demo), week=f"{WEEK}+1"))
    assert swept == again
    assert (again["week"], again["sent"], again["pending"]) == (f"{WEEK}+1", 1, 0)
    assert len(list((demo / "maildir" / "new").iterdir())) == 2


def test_what_a_sender_refuses_is_the_failure_of_the_run(demo):
    with open_workspace(demo) as workspace:
        publish_issue(workspace, ["ada@example.org"])
    with (demo / "weekly.toml").open("a") as settings:
        settings.write("[smtp]\n")
    with pytest.raises(StageError, match="SettingsError"):
        asyncio.run(send.fn(str(demo), str(WEEK)))


@pytest.mark.sample(1, of="runs in workers")
def test_two_workers_share_the_mails_and_one_finishes_when_the_other_is_killed(cluster, newsletter):
    receiver = Receiver(delay=2)  # so far away that both are at work for as long as it takes
    try:
        root = newsletter("spread", delivery=SMTP.format(port=receiver.port))
        with open_workspace(root) as workspace:
            publish_issue(workspace, [f"reader{i}@mail{i % 97}.example.org" for i in range(READERS)])
        cluster.deploy("--silence", 40, root)
        first = cluster.run("deliver-issue/spread", week=str(WEEK), senders=2)["id"]
        second = cluster.wait(lambda: cluster.runs("send-issue/spread"))[0]["id"]
        assert shares(cluster, receiver, first)
        assert shares(cluster, receiver, second)
        worker, _ = cluster.at_work_on(second)
        kill(worker)
        taken = sum(receiver.accepted.values())
        assert taken < READERS
        receiver.delay = 0
        cluster.wait(lambda: cluster.state(first) == "COMPLETED")
        with open_workspace(root) as workspace:
            told = counts(workspace, WEEK)
            states = {row["email"]: row["state"] for row in deliveries(workspace, WEEK)}
        assert set(receiver.accepted.values()) == {1}
        assert (told["audience"], told["sent"] + told["uncertain"]) == (READERS, READERS)
        # What left in the moment of the kill: nobody knows of it, and it is not sent again.
        assert told["uncertain"] <= 8
        assert {email for email, state in states.items() if state == "sent"} <= receiver.accepted.keys()
        cluster.wait(lambda: cluster.state(second) == "CRASHED")
    finally:
        receiver.close()


def shares(cluster, receiver, run):
    """How many mails a run has sent, once it has sent some."""

    def sent():
        found = cluster.at_work_on(run)
        ports = [one.laddr.port for child in found[1] for one in child.net_connections()] if found else []
        return sum(receiver.by_port[port] for port in ports)

    return cluster.wait(sent)
