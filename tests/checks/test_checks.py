"""All checks come in by the same door, and what each says stands in one order."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks import findings
from weekly.models import Level
from weekly.plugins import parts
from weekly.settings import Settings

OURS = (
    "blocks claims crowded empty headline_kinds incomplete links mail major_update no_papers notes opening pictures"
    " placeholders repeated residue says_nothing stale_projects subject tags thin unfinished withdrawn"
)


def test_the_checks_of_the_package_are_these():
    assert [name for name, _ in parts("checks")] == OURS.split()


def test_what_blocks_comes_first_then_by_check_and_card():
    cards = tuple(replace(CARD, id=name) for name in "ba")
    found = findings(context(replace(DRAFT, headlines=(), cards=cards)))
    places = [(one.level, one.check, one.card) for one in found]
    assert places == sorted(places)
    assert {one.check for one in found} >= {"thin", "subject", "unsubscribe", "pictures", "empty"}


def test_a_check_that_fails_blocks_and_does_not_silence_the_others(installed):
    installed("weekly.checks", "zz = tests.checks.test_checks:broken")
    found = findings(context())
    (failed,) = (one for one in found if one.check == "zz")
    assert failed.level is Level.BLOCK
    assert failed.message == "the check failed, unexpected ZeroDivisionError: division by zero: mend or uninstall it"
    assert "thin" in {one.check for one in found}


def broken(context):
    yield from ()
    1 / len(context.health)


def test_a_check_that_hangs_blocks_and_is_waited_for_once(installed):
    installed("weekly.checks", "zz = tests.checks.test_checks:hanging")
    looked_at = context(settings=Settings(plugins={"seconds": 1}))
    try:
        told = [next(one for one in findings(looked_at) if one.check == "zz") for _ in range(2)]
    finally:
        ANSWER.set()
    assert [one.level for one in told] == [Level.BLOCK, Level.BLOCK]
    assert told[0].message.startswith("the check gave no answer within 1 s: mend")
    assert told[1].message.startswith("the check gave no answer within 1 s before: mend")
    assert ASKED == ["once"]


ANSWER, ASKED = Event(), []


def hanging(context):
    ASKED.append("once")
    ANSWER.wait(60)
    return []
