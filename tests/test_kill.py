"""kill -9 between and inside the stages: the next run ends where an undisturbed one would have ended."""

from __future__ import annotations

import random
import signal
import time
from email import policy
from email.parser import BytesParser

import pytest

from tests.kills import end, fork
from tests.published import subscribe
from weekly.archive.folder import hashes
from weekly.cli import main
from weekly.workspace import open_workspace

STAGES = (("collect",), ("classify",), ("draft",), ("approve", "--by", "demo"), ("publish",), ("deliver",))


def start(root, stage):
    return fork(lambda: main(["--workspace", str(root), *stage, "--week", "2025-W15"]))


def killed(root, stage, seconds):
    """Runs a stage and kills it after a while; False when it was quicker."""
    process = start(root, stage)
    time.sleep(seconds)
    return end(process, kill=True) == -signal.SIGKILL


def finished(*processes):
    return [end(process) for process in processes] == [0] * len(processes)


@pytest.mark.sample(1)
@pytest.mark.parametrize("seed", range(3))
def test_killing_any_stage_at_any_moment_leaves_the_same_issue(demo, demo_week, seed):
    draw = random.Random(seed)
    with open_workspace(demo) as workspace:
        subscribe(workspace, ["reader@example.org", "ada@example.net"])
    kills = 0
    for stage in STAGES:
        kills += sum(killed(demo, stage, draw.uniform(0, 0.4)) for _ in range(2))
        assert finished(start(demo, stage)), stage
    assert kills
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
    assert recipients(demo) == recipients(demo_week) == ["ada@example.net", "reader@example.org"]


def recipients(root):
    parser = BytesParser(policy=policy.default)
    mails = [parser.parsebytes(path.read_bytes()) for path in (root / "maildir" / "new").iterdir()]
    return sorted(mail["To"].addresses[0].addr_spec for mail in mails)


def test_two_processes_publishing_at_once_make_one_issue(demo, demo_week):
    for stage in STAGES[:4]:
        assert finished(start(demo, stage)), stage
    assert finished(*(start(demo, ("publish",)) for _ in range(2)))
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
