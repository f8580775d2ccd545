"""Who is told of failures and crashes: each cause once a day, with its reason."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

prefect = pytest.importorskip("prefect")

from prefect import get_client  # noqa: E402
from prefect.states import Crashed, Failed, Scheduled  # noqa: E402

from flows.automations import crashes_name  # noqa: E402
from flows.deliver_issue import deliver_issue  # noqa: E402
from flows.newsletters import newsletter  # noqa: E402
from flows.notices import tell_failure, tell_untold  # noqa: E402
from weekly.workspace import present  # noqa: E402

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def hook():
    """An address that keeps what it is told."""
    told = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            del arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listens)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", told
    server.shutdown()
    server.server_close()


@pytest.fixture
def watched(server, demo, hook):
    """A newsletter that is deployed, with an address that is told of failures."""
    url, told = hook
    with (demo / "weekly.toml").open("a") as settings:
        settings.write(f'[schedule]\non_failure = "{url}"\npublish = ""\ndeliver = ""\n')
    server.deploy(demo)
    yield server, told
    server.undeploy()


async def end_runs(*states, tell=False):
    """Ends a run of `deliver-issue` in each of *states*; with *tell* as a run does that fails in its own process."""
    ended = []
    async with get_client() as client:
        deployed = await client.read_deployment_by_name("deliver-issue/workspace")
        for state in states:
            # A worker that another test has left at work would take what is due, and end it in its own way.
            tomorrow = Scheduled(scheduled_time=present() + timedelta(days=1))
            run = await client.create_flow_run_from_deployment(deployed.id, state=tomorrow)
            await client.set_flow_run_state(run.id, state, force=True)
            if tell:
                await tell_failure(deliver_issue, await client.read_flow_run(run.id), state)
            ended.append(run.id)
    return ended


def reasons(told, *ours):
    """What was told of *ours*: the server knows runs of other tests too."""
    return [notice["reason"] for notice in told if notice["reason"] in ours]


def test_a_reason_is_told_once_a_day_and_another_one_at_once(watched):
    _, told = watched
    wrong = "StageError: 535 the key is wrong"
    asyncio.run(end_runs(*(Failed(message=reason) for reason in (wrong, wrong, "StoreError: away", wrong)), tell=True))
    assert [notice["reason"] for notice in told] == [wrong, "StoreError: away"]
    assert all(notice["reason"] in notice["text"] for notice in told)
    assert {notice["newsletter"] for notice in told} == {"workspace"}


def test_of_two_runs_that_crash_together_both_are_told(watched):
    server, told = watched
    asyncio.run(end_runs(Crashed(message='one "ended"'), Crashed(message="and another")))
    server.wait(lambda: len(told) == 2)
    assert {notice["reason"] for notice in told} == {'one "ended"', "and another"}
    assert all(notice["text"].startswith("workspace: deliver-issue crashed: ") for notice in told)


def test_what_the_server_forgot_to_tell_is_told_once_by_the_next_look(watched, demo):
    _, told = watched

    async def forgets():
        async with get_client() as client:
            for automation in await client.read_automations_by_name(crashes_name("workspace")):
                await client.delete_automation(automation.id)
        await end_runs(Crashed(message="its worker was killed"), Failed(message="away"), Failed(message="away"))
        for _ in range(2):
            await tell_untold(newsletter(demo), timedelta())

    asyncio.run(forgets())
    assert sorted(reasons(told, "away", "its worker was killed")) == ["away", "its worker was killed"]
    assert any(notice["text"].startswith("workspace: deliver-issue crashed: its worker") for notice in told)


def test_what_the_server_told_is_not_told_again(watched, demo):
    server, told = watched
    (run,) = asyncio.run(end_runs(Crashed(message="its worker was killed")))
    server.wait(lambda: reasons(told, "its worker was killed"))

    def events(name, **filters):
        return server.post("/events/filter", {"filter": {"event": {"name": [name]}, **filters}})["events"]

    def is_written_down():
        crashes = events("prefect.flow-run.Crashed", resource={"id": [f"prefect.flow-run.{run}"]})
        causes = [f"prefect.event.{event['id']}" for event in crashes]
        return causes and events("prefect.automation.action.executed", related={"id": causes})

    server.wait(is_written_down)
    asyncio.run(tell_untold(newsletter(demo), timedelta()))
    assert reasons(told, "its worker was killed") == ["its worker was killed"]
