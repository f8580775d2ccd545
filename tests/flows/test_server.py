"""One machine with a page to look at: `make server`, on SQLite, until Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys

import pytest

prefect = pytest.importorskip("prefect")

from flows.server import end as end_served  # noqa: E402
from flows.server import wait_until_it_answers  # noqa: E402
from tests.conftest import ROOT  # noqa: E402
from tests.flows.cluster import QUICK, Cluster, children, end  # noqa: E402
from tests.stored import stored  # noqa: E402
from weekly import pipeline  # noqa: E402
from weekly.models import Week  # noqa: E402
from weekly.review.approval_hook import FILE  # noqa: E402
from weekly.workspace import open_workspace  # noqa: E402


@pytest.fixture
def served(demo, tmp_path):
    """What `make server` starts, and the server's API."""
    api = Cluster(tmp_path)
    environment = {**os.environ, **QUICK, "PREFECT_HOME": str(tmp_path / "prefect")}
    environment |= {"WEEKLY_PREFECT_PORT": str(api.port), "WEEKLY_WORKSPACE": str(demo)}
    with (tmp_path / "log").open("w") as log:
        # As with nohup and in a shell's background, where Ctrl-C is ignored by all that is started.
        command = ["sh", "-c", f"trap '' INT; exec {sys.executable} -m flows.server"]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            api.wait(lambda: (demo / FILE).exists() and api.answers(), "log")
            wrong = {"Authorization": "Basic d2Vla2x5Og=="}
            strangers = [api.ask("GET", "/admin/version", headers) for headers in ({}, wrong)]
            assert [answer.status_code for answer in strangers] == [401, 401]
            api.sign_in((tmp_path / "prefect" / "weekly-password").read_text().strip())
            yield api, process
        finally:
            end(process)
            api.close()


def test_a_scheduled_run_starts_by_itself_and_ctrl_c_ends_everything(served, demo, tmp_path):
    api, process = served
    assert (tmp_path / "prefect" / "weekly-password").stat().st_mode & 0o077 == 0
    other = api.ask("POST", "/deployments/filter", {"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in other.headers
    forged = api.ask("POST", "/deployments/filter", {"Prefect-Csrf-Token": "guessed"})
    assert (other.is_success, forged.status_code) == (True, 403)
    api.soon("prepare-issue/workspace")
    ran = api.wait(lambda: api.completed("prepare-issue/workspace"), "log")
    assert ran[0]["auto_scheduled"]
    with open_workspace(demo) as workspace:
        assert len(stored(workspace).drafts.find(Week.parse("2025-W15")).draft.cards) == 12
    automations = {one["name"] for one in api.post("/automations/filter", {})}
    assert "weekly: runs that give no sign of life are crashed" in automations
    assert (demo / FILE).read_text().strip().endswith("/create_flow_run")
    assert (demo / FILE).stat().st_mode & 0o077 == 0

    draft = (demo / FILE).read_text().strip()
    with open_workspace(demo) as workspace:
        pipeline.approve(workspace, Week.parse("2025-W15"), "demo")
    assert api.wait(lambda: api.completed("publish-issue/workspace"), "log")[0]["tags"].count("approved") == 1
    assert draft.startswith("http://weekly:")

    offspring = children(process.pid)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert not [child for child in offspring if child.is_running() and child.status() != "zombie"]
    # Before that, a busy server on SQLite may have written that its own writers locked each other out (docs/deploy.md).
    records = re.split(r"^(?=\d[\d:.]+ \| )", (api.folder / "log").read_text(), flags=re.MULTILINE)
    assert not [one for one in records if "Traceback" in one and "database is locked" not in one]


def test_a_second_server_on_the_port_is_refused_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = {**os.environ, "WEEKLY_PREFECT_PORT": str(taken.getsockname()[1])}
        done = subprocess.run(
            [sys.executable, "-m", "flows.server"],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "is taken" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_server_that_ends_before_it_answers_is_said_in_one_line():
    with (
        subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as server,
        pytest.raises(SystemExit, match="ended with 3 before it answered"),
    ):
        wait_until_it_answers(server, "http://127.0.0.1:1/api")


DEAF = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)"


def test_what_does_not_end_when_asked_is_ended():
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE) as deaf:
        deaf.stdout.readline()
        end_served(deaf, seconds=0.2)
        assert deaf.returncode == -signal.SIGKILL
