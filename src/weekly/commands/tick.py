"""tick: whatever is due, once or for as long as it is left running."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from typing import Annotated

from cyclopts import Parameter

from weekly.commands.console import JsonOption, command_workspace, note, progress, say, say_json
from weekly.commands.run_log import add_facts

_PAUSE = 60.0
"""Seconds between looks while nothing is due: cron looks no oftener."""


def tick(
    *,
    watch: Annotated[
        bool,
        Parameter(
            negative="",
            help="Stay, and look every minute; Ctrl-C or SIGTERM end it after what it does, a second Ctrl-C at once.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Does whatever is due of [schedule]: publishes, sends, reads reports, prepares; quiet when nothing is.

    One line of cron or one timer that calls it every ten minutes is all that a newsletter needs. An error is printed
    once a day, and makes the exit status 1 each time.
    """
    if not watch:
        if not _once(json=json):
            sys.exit(1)
        return
    ended = threading.Event()

    def end(number: int, _: FrameType | None) -> None:
        # What is being done is finished first; a KeyboardInterrupt at any place may end Python with a signal even where
        # it is caught (https://docs.python.org/3/library/signal.html#note-on-signal-handlers-and-exceptions).
        if number == signal.SIGINT and ended.is_set():
            raise KeyboardInterrupt
        ended.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, end)
    try:
        while not ended.is_set():
            _once(json=json)
            ended.wait(_PAUSE)
    except KeyboardInterrupt:
        note("stopped: what was begun goes on with the next 'weekly tick'")


def _once(*, json: bool) -> bool:
    """Whether everything that was due could be done; the settings are read anew each time."""
    from dataclasses import asdict

    from weekly.tick import tick

    steps = []
    with command_workspace() as workspace, progress() as tell:
        for step in tick(workspace, tell):
            steps.append(step)
            if json or step.repeated:
                continue
            line = f"{step.part} {step.about}: {step.text}"
            note(f"weekly: {line}") if step.error else say(line)
    add_facts(steps=[asdict(step) for step in steps])
    if json:
        say_json([asdict(step) for step in steps])
    return not any(step.error for step in steps)
