"""Whether the process that has something in hand still lives."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from weekly.store.holders import gone, me


@pytest.fixture
def other():
    """Another process, and what it calls itself."""
    script = "import sys; from weekly.store.holders import me; print(me(), flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_living_process_is_not_gone(other):
    assert not gone(me())
    assert not gone(other[1])


def test_a_killed_process_is_gone_before_and_after_it_is_buried(other):
    process, name = other
    process.send_signal(signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert gone(name)
    process.wait()
    assert gone(name)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc: a process is known by its number alone")
def test_a_number_that_another_process_got_since_does_not_keep_the_old_one_alive():
    assert gone(f"{socket.gethostname()}:{os.getpid()}:1")


@pytest.mark.parametrize("name", ["elsewhere:1:1", "", "nonsense", f"{socket.gethostname()}:x:1"])
def test_nothing_is_known_of_other_machines_and_of_names_that_are_none(name):
    assert not gone(name)
