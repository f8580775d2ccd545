"""Whether the process that has something in hand still lives: said only where it is sure."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from tests.conftest import lacking
from tests.published import WEEK, deliveries, publish_issue
from weekly.delivery.deliver import deliver
from weekly.delivery.ledger import LEASE
from weekly.processes import has_ended, identity
from weekly.testing import workspace

ANOTHER_BOOT = "0123456789abcdef"
NAMES = "import sys; from weekly.processes import identity; print(identity(), flush=True); sys.stdin.read()"
JUDGES = "import sys; from weekly.processes import has_ended; print([has_ended(name.strip()) for name in sys.stdin])"
pytestmark = pytest.mark.skipif(not identity().partition(":")[0], reason="no boot id and PID namespace in /proc")


def own_namespace(*, mounts=True):
    """The words before a command that give it a PID namespace of its own, under the same host name."""
    words = ["unshare", "--pid", "--fork", "--kill-child", *(["--mount-proc"] if mounts else [])]
    if not shutil.which("unshare") or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        lacking("unshare makes no PID namespace here: it takes root")
    return words


@contextmanager
def living(*before):
    """A process, and what it calls itself."""
    command = [*before, sys.executable, "-c", NAMES]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def judged(names, *before):
    """What another process says of them."""
    command = [*before, sys.executable, "-c", JUDGES]
    return subprocess.run(command, input="\n".join(names), capture_output=True, text=True, check=True).stdout.strip()


def test_a_living_process_has_not_ended():
    with living() as (_, name):
        assert not has_ended(identity())
        assert not has_ended(name)
        assert name != identity()


def test_a_killed_process_has_ended_before_and_after_it_is_buried():
    with living() as (process, name):
        process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert has_ended(name)
        process.wait()
        assert has_ended(name)


def test_a_child_has_a_name_of_its_own():
    reader, writer = os.pipe()
    if not (pid := os.fork()):
        os.write(writer, identity().encode())
        os._exit(0)
    os.waitpid(pid, 0)
    child = os.read(reader, 100).decode()
    os.close(reader)
    os.close(writer)
    assert child != identity()
    assert has_ended(child)


def test_a_number_that_another_process_got_since_does_not_keep_the_old_one_alive():
    place, pid, started, drawn = identity().split(":")
    assert has_ended(f"{place}:{pid}:{int(started) - 1}:{drawn}")


def test_a_sender_in_another_container_of_the_same_host_name_is_alive_from_here_and_this_one_from_there():
    with living(*own_namespace()) as (_, name):
        assert not has_ended(name)
        assert judged([name, identity()], *own_namespace()) == "[False, False]"


def test_what_a_sender_in_another_container_has_in_hand_is_left_to_it(tmp_path):
    with (
        living(*own_namespace()) as (_, name),
        workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened,
    ):
        publish_issue(opened, [f"r{i}@example.org" for i in range(3)])
        with opened.store.write() as tx:
            (row,) = tx.deliveries.reserve(WEEK, name, 1, opened.clock(), LEASE)
            tx.deliveries.write_down(name, opened.clock() + LEASE, sending=[row])
        assert (deliver(opened, WEEK)["sent"], len(list((tmp_path / "w" / "mail" / "new").iterdir()))) == (2, 2)
        assert [one["email"] for one in deliveries(opened, state="sending")] == [row.email]


@pytest.mark.parametrize("mounts", [True, False])
def test_within_a_container_the_living_are_told_from_the_dead(mounts):
    script = (
        f"import os, subprocess, sys\nsys.stdin = subprocess.Popen([sys.executable, '-c', {NAMES!r}],"
        "stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True).stdout\n"
        "from weekly.processes import has_ended, identity\n"
        "name = sys.stdin.readline().strip()\nalive = has_ended(name)\n"
        "os.kill(int(name.split(':')[1]), 9); os.wait()\nprint([alive, has_ended(name)])"
    )
    command = [*own_namespace(mounts=mounts), sys.executable, "-c", script]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "[False, True]"


def test_of_a_container_that_has_ended_nobody_outside_can_be_sure():
    with living(*own_namespace()) as (process, name):
        process.kill()
        process.wait()
        assert not has_ended(name)


def test_of_another_boot_nothing_is_known():
    place, *rest = identity().split(":")
    assert place != ANOTHER_BOOT
    assert not has_ended(":".join([ANOTHER_BOOT, *rest]))
    assert not has_ended(":".join([ANOTHER_BOOT, "1", *rest[1:]]))


@pytest.mark.parametrize("name", ["", "nonsense", ":::", "elsewhere:1:1", f"{os.uname().nodename}:999999999:1"])
def test_a_name_that_is_none_or_that_an_earlier_version_wrote_is_left_to_its_lease(name):
    assert not has_ended(name)


def test_a_number_that_can_be_no_process_is_nobodys():
    place = identity().partition(":")[0]
    assert not has_ended(f"{place}:{'9' * 30}:1:x")


def test_many_at_once_have_many_names():
    with ExitStack() as stack:
        names = [stack.enter_context(living())[1] for _ in range(3)]
    assert len(set(names)) == 3
    assert max(map(len, names)) <= 60
