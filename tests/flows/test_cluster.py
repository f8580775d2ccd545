"""A newsletter on several machines, as far as one machine can show it: PostgreSQL, a server, a pool of two workers."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

prefect = pytest.importorskip("prefect")

from tests.flows.cluster import POOL, kill  # noqa: E402
from tests.flows.receiver import Receiver  # noqa: E402
from tests.published import counts, deliveries, publish_issue  # noqa: E402
from tests.stored import stored  # noqa: E402
from weekly import pipeline  # noqa: E402
from weekly.models import Week  # noqa: E402
from weekly.workspace import open_workspace  # noqa: E402

WEEK = "2025-W15"
READERS = 20_000
MAILDIR = '[maildir]\npath = "maildir"\n'
SMTP = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nrate = 500\n'
QUIET = '[schedule]\npublish = ""\ndeliver = ""\n'
pytestmark = pytest.mark.xdist_group("prefect")


@pytest.fixture
def newsletter(tmp_path, demo, whole_postgres):
    """Makes a workspace with the demo's settings, on a database of its own on PostgreSQL."""

    def make(name, schedule=QUIET, delivery=MAILDIR):
        root = tmp_path / name
        root.mkdir()
        text = (demo / "weekly.toml").read_text(encoding="utf-8").partition("[maildir]")[0]
        database = f'[database]\nurl = "{whole_postgres.database(name)}"\n'
        (root / "weekly.toml").write_text(text + delivery + database + schedule, encoding="utf-8")
        return root

    return make


def approve(root):
    with open_workspace(root) as workspace:
        pipeline.approve(workspace, Week.parse(WEEK), "demo")


def issue(root):
    with open_workspace(root) as workspace:
        return stored(workspace).issues.find(Week.parse(WEEK))


def test_a_scheduled_run_drafts_and_an_approval_publishes(cluster, newsletter, weekly):
    cluster.staff("ada", "bob")
    root = newsletter("scheduled")
    assert "prepare-issue/scheduled" in cluster.deploy("--pool", POOL, root)
    told = json.loads(weekly("--workspace", root, "schedule", "next", "--json").out)
    due = datetime.fromisoformat(next(row["next"] for row in told if row["what"] == "prepare"))
    planned = cluster.wait(lambda: cluster.runs("prepare-issue/scheduled"))
    assert min(datetime.fromisoformat(run["expected_start_time"]) for run in planned) == due

    cluster.soon("prepare-issue/scheduled")
    ran = cluster.wait(lambda: cluster.completed("prepare-issue/scheduled"))
    assert ran[0]["auto_scheduled"]
    with open_workspace(root) as workspace:
        assert len(stored(workspace).drafts.find(Week.parse(WEEK)).draft.cards) == 12
    left = {one["key"]: one["type"] for one in cluster.post("/artifacts/filter", {})}
    assert left == {"health-2025-w15": "table", "draft-2025-w15": "markdown", "review-2025-w15": "markdown"}

    approve(root)
    cluster.wait(lambda: cluster.completed("publish-issue/scheduled"))
    assert issue(root).number == 1


def test_what_was_approved_while_the_server_was_down_is_published_after_it_is_back(cluster, newsletter, caplog):
    cluster.staff("ada", "bob")
    root = newsletter("sweeping", '[schedule]\npublish = "* * * * *"\ndeliver = ""\n')
    cluster.deploy("--pool", POOL, root)
    with open_workspace(root) as workspace:
        for stage in (pipeline.collect, pipeline.classify, pipeline.draft):
            stage(workspace, Week.parse(WEEK))
    cluster.stop()
    approve(root)
    assert "was not told" in caplog.text
    assert issue(root) is None
    cluster.start()
    cluster.wait(lambda: issue(root))
    assert issue(root).approved_by == "demo"


def test_two_newsletters_of_one_name_do_not_take_each_others_deployments(cluster, newsletter, tmp_path):
    first = newsletter("twin")
    cluster.deploy("--pool", POOL, first)
    second = tmp_path / "elsewhere" / "twin"
    second.mkdir(parents=True)
    (second / "weekly.toml").write_text((first / "weekly.toml").read_text(encoding="utf-8"), encoding="utf-8")
    refused = cluster.refused("--pool", POOL, second)
    assert "both called 'twin'" in refused
    assert "[schedule] name" in refused
    assert "Traceback" not in refused


def test_two_workers_share_the_mails_and_one_finishes_when_the_other_is_killed(cluster, newsletter):
    cluster.staff("ada", "bob")
    receiver = Receiver()
    try:
        root = newsletter("spread", delivery=SMTP.format(port=receiver.port))
        with open_workspace(root) as workspace:
            publish_issue(workspace, [f"reader{i}@mail{i % 97}.example.org" for i in range(READERS)])
        cluster.deploy("--pool", POOL, root)
        first = cluster.run("deliver-issue/spread", week=WEEK, senders=2)["id"]
        second = cluster.wait(lambda: cluster.runs("send-issue/spread"))[0]["id"]
        assert shares(cluster, receiver, first)
        assert shares(cluster, receiver, second)
        worker, _ = cluster.at_work_on(second)
        kill(worker)
        taken = sum(receiver.accepted.values())
        assert taken < READERS
        cluster.wait(lambda: cluster.state(first) == "COMPLETED")
        with open_workspace(root) as workspace:
            found = counts(workspace, Week.parse(WEEK))
            states = {row["email"]: row["state"] for row in deliveries(workspace, Week.parse(WEEK))}
        assert set(receiver.accepted.values()) == {1}
        assert (found["audience"], found["sent"] + found["uncertain"]) == (READERS, READERS)
        # What left in the moment of the kill: nobody knows of it, and it is not sent again.
        assert found["uncertain"] <= 8
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
