"""A *scheduled* run really starts and completes: the one thing that version conflicts break without a word."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

prefect = pytest.importorskip("prefect")

from prefect.client.orchestration import PrefectClient  # noqa: E402
from prefect.client.schemas.schedules import IntervalSchedule  # noqa: E402

from tests.conftest import ROOT  # noqa: E402
from weekly.models import Week  # noqa: E402
from weekly.workspace import open_workspace  # noqa: E402

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.filterwarnings("default")]
PATIENCE = 150


@pytest.fixture
def server(tmp_path):
    """A Prefect server of its own, asked every second whether a run is due; its address and environment."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1",
        "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with started(command, environment, tmp_path / "server.log"):
        wait(lambda: healthy(environment["PREFECT_API_URL"]), tmp_path / "server.log")
        yield environment


@contextmanager
def started(command, environment, log):
    """A process for the length of a block, ended by its own id."""
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def healthy(url):
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def wait(ready, log):
    deadline = time.monotonic() + PATIENCE
    while not (found := ready()):
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.5)
    return found


async def schedule(url):
    async with PrefectClient(url) as client:
        try:
            deployment = await client.read_deployment_by_name("prepare-issue/weekly")
        except prefect.exceptions.ObjectNotFound:
            return False
        parameters = {**deployment.parameters, "week": "2025-W15"}
        await client.update_deployment(
            deployment.id, prefect.client.schemas.actions.DeploymentUpdate(parameters=parameters)
        )
        soon = IntervalSchedule(interval=timedelta(seconds=5))
        await client.create_deployment_schedules(deployment.id, [(soon, True)])
        return True


async def completed(url):
    async with PrefectClient(url) as client:
        runs = await client.read_flow_runs()
    return [run for run in runs if run.auto_scheduled and run.state and run.state.is_completed()]


def test_a_scheduled_run_starts_by_itself_and_ends_in_a_draft(server, demo, tmp_path):
    url, log = server["PREFECT_API_URL"], tmp_path / "deploy.log"
    with started([sys.executable, "-m", "flows.deploy"], {**server, "WEEKLY_WORKSPACE": str(demo)}, log):
        wait(lambda: asyncio.run(schedule(url)), log)
        wait(lambda: asyncio.run(completed(url)), log)
    with open_workspace(demo) as workspace:
        assert len(workspace.store.drafts.current(Week.parse("2025-W15")).draft.cards) == 12
