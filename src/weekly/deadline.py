"""A call that gets only so much time: what a plugin does runs in our process, and nobody else would bound it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from weekly.errors import OverBudget

T = TypeVar("T")


class Budget:
    """The time that what one plugin brings has for each call; after one that hung, it is not asked again."""

    def __init__(self, seconds: float | None) -> None:
        """None bounds nothing, for parts of our own: what they wait for is bounded where they wait."""
        self._seconds = seconds
        self._hung = ""

    def call(self, call: Callable[[], T]) -> T:
        """What *call* returns; raises what it raises, and OverBudget when it hangs or one before it did."""
        if self._seconds is None:
            return call()
        if self._hung:
            raise OverBudget(self._hung)
        try:
            return within(self._seconds, call)
        except OverBudget as error:
            self._hung = f"{error} before"
            raise


def within(seconds: float, call: Callable[[], T]) -> T:
    """What *call* returns; raises what it raises, and OverBudget when it has given no answer within *seconds*.

    A call that hangs is left to itself, in a thread that keeps no process from ending. One that wants to end the
    process (SystemExit) raises RuntimeError: that is not for it to decide.
    """
    answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised where the answer is waited for
            answers.put((None, error))

    Thread(target=copy_context().run, args=(run,), daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except Empty:
        raise OverBudget(f"gave no answer within {seconds:g} s") from None
    if error is None:
        result: T = answer
        return result
    if isinstance(error, Exception):
        raise error
    raise RuntimeError(f"{type(error).__name__}: {error}") from error
