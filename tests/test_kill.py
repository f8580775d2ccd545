"""kill -9 between and inside the stages: the next run ends where an undisturbed one would have ended."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from email import policy
from email.parser import BytesParser

import pytest

from weekly.archive.folder import hashes
from weekly.store.subscribers import Subscriber
from weekly.workspace import open_workspace

STAGES = (("collect",), ("classify",), ("draft",), ("approve", "--by", "demo"), ("publish",), ("deliver",))


def start(root, stage):
    command = [sys.executable, "-m", "weekly", "--workspace", str(root), *stage, "--week", "2025-W15"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def killed(root, stage, seconds):
    """Runs a stage and kills it after a while; False when it was quicker."""
    process = start(root, stage)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL


def finished(root, stage):
    process = start(root, stage)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said


@pytest.mark.parametrize("seed", range(3))
def test_killing_any_stage_at_any_moment_leaves_the_same_issue(demo, demo_week, seed):
    draw = random.Random(seed)
    with open_workspace(demo) as workspace, workspace.store.write() as tx:
        readers = [Subscriber(email="reader@example.org", name="读者"), Subscriber(email="ada@example.net", name="Ada")]
        tx.subscribers.add(readers, workspace.now())
    kills = 0
    for stage in STAGES:
        kills += killed(demo, stage, draw.uniform(0.3, 2.0))
        finished(demo, stage)
    assert kills
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
    assert recipients(demo) == recipients(demo_week) == ["ada@example.net", "reader@example.org"]


def recipients(root):
    parser = BytesParser(policy=policy.default)
    mails = [parser.parsebytes(path.read_bytes()) for path in (root / "maildir" / "new").iterdir()]
    return sorted(mail["To"].addresses[0].addr_spec for mail in mails)


def test_two_processes_publishing_at_once_make_one_issue(demo, demo_week):
    for stage in STAGES[:4]:
        finished(demo, stage)
    both = [start(demo, ("publish",)) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert hashes(demo / "archive") == hashes(demo_week / "archive")
