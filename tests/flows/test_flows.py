"""The flows run under a real Prefect and do what the plain stages do."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

prefect = pytest.importorskip("prefect")

from prefect.testing.utilities import prefect_test_harness  # noqa: E402

from flows.catching_up import missed  # noqa: E402
from flows.deliver_issue import deliver_issue  # noqa: E402
from flows.ingest_bounces import ingest_bounces  # noqa: E402
from flows.prepare_issue import prepare_issue  # noqa: E402
from flows.publish_issue import publish_issue  # noqa: E402
from tests.published import a_draft  # noqa: E402
from tests.stored import stored  # noqa: E402
from weekly import pipeline  # noqa: E402
from weekly.archive.errata import correct  # noqa: E402
from weekly.archive.folder import hashes  # noqa: E402
from weekly.models import Week  # noqa: E402
from weekly.store.subscribers import Subscriber  # noqa: E402
from weekly.store.tables import source_runs  # noqa: E402
from weekly.workspace import open_workspace  # noqa: E402

WEEK = "2025-W15"
pytestmark = [
    pytest.mark.xdist_group("prefect"),
    # Prefect's own server and its database drivers, not ours.
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(tmp_path_factory.mktemp("prefect")))
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        with prefect_test_harness(server_startup_timeout=120):
            yield


async def week_by_flows(root):
    prepared = await prepare_issue(workspace=str(root), week=WEEK)
    waiting = await publish_issue(workspace=str(root), week=WEEK)
    early = await deliver_issue(workspace=str(root), week=WEEK)
    with open_workspace(root) as workspace:
        pipeline.approve(workspace, Week.parse(WEEK), "demo")
    published = await publish_issue(workspace=str(root), week=WEEK)
    delivered = await deliver_issue(workspace=str(root), week=WEEK, senders=2)
    return prepared, waiting, early, published, delivered


@pytest.mark.usefixtures("server")
def test_the_flows_end_in_the_issue_that_the_plain_stages_make(demo, demo_week):
    with open_workspace(demo) as workspace, workspace.store.write() as tx:
        readers = [Subscriber(email=f"reader{number}@example.org") for number in range(120)]
        tx.subscribers.add(readers, workspace.now())
    prepared, waiting, early, published, delivered = asyncio.run(week_by_flows(demo))
    assert prepared["sources"]["arxiv"] == "ok"
    assert prepared["funnel"]["selected"] == 12
    assert waiting == {"week": WEEK, "number": None}
    assert early == {"week": WEEK, "audience": 0}
    assert published["number"] == 1
    assert (delivered["audience"], delivered["sent"]) == (120, 120)
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
    assert len(list((demo / "maildir" / "new").iterdir())) == 120


PREPARE = """
import asyncio, json, sys
from flows.prepare_issue import prepare_issue
print(json.dumps(asyncio.run(prepare_issue(workspace=sys.argv[1], week=sys.argv[2]))))
"""


@pytest.mark.usefixtures("server")
def test_a_week_that_two_processes_prepare_at_once_is_prepared_once(demo):
    environment = {**os.environ, "PREFECT_API_URL": prefect.settings.PREFECT_API_URL.value()}
    command = [sys.executable, "-c", PREPARE, str(demo), WEEK]
    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (json.loads(run.communicate(timeout=300)[0].splitlines()[-1]) for run in runs)
    assert first == second
    with open_workspace(demo) as workspace:
        with workspace.store.read() as tx:
            runs = tx.connection.execute(select(source_runs.c.source)).scalars().all()
        assert stored(workspace).drafts.find(Week.parse(WEEK)).number == 1
    assert sorted(runs) == sorted(first["sources"])


async def corrected(root):
    """What two sweeps make of an issue whose correction asks for a notice after the first of them."""
    await publish_issue(workspace=str(root), week=WEEK)
    await deliver_issue(workspace=str(root))
    with open_workspace(root) as workspace:
        card = stored(workspace).issues.find(Week.parse(WEEK)).draft.cards[0].id
        correct(workspace, Week.parse(WEEK), card=card, text="It has 7B parameters.", notify=True)
    return await deliver_issue(workspace=str(root)), await deliver_issue(workspace=str(root), week=f"{WEEK}+1")


@pytest.mark.usefixtures("server")
def test_a_notice_about_a_correction_leaves_with_the_next_sweep(drafted):
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, Week.parse(WEEK), "demo")
        with workspace.store.write() as tx:
            tx.subscribers.add([Subscriber(email="ada@example.org")], workspace.now())
    swept_, again = asyncio.run(corrected(drafted))
    assert swept_ == again
    assert (again["week"], again["sent"], again["pending"]) == (f"{WEEK}+1", 1, 0)
    assert len(list((drafted / "maildir" / "new").iterdir())) == 2


async def swept(root):
    published = await publish_issue(workspace=str(root))
    return published, await deliver_issue(workspace=str(root)), await deliver_issue(workspace=str(root))


@pytest.mark.usefixtures("server")
def test_a_run_without_a_week_finds_the_week_that_waits_for_it(drafted):
    with open_workspace(drafted) as workspace:
        pipeline.approve(workspace, Week.parse(WEEK), "demo")
        readers = [Subscriber(email="ada@example.org")]
        with workspace.store.write() as tx:
            tx.subscribers.add(readers, workspace.now())
    published, delivered, again = asyncio.run(swept(drafted))
    assert (published["week"], published["number"]) == (WEEK, 1)
    assert delivered["sent"] == again["sent"] == 1
    assert len(list((drafted / "maildir" / "new").iterdir())) == 1


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("week", ["2025-W60", "last week", "2025-15"])
def test_a_week_that_is_none_is_refused_before_the_run_begins(demo, week):
    with pytest.raises(prefect.exceptions.ParameterTypeError):
        asyncio.run(prepare_issue(workspace=str(demo), week=week))


@pytest.mark.usefixtures("server")
def test_bounces_are_read_from_the_mailbox_of_the_settings(demo):
    assert asyncio.run(ingest_bounces(workspace=str(demo))) is None
    (demo / "in").mkdir()
    (demo / "in" / "one.eml").write_bytes(b"Subject: hello\r\n\r\nno report\r\n")
    with (demo / "weekly.toml").open("a") as settings:
        settings.write('[schedule]\nmailbox = "in"\n')
    tally = asyncio.run(ingest_bounces(workspace=str(demo)))
    assert (tally["read"], tally["other"]) == (1, 1)


@pytest.mark.usefixtures("server")
def test_a_database_that_is_gone_for_a_while_is_waited_for(demo, whole_postgres_of_its_own):
    database = whole_postgres_of_its_own
    with (demo / "weekly.toml").open("a") as settings:
        settings.write(f'[database]\nurl = "{database.database("gone")}"\n')
    database.stop()
    back = threading.Timer(8, database.start)
    back.start()
    try:
        made = asyncio.run(prepare_issue(workspace=str(demo), week=WEEK))
    finally:
        back.join()
    assert made["funnel"]["selected"] == 12


def test_a_schedule_that_was_missed_is_caught_up_once_and_only_by_a_newsletter_that_is_not_new(demo):
    with open_workspace(demo) as workspace:
        assert missed(workspace) is None
        with workspace.store.write() as tx:
            tx.drafts.add(a_draft(workspace.this_week.shift(-1)), "ed", workspace.now())
        assert missed(workspace) == workspace.this_week
        with workspace.store.write() as tx:
            tx.marks.set(f"prepared {workspace.this_week}", datetime.now(UTC))
        assert missed(workspace) is None
