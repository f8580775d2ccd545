"""The whole of it: a newsletter in a repository, from `weekly init --github` on, with every `run:` of its workflows.

`make rehearsal` has four weeks of it, each command a process, and installs in the first; the suite has one, and a week of
kills, without installing what is there, and calls in its own process what is not to be killed.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter

import pytest

from tests.repository.rehearsal import FIRST, READERS, rehearsing
from tests.repository.runner import RunnerFault

WEEKS = int(os.environ.get("WEEKLY_REHEARSAL_WEEKS", "1"))
KILLS = [
    # prepare: the state is first, then the branch, then the pull request
    [("prepare", "before-push", 1), ("review", "after-push", 1), ("comment", "before-push", 1)],
    [("prepare", "after-push", 1), ("review", "before-push", 1), ("comment", "after-push", 1)],
    [("prepare", "after-push", 2), ("review", "request", 2), ("comment", "after-push", 2)],
    [("prepare", "request", 1), ("review", "before-push", 2), ("comment", "request", 3)],
]
PUBLISHING = [
    # publish: the state with the issue, then the archive; send: the batch, then what became of it
    [("publish", "before-push", 1), ("send", "before-push", 2)],
    [("publish", "after-push", 1), ("send", "message", 4)],
    [("publish", "after-push", 2), ("send", "after-push", 1)],
    [("publish", "request", 2), ("send", "before-push", 1)],
]


def a_week(rehearsal, week, step):
    """One week with its editor: a word is changed, a paper taken in, the pull request merged."""
    rehearsal.at(week)
    step("prepare", lambda: rehearsal.prepare(week) if week == FIRST else rehearsal.prepare())
    (number,) = rehearsal.site.open_numbers()
    rehearsal.edit(week, "本周亮点", "本周要点")
    step("review", lambda: rehearsal.review(number))
    offered = re.findall(r"`(/weekly accept \S+?)`", rehearsal.site.pulls[number]["body"])
    step("comment", lambda: rehearsal.comment(number, offered[0]))
    assert "本周要点" in rehearsal.text(week)
    rehearsal.site.merge(number)
    step("publish", rehearsal.publish)
    assert rehearsal.issues()[str(week)] == len(rehearsal.issues())


def cards(rehearsal):
    names = [name for name in rehearsal.site.names("main") if re.fullmatch(r"archive/\d+/W\d+/issue\.json", name)]
    return [[item["id"] for item in json.loads(rehearsal.site.file("main", name))["items"]] for name in names]


def test_every_week_is_one_issue_and_every_reader_has_it_once(tmp_path):
    with rehearsing(tmp_path) as rehearsal:
        weeks = [FIRST.shift(number) for number in range(WEEKS)]
        rehearsal.runner.in_process = WEEKS == 1
        for week in weeks:
            rehearsal.runner.installs = WEEKS > 1 and week == FIRST
            a_week(rehearsal, week, lambda _, work: work())
        rehearsal.publish("schedule")
        assert "weekly github publish" in rehearsal.runner.log[-1], "there was nothing to send"
        assert rehearsal.issues() == {str(week): number for number, week in enumerate(weeks, 1)}
        published = [card for issue in cards(rehearsal) for card in issue]
        assert len(published) == len(set(published)) == 4 * WEEKS
        assert set(rehearsal.relay.taken.values()) == {1}
        assert Counter(reader for reader, _ in rehearsal.relay.taken) == dict.fromkeys(READERS, WEEKS)
        pages = {path.relative_to(tmp_path / "site").as_posix() for path in (tmp_path / "site").rglob("*")}
        assert {"index.html", "feed.xml"} <= pages
        assert {f"{week.year}/W{week.number:02d}/index.html" for week in weeks} <= pages
        everything = rehearsal.site.git("log", "--all", "-p")
        assert not [reader for reader in READERS if reader in everything]


def test_a_runner_that_is_killed_anywhere_publishes_and_sends_nothing_twice(tmp_path, drawn):
    with rehearsing(tmp_path) as rehearsal:
        rehearsal.runner.in_process = WEEKS == 1
        kills = wanted = 0

        def killed(step, work):
            """The step, killed as planned, and run again."""
            nonlocal kills
            for name, event, number in planned:
                if name not in {step, "send" if step == "publish" else step}:
                    continue
                rehearsal.runner.kill_at = (f"weekly github {name}", event, number)
                rehearsal.runner.in_process = False
                with pytest.raises(RunnerFault) as fault:
                    work()
                rehearsal.runner.in_process = WEEKS == 1
                assert fault.value.status == -9, (name, event, number, str(fault.value))
                kills += 1
            work()

        for number in range(WEEKS):
            planned = drawn([*KILLS[number % 4], *PUBLISHING[number % 4]], 2)
            wanted += len(planned)
            a_week(rehearsal, FIRST.shift(number), killed)
        assert kills == wanted >= 2 * WEEKS
        assert sorted(rehearsal.issues().values()) == [*range(1, WEEKS + 1)]
        published = [card for issue in cards(rehearsal) for card in issue]
        assert len(published) == len(set(published))
        assert max(rehearsal.relay.taken.values(), default=1) == 1
        for number in range(WEEKS):
            states = Counter(json.loads(line)["state"] for line in rehearsal.ledger(FIRST.shift(number)).splitlines())
            assert states.keys() <= {"sent", "uncertain"}
            assert sum(states.values()) == len(READERS)
