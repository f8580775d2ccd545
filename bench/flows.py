"""What Prefect costs over the plain stages at a real week, and what a second sender brings.

    python -m bench.flows [overhead|rate|outage]…

A Prefect server on SQLite is started first and is not counted; the sources are the stand-in beside the repository.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import httpx

from bench.data import SHARED
from bench.delivery import again, free_port, prepare, smtp_sink
from tests.published import counts
from weekly.models import Week
from weekly.workspace import open_workspace

WEEK, ROUNDS, MAILS = "2025-W15", 3, 20_000
SETTINGS = """
[newsletter]
items = 30
[sources.arxiv]
api_url = "{url}/api/query"
html_url = "{url}/html"
rss_url = "{url}/atom"
[sources.github]
api_url = "{url}"
web_url = "{url}"
"""
FLOW = (
    "import asyncio, json, sys, time; began = time.perf_counter()\n"
    "from flows.prepare_issue import prepare_issue\n"
    "imported = time.perf_counter()\n"
    "asyncio.run(prepare_issue(workspace=sys.argv[1], week=sys.argv[2]))\n"
    "print(json.dumps([imported - began, time.perf_counter() - imported]))\n"
)
STAGES = (
    "import json, sys, time; began = time.perf_counter()\n"
    "from pathlib import Path\n"
    "from weekly import pipeline\n"
    "from weekly.models import Week\n"
    "from weekly.workspace import open_workspace\n"
    "imported = time.perf_counter()\n"
    "with open_workspace(Path(sys.argv[1])) as workspace:\n"
    "    for stage in (pipeline.collect, pipeline.classify, pipeline.draft):\n"
    "        stage(workspace, Week.parse(sys.argv[2]))\n"
    "print(json.dumps([imported - began, time.perf_counter() - imported]))\n"
)
SENDERS = (
    "import asyncio, json, sys\n"
    "from flows.deliver_issue import deliver_issue\n"
    "print(json.dumps(asyncio.run(deliver_issue(workspace=sys.argv[1], week=sys.argv[2], senders=int(sys.argv[3])))))\n"
)


@contextlib.contextmanager
def server(folder: Path) -> Iterator[dict[str, str]]:
    port = free_port()
    environment = {**os.environ, "PREFECT_HOME": str(folder), "PREFECT_API_URL": f"http://127.0.0.1:{port}/api"}
    environment |= {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{environment['PREFECT_API_URL']}/health").is_success:
                    break
            time.sleep(0.3)
        yield environment
    finally:
        process.terminate()
        process.wait()


def run(script: str, environment: dict[str, str], *arguments: str) -> list[float]:
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def overhead() -> None:
    """Wall time of the week at arXiv's pace, of which most is waiting; in turns, a fresh workspace each time."""
    if not SHARED.is_dir():
        return
    wire = [sys.executable, str(SHARED / "wire" / "wire.py"), "--data", str(SHARED / "data")]
    with (
        subprocess.Popen(wire, stdout=subprocess.PIPE, text=True) as source,
        tempfile.TemporaryDirectory() as folder,
        server(Path(folder) / "prefect") as environment,
    ):
        try:
            url = source.stdout.readline().split()[0]
            plain, flows = [], []
            for number in range(ROUNDS):
                for name, script, times in (("plain", STAGES, plain), ("flow", FLOW, flows)):
                    root = Path(folder) / f"{name}{number}"
                    root.mkdir()
                    (root / "weekly.toml").write_text(SETTINGS.format(url=url))
                    times.append(run(script, environment, str(root), WEEK))
                    print(f"  {name}: {times[-1][0]:.2f} s of imports, {times[-1][1]:.2f} s of work", flush=True)
        finally:
            source.terminate()
    costs = [b[1] - a[1] for a, b in zip(plain, flows, strict=True)]
    whole = [sum(b) - sum(a) for a, b in zip(plain, flows, strict=True)]
    base = median(sum(one) for one in plain)
    print(f"overhead of the flow: median {median(costs):.2f} s; with imports {median(whole):.2f} s (wanted: under 3)")
    print(f"  of {base:.1f} s: {100 * median(whole) / base:.1f} % (wanted: under 5 %)")


SENDING = (
    "import json, os, subprocess, sys, time\n"
    "command = [sys.executable, '-m', 'flows.sender', *sys.argv[1:3], str(os.getpid())]\n"
    "began = time.perf_counter()\n"
    "senders = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(int(sys.argv[3]))]\n"
    "[one.communicate() for one in senders]\n"
    "print(json.dumps([time.perf_counter() - began]))\n"
)


def rate() -> None:
    """Mails a second of one sender and of two, in turns, on PostgreSQL as a pool has it.

    What senders take that find nothing to send is not counted: a start is no rate.
    """
    from bench.kills import postgresql

    for name, receiver in (("smtp-sink on the same cores", smtp_sink), ("a relay that takes 10 ms", far_relay)):
        print(f"  into {name}:")
        with tempfile.TemporaryDirectory() as folder, receiver() as port, postgresql(Path(folder)) as database:
            root = Path(folder) / "w"
            prepare(root, port, MAILS, database)
            rates: dict[int, list[float]] = {1: [], 2: []}
            for _ in range(ROUNDS):
                for senders in (1, 2):
                    again(root)
                    (whole,), (idle,) = (run(SENDING, {**os.environ}, str(root), WEEK, str(senders)) for _ in range(2))
                    rates[senders].append(MAILS / (whole - idle))
                    print(f"    {senders}: {rates[senders][-1]:,.0f} a second", flush=True)
        pairs = [b / a for a, b in zip(rates[1], rates[2], strict=True)]
        print(f"    two against one: median {median(pairs):.2f}, all {' '.join(f'{one:.2f}' for one in pairs)}")
    print("  wanted: 1.6 on two cores where the receiver is not the limit")


@contextlib.contextmanager
def far_relay() -> Iterator[int]:
    """A receiver that makes a sender wait, as one that is not on this machine does."""
    from tests.flows.receiver import Receiver

    receiver = Receiver(delay=0.01)
    try:
        yield receiver.port
    finally:
        receiver.close()


def outage() -> None:
    """The database goes away for a minute in the middle of sending."""
    from tests.flows.postgres import Postgres, installed

    programs = installed()
    if programs is None:
        print("PostgreSQL is not installed")
        return
    database = Postgres(programs)
    database.start()
    try:
        with tempfile.TemporaryDirectory() as folder, smtp_sink() as port, server(Path(folder) / "p") as environment:
            root = Path(folder) / "w"
            prepare(root, port, MAILS, database.database("outage"))
            command = [sys.executable, "-c", SENDERS, str(root), WEEK, "1"]
            flow = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
            with open_workspace(root) as opened:
                while (sent := counts(opened, Week.parse(WEEK))["sent"]) < MAILS / 10:
                    time.sleep(0.2)
            database.stop()
            threading.Timer(60, database.start).start()
            result = json.loads(flow.communicate()[0].splitlines()[-1])
            print(f"PostgreSQL gone for 60 s after {sent:,} of {MAILS:,} mails: {result}")
    finally:
        database.close()


if __name__ == "__main__":
    for name in sys.argv[1:] or ["overhead", "rate", "outage"]:
        print(f"{name}:", flush=True)
        {"overhead": overhead, "rate": rate, "outage": outage}[name]()
