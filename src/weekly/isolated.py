"""Work on what strangers sent, in a process of its own that is killed when it takes too long or too much.

The libraries that decode pictures, pages and feeds promise neither a time nor a memory, and what holds the interpreter
inside of C cannot be stopped from within. One such process serves this one; it is started when it is first needed, and
another takes its place when it had to be killed.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from weekly.errors import OverBudget

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 10.0
"""What one piece of work may take, by the wall clock."""
MEMORY = 512 * 1024 * 1024
"""Bytes of address space of the process; about a fifth is the interpreter with its libraries."""


class Worker:
    """A process for such work, started when it is first needed and replaced when it had to be killed."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._lock = threading.Lock()
        self._owner = 0
        self._pool: ProcessPool | None = None

    def call(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What *function*, of a module that can be imported, gives for its arguments; all of them are picklable.

        Raises what it raises, and OverBudget when it took too long, too much memory, or its process with it.
        """
        future = self._running().schedule(function, args=arguments, kwargs=named, timeout=self._seconds)
        try:
            result: T = future.result()
        except TookTooLong as error:
            raise OverBudget(f"took more than {self._seconds:g} s, given up") from error
        except ProcessExpired as error:
            raise OverBudget(f"ended the process that read it ({error.exitcode}), given up") from error
        except MemoryError as error:
            raise OverBudget(f"needs more than {self._memory // 1024**2} MB, given up") from error
        return result

    def stop(self) -> None:
        """Ends the process."""
        if self._pool is not None and self._owner == os.getpid():
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()  # a process that is just starting would complain otherwise

    def _running(self) -> ProcessPool:
        with self._lock:  # a process that was forked from this one has no worker yet
            if self._pool is None or self._owner != os.getpid() or not self._pool.active:
                # Started afresh: a fork would take the locks of other threads with it.
                fresh = multiprocessing.get_context("spawn")
                self._owner = os.getpid()
                self._pool = ProcessPool(1, context=fresh, initializer=_limit, initargs=[self._memory])
            return self._pool


def _limit(memory: int) -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ValueError, OSError):
        return  # systems that know no such limit


_worker = Worker()
call, stop = _worker.call, _worker.stop
atexit.register(stop)
