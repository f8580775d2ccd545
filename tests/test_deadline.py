"""A call gets its time and no more, whatever it does meanwhile."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Event

import pytest

from weekly.deadline import Budget, within
from weekly.errors import OverBudget


def test_what_a_call_returns_or_raises_comes_through():
    assert within(60, lambda: "an answer") == "an answer"
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 / 0)


def test_a_call_that_hangs_is_given_up():
    released = Event()
    with pytest.raises(OverBudget, match=r"gave no answer within 0\.01 s"):
        within(0.01, released.wait)
    released.set()


def test_after_one_that_hung_nothing_is_waited_for_any_more():
    released, budget = Event(), Budget(0.01)
    with pytest.raises(OverBudget, match=r"gave no answer within 0\.01 s$"):
        budget.call(released.wait)
    with pytest.raises(OverBudget, match=r"gave no answer within 0\.01 s before"):
        budget.call(lambda: "an answer")
    released.set()
    assert Budget(None).call(lambda: "an answer") == "an answer"


def test_a_call_cannot_end_the_process():
    def leave():
        raise SystemExit(3)

    with pytest.raises(RuntimeError, match="SystemExit: 3"):
        within(60, leave)


def test_a_call_sees_what_its_caller_has_set():
    name = ContextVar("name", default="")
    name.set("ada")
    assert within(60, name.get) == "ada"
