"""Processes that are ended by SIGKILL: forks, and trials in which senders deliver and a receiver writes down what it got."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.published import WEEK, counts, deliveries, publish_issue
from weekly.delivery.deliver import deliver
from weekly.testing import workspace
from weekly.workspace import open_workspace

SHARED = Path(os.environ.get("WEEKLY_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SINK = SHARED / "wire" / "smtp_sink.py"
CONNECTIONS = 8
TOML = """
[database]
url = "{database}"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of many kills: the ledger's counts beside the receiver's log."""

    kills: int
    counts: dict[str, int]
    accepted: Counter[str]
    states: dict[str, str]

    @property
    def twice(self) -> list[str]:
        """Readers who got the mail more than once."""
        return [email for email, times in self.accepted.items() if times > 1]

    @property
    def lost(self) -> list[str]:
        """Readers of whom the ledger says that they got it, and who did not."""
        return [email for email, state in self.states.items() if state == "sent" and email not in self.accepted]

    @property
    def forgotten(self) -> list[str]:
        """Readers who got it, and of whom the ledger knows nothing of the kind."""
        known = {"sent", "uncertain"}
        return [email for email in self.accepted if self.states.get(email) not in known]

    @property
    def adds_up(self) -> bool:
        """Whether the five counts make the audience."""
        five = ("sent", "failed", "uncertain", "suppressed", "pending")
        return sum(self.counts[name] for name in five) == self.counts["audience"] == len(self.states)

    def line(self) -> str:
        """The result in one line."""
        return (
            f"{self.kills} kills, {self.counts['audience']} readers: {len(self.lost)} lost, {len(self.twice)} twice, "
            f"{len(self.forgotten)} unaccounted, {self.counts['uncertain']} uncertain "
            f"(at most {CONNECTIONS * self.kills}), {self.counts}, adds up: {self.adds_up}"
        )


@contextlib.contextmanager
def sink(folder: Path, faults: dict[str, float]) -> Iterator[tuple[int, Path]]:
    """The receiver's port and its log."""
    log, plan = folder / "accepted.jsonl", folder / "faults.json"
    plan.write_text(json.dumps(faults))
    command = [sys.executable, str(SINK), "--port", "0", "--log", str(log), "--faults", str(plan)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().strip().rpartition(":")[2]), log
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def accepted(log: Path) -> Counter[str]:
    """How often each address was accepted."""
    return Counter(json.loads(line)["to"] for line in log.read_text().splitlines())


def fork(work: Callable[[], object]) -> int:
    """The id of a process that does *work*: a fork of this one, which has everything imported and nothing open."""
    if pid := os.fork():
        return pid
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - nothing of the child may go on in the parent's frames
        os.write(2, f"{error!r}\n".encode())
        os._exit(1)
    os._exit(0)


def end(pid: int, *, kill: bool = False) -> int:
    """How a process ended, as `subprocess` says it: its status, or minus the signal; after killing it if so asked."""
    if kill:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def start(root: Path, *, wait: bool = False) -> int:
    """A sender's process id."""

    def send() -> None:
        with open_workspace(root) as opened:
            deliver(opened, WEEK, wait=wait)

    return fork(send)


def trial(
    root: Path,
    *,
    readers: int,
    kills: int,
    processes: int = 1,
    database: str = "sqlite:///.weekly/weekly.db",
    faults: dict[str, float],
    seed: int = 1,
    life: float = 1.0,
    finish: bool = True,
) -> Trial:
    """*processes* senders at a time, one of which is killed after a random time about *life*, until *kills* are dead.

    With *finish* a last sender then stays until nothing is pending.
    """
    draw = random.Random(seed)
    root.mkdir(parents=True, exist_ok=True)
    with sink(root, faults) as (port, log):
        with workspace(root / "w", TOML.format(port=port, connections=CONNECTIONS, database=database)) as opened:
            publish_issue(opened, [f"reader{i}@mail{i % 97}.example.org" for i in range(readers)])
        senders = [start(root / "w") for _ in range(processes)]
        for _ in range(kills):
            time.sleep(draw.uniform(0, 2 * life) / processes)
            place = draw.randrange(processes)
            end(senders[place], kill=True)
            senders[place] = start(root / "w")
        for sender in senders:
            end(sender)
        if finish:
            end(start(root / "w", wait=True))
        with open_workspace(root / "w") as opened:
            found = counts(opened)
            states = {row["email"]: row["state"] for row in deliveries(opened)}
        return Trial(kills=kills, counts=found, accepted=accepted(log), states=states)
