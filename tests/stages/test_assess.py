"""Very many works are assessed by further processes, and come out as one process would have them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from tests.classify.works import entry
from weekly import isolated
from weekly.errors import ParseError
from weekly.learning.selection import single_entry_work
from weekly.select.rank import Signals
from weekly.settings import Settings
from weekly.stages.assess import BATCH, MANY, Assessor, assess

needs_two = pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one processor: no further process is started")


def works(count):
    subjects = ("video diffusion", "a talking head", "the gait of storks", "an agent that plans")
    return [single_entry_work(entry(f"Paper {n} on {subjects[n % 4]}", key=f"{n:08d}")) for n in range(count)]


@pytest.fixture(scope="module")
def many():
    return works(MANY)


@pytest.fixture(scope="module")
def known(many):
    return {one.id: Signals(published_like="Birds") for one in many[::3]}


@pytest.fixture(scope="module")
def expected(many, known, tmp_path_factory):
    settings = Settings()
    return Assessor.of(settings, tmp_path_factory.mktemp("w")).assess(many, known)


@pytest.fixture(autouse=True)
def alone():
    """The process that reads what strangers sent is none of those that help here."""
    isolated.stop()


def helpers():
    """The processes that work for this one; a child of another test that nobody has waited for is not asked."""
    alive = [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "multiprocessing.spawn" in " ".join(child.cmdline())]


@needs_two
@pytest.mark.sample(2, of="helpers")
def test_helpers_find_what_one_process_finds_and_are_gone_afterwards(many, known, expected, tmp_path):
    told, seen = [], set()

    def tell(what, done, total=None):
        told.append((what, done, total))
        seen.update(helpers())

    assert assess(Settings(), tmp_path, many, known, tell) == expected
    assert told == [("classify", done, MANY) for done in range(BATCH, MANY + 1, BATCH)]
    assert len(seen) > 1
    assert not helpers()


@needs_two
@pytest.mark.sample(2, of="helpers")
def test_a_helper_that_is_killed_leaves_its_share_to_the_others(many, known, expected, tmp_path):
    killed = []

    def tell(what, done, total=None):
        if not killed:
            killed.extend(helpers())
            for one in killed:
                one.send_signal(signal.SIGKILL)

    assert assess(Settings(), tmp_path, many, known, tell) == expected
    assert len(killed) > 1


@needs_two
@pytest.mark.sample(2, of="helpers")
def test_what_a_helper_cannot_read_is_said_as_one_process_says_it(many, tmp_path, capfd):
    (tmp_path / ".weekly").mkdir()
    (tmp_path / ".weekly" / "selection.weights").write_bytes(b"no weights")
    with pytest.raises(ParseError, match=r"selection\.weights"):
        assess(Settings(), tmp_path, many)
    assert capfd.readouterr().err == ""


@needs_two
@pytest.mark.sample(2, of="helpers")
def test_helpers_end_with_the_process_that_asked_them(tmp_path):
    script = """
        import sys, time
        from pathlib import Path
        from tests.stages.test_assess import MANY, helpers, works
        from weekly.settings import Settings
        from weekly.stages.assess import assess

        def tell(*_):
            print(*(one.pid for one in helpers()), flush=True)
            time.sleep(60)

        assess(Settings(), Path(sys.argv[1]), works(MANY), {}, tell)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asker:
        numbers = [int(number) for number in asker.stdout.readline().split()]
        running = [psutil.Process(number) for number in numbers if psutil.pid_exists(number)]
        asker.kill()
    _, alive = psutil.wait_procs(running, timeout=30)
    assert numbers
    assert not alive


def test_few_works_are_not_worth_a_process(tmp_path):
    def tell(*_):
        assert not helpers()

    found = assess(Settings(), tmp_path, works(3), {}, tell)
    assert [one.work.id for one in found] == [one.id for one in works(3)]
