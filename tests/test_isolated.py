"""What strangers sent is read in a process of its own, within a time and a memory that nothing in it can exceed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from weekly import isolated
from weekly.errors import OverBudget


def process() -> int:
    return os.getpid()


def fail() -> None:
    raise LookupError("what it stumbled over")


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def grow() -> int:
    return len(bytearray(2 * isolated.MEMORY))


def run_for_ever() -> None:
    while True:
        pass


def test_another_process_does_the_work_and_the_same_one_does_the_next() -> None:
    first, second = isolated.call(process), isolated.call(process)
    assert first == second != os.getpid()


def test_what_the_work_raises_arrives() -> None:
    with pytest.raises(LookupError, match="what it stumbled over"):
        isolated.call(fail)


@pytest.mark.parametrize(
    ("work", "reason"), [(die, "ended the process"), (grow, "needs more than 512 MB")], ids=["crash", "memory"]
)
def test_a_crash_and_too_much_memory_cost_that_work_alone(work: object, reason: str) -> None:
    with pytest.raises(OverBudget, match=reason):
        isolated.call(work)  # type: ignore[arg-type]
    assert isolated.call(process) != os.getpid()


def test_what_never_ends_is_killed_and_the_next_work_goes_on() -> None:
    worker = isolated.Worker(seconds=0.5)
    before = worker.call(process)
    with pytest.raises(OverBudget, match=r"took more than 0\.5 s"):
        worker.call(run_for_ever)
    assert worker.call(process) not in {before, os.getpid()}
    worker.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)


def test_a_program_that_used_it_ends_by_itself_and_says_nothing() -> None:
    program = "import os; from weekly import isolated; assert isolated.call(os.getpid) != os.getpid()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
