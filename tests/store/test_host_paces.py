"""One at a time and a pace apart, whoever asks."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest
from sqlalchemy import select, update

from tests.wire_formats import NOW
from weekly.store import open_store
from weekly.store.ports import StoreGate
from weekly.store.tables import host_paces

TURN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from weekly.store import open_store
from weekly.store.ports import StoreGate
store = open_store(sys.argv[1], Path("."), lambda: datetime.now(UTC))
with StoreGate(store).turn("arxiv", 0.2, 60):
    print("in", flush=True)
    sys.stdin.read()
"""


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, now=1_000_000.0):
        self.now = now
        self.slept = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def gate(store, time):
    return StoreGate(store, time.clock, time.sleep)


def turns(gate, time, count, pace=3.0):
    """The moments at which *count* turns began."""
    began = []
    for _ in range(count):
        with gate.turn("arxiv", pace, 60):
            began.append(time.now)
            time.now += 0.5
    return began


def test_turns_are_a_pace_apart_counted_from_the_end_of_the_one_before(gate, time):
    first, second, third = turns(gate, time, 3)
    assert second - first >= 3.5
    assert third - second >= 3.5


def test_hosts_do_not_wait_for_each_other(gate, time):
    with gate.turn("arxiv", 3, 60), gate.turn("other", 3, 60):
        pass
    assert sum(time.slept) < 1


def test_without_a_pace_nobody_waits(gate, time, store):
    with gate.turn("", 3, 60), gate.turn("arxiv", 0, 60):
        pass
    assert not time.slept
    with store.read() as tx:
        assert tx.connection.execute(select(host_paces)).all() == []


def test_the_pace_is_kept_by_a_store_that_is_opened_later(gate, time, address, tmp_path):
    [first] = turns(gate, time, 1)
    later = open_store(address, tmp_path, lambda: NOW)
    [second] = turns(StoreGate(later, time.clock, time.sleep), time, 1)
    later.close()
    assert second - first >= 3.5


def test_what_the_host_asked_for_is_kept_by_everybody(gate, time):
    [first] = turns(gate, time, 1)
    gate.hold("arxiv", 30)
    [second] = turns(gate, time, 1)
    assert second - first >= 30


def test_a_turn_that_ends_in_an_error_is_over(gate, time):
    with pytest.raises(ValueError, match="oh"), gate.turn("arxiv", 3, 60):
        raise ValueError("oh")
    turns(gate, time, 1)
    assert sum(time.slept) < 4


def test_a_holder_elsewhere_is_waited_for_until_its_lease_is_over(gate, time, store):
    turns(gate, time, 1)
    with store.write() as tx:
        tx.connection.execute(update(host_paces).values(holder="elsewhere:1:2:3", lease_until=time.now + 50))
    started = time.now
    turns(gate, time, 1)
    assert 50 <= time.now - started <= 55


def test_a_clock_that_was_set_back_does_not_close_a_host(gate, time):
    turns(gate, time, 1)
    gate.hold("arxiv", 30)
    time.now -= 100_000
    turns(gate, time, 1)
    assert sum(time.slept) < 5


def test_threads_take_turns(store):
    inside, most = [], []

    def visit():
        with StoreGate(store).turn("arxiv", 0.01, 60):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=visit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 6


def test_a_process_that_is_killed_in_its_turn_gives_way_a_pace_later(gate, time, address):
    process = subprocess.Popen(
        [sys.executable, "-c", TURN, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "in\n"
    process.kill()
    process.communicate()
    time.now = 4_000_000_000.0 - 10_000_000  # far from the killed one's own clock
    with gate.turn("arxiv", 3, 60):
        pass
    assert 3 <= sum(time.slept) <= 4
