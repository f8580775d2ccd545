"""A Prefect server and its workers as processes of their own, and the server's API as a test asks it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta

import httpx
import psutil
from prefect import settings
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker

from flows import deploy
from tests.conftest import ROOT

PATIENCE = 300
LAST_RUNS = 20
"""Seconds that what a test has left at work may take to end."""
POOL = "weekly"
QUICK = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
    "PREFECT_WORKER_QUERY_SECONDS": "2",
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    "PREFECT_CLIENT_MAX_RETRIES": "10",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}
"""What makes a server and its workers start sooner, and look for work every second or two instead of every ten."""


class Cluster:
    """A server, what is deployed to it, and the workers of one pool."""

    def __init__(self, folder, database=""):
        """Prefect's tables are in *database*, else in a file of SQLite in *folder*."""
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.environment = {
            **os.environ,
            **QUICK,
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": self.url,
        }
        if database:
            self.environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
        self.workers = {}
        self._all = ExitStack()
        # One for all questions, since each new one reads the certificates of all authorities; no connection is kept,
        # since the server ends it at any moment.
        self._client = httpx.Client(base_url=self.url, timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
        self._all.enter_context(self._client)
        self._server = ExitStack()

    def sign_in(self, password):
        """What every question after this one shows to a server that asks for a password and against forged requests."""
        self._client.auth = tuple(password.split(":"))
        token = self.get("/csrf-token?client=tests")["token"]
        self._client.headers.update({"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": "tests"})

    def start(self):
        command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = self._server.enter_context(started(command, self.environment, self.folder / "server.log"))
        self.wait(self.answers, "server.log")

    @contextmanager
    def down(self):
        """Without the server, for the length of a block."""
        self._server.close()
        try:
            yield
        finally:
            self.start()

    def crash(self):
        """kill -9 of the server, which a service manager starts again."""
        kill(self._process)
        self._server.close()
        self.start()

    def staff(self, *names):
        """Sees to it that these workers are at work, with room for one run each."""
        for name in names:
            if name not in self.workers or self.workers[name].poll() is not None:
                command = ["prefect", "worker", "start", "--pool", POOL, "--name", name, "--limit", "1"]
                log = self.folder / f"{name}.log"
                self.workers[name] = self._all.enter_context(started(command, self.environment, log))

    def close(self):
        self._all.close()
        self._server.close()

    @contextmanager
    def in_this_process(self):
        """Flows that this process calls are runs of this server for the length of a block."""
        updates = {settings.PREFECT_API_URL: self.url, settings.PREFECT_HOME: self.folder / "prefect"}
        with settings.temporary_settings(updates):
            yield
            # Without a limit these wait for ever where a connection to the server was lost.
            APILogWorker.drain_all(timeout=30)
            EventsWorker.drain_all(timeout=30)

    def deploy(self, *arguments):
        """`python -m flows.deploy --pool …`, in this process."""
        deploy.main(["--pool", POOL, *map(str, arguments)])

    def undeploy(self):
        """Takes back what was deployed, after its last run has ended: nothing of it is there in the next test."""
        deployments = self.post("/deployments/filter", {})
        with self.paused() if self.workers else nullcontext():
            for deployment in deployments:
                # With each schedule go the runs that it planned: workers would look at nothing else.
                for schedule in deployment["schedules"]:
                    self.delete(f"/deployments/{deployment['id']}/schedules/{schedule['id']}")
            for run in self.runs_in("SCHEDULED"):
                self.delete(f"/flow_runs/{run['id']}")
            self._end_runs()
        for deployment in deployments:
            self.delete(f"/deployments/{deployment['id']}")

    def _end_runs(self):
        """Waits for what is at work; a worker that is still busy after a while makes room for another one."""
        deadline = time.monotonic() + LAST_RUNS
        while (left := self.runs_in("PENDING", "RUNNING", "CANCELLING")) and time.monotonic() < deadline:
            time.sleep(0.5)
        for run in left:
            self.delete(f"/flow_runs/{run['id']}")
        for worker in self.workers.values() if left else ():
            kill(worker)

    def runs_in(self, *states):
        """All runs of the server that are in one of these states."""
        return self.post("/flow_runs/filter", {"flow_runs": {"state": {"type": {"any_": states}}}})

    def answers(self):
        try:
            return self._client.get("/health").is_success
        except httpx.TransportError:
            return False

    def get(self, path):
        answer = self._client.get(path)
        answer.raise_for_status()
        return answer.json()

    def ask(self, method, path, headers):
        """What the server answers to a question with other *headers*, whatever that is."""
        return self._client.request(method, path, json={}, headers=headers)

    def post(self, path, body):
        # On SQLite the server answers 503 while another of its own writers holds the file: its clients ask again, too.
        for _ in range(20):
            answer = self._client.post(path, json=body)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
        answer.raise_for_status()
        return answer.json()

    def patch(self, path, body):
        self._client.patch(path, json=body).raise_for_status()

    def delete(self, path):
        self._client.delete(path).raise_for_status()

    def deployment(self, name):
        return self.get(f"/deployments/name/{name}")

    def run(self, name, **parameters):
        return self.post(f"/deployments/{self.deployment(name)['id']}/create_flow_run", {"parameters": parameters})

    def runs(self, name):
        wanted = {"deployments": {"id": {"any_": [self.deployment(name)["id"]]}}, "sort": "START_TIME_ASC"}
        return self.post("/flow_runs/filter", wanted)

    def soon(self, name, every=24 * 3600.0):
        """A second schedule beside the one in the settings, in a few seconds: nobody wants to wait for Monday.

        Where the server has planned nothing by then, it would be tomorrow: the schedule is made again.
        """
        known = {run["id"] for run in self.runs(name)}
        while not (begun := {run["id"] for run in self.runs(name) if is_soon(run)} - known):
            due = datetime.now(UTC) + timedelta(seconds=5)
            schedule = {"interval": every, "anchor_date": due.isoformat(), "timezone": "UTC"}
            place = f"/deployments/{self.deployment(name)['id']}/schedules"
            (made,) = self.post(place, [{"schedule": schedule, "active": True}])
            while not begun and datetime.now(UTC) < due + timedelta(seconds=10):
                time.sleep(1)
                begun = {run["id"] for run in self.runs(name) if is_soon(run)} - known
            if not begun:
                self.delete(f"{place}/{made['id']}")

    @contextmanager
    def paused(self):
        """Without a worker that starts anything, for the length of a block."""
        self.patch(f"/work_pools/{POOL}", {"is_paused": True})
        try:
            yield
        finally:
            self.patch(f"/work_pools/{POOL}", {"is_paused": False})

    def completed(self, name):
        return [run for run in self.runs(name) if run["state_type"] == "COMPLETED"]

    def waiting(self, task):
        """The runs of a task that wait until they are tried again."""
        return self.post(
            "/task_runs/filter",
            {"task_runs": {"name": {"like_": task}, "state": {"name": {"any_": ["AwaitingRetry"]}}}},
        )

    def at_work_on(self, run):
        """The worker in which a run is at work, and its processes."""
        for worker in self.workers.values():
            offspring = children(worker.pid)
            if any(run in environ(child).get("PREFECT__FLOW_RUN_ID", "") for child in offspring):
                return worker, offspring
        return None

    def _at_work(self, ready):
        """What a test waits for in vain, and what is at work meanwhile."""
        runs = [f"{run['name']} {run['state']['name']}" for run in self.runs_in("SCHEDULED", "PENDING", "RUNNING")]
        return ready, runs, {name: (worker.poll(), children(worker.pid)) for name, worker in self.workers.items()}

    def state(self, run):
        return self.get(f"/flow_runs/{run}")["state_type"]

    def wait(self, ready, log=""):
        deadline = time.monotonic() + PATIENCE
        while not (found := ready()):
            if time.monotonic() > deadline:
                raise AssertionError((self.folder / log).read_text()[-3000:] if log else self._at_work(ready))
            time.sleep(1)  # a look costs the server time that the runs want
        return found


def is_soon(run):
    return datetime.fromisoformat(run["expected_start_time"]) < datetime.now(UTC) + timedelta(hours=1)


@contextmanager
def started(command, environment, log):
    """`python -m …` for the length of a block; it and whatever it started are ended by their ids."""
    with log.open("a") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            end(process)


def end(process):
    offspring = children(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for child in offspring:
        if child.is_running():
            child.kill()


def environ(process):
    try:
        return process.environ()
    except psutil.Error:
        return {}


def children(pid):
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill(process):
    """kill -9 of a worker and of all that runs in it, as when its machine loses power."""
    for one in [*children(process.pid), process]:
        one.kill()
    process.wait()
