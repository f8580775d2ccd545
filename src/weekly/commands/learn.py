"""learn: weights of one's own, kept only where they do better."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from weekly.commands.console import HOME, command_workspace, say

Input = Annotated[Path | None, Parameter(name="--input", help="Labelled JSON lines to learn from too; .gz by name.")]

learn = App(name="learn", help="Learns from labelled lines, published issues and what editors decided.", group=HOME)


DryRun = Annotated[bool, Parameter(name="--dry-run", negative="", help="Says what it would learn and writes nothing.")]


@learn.command
def topics(*, input_: Input = None, dry_run: DryRun = False) -> None:
    """Learns where works belong (lines with title, topic and, if known, abstract, source_repo)."""
    from weekly import jsonl
    from weekly.learning.labels import learn_topics

    with command_workspace() as workspace:
        say(learn_topics(workspace, jsonl.read(input_) if input_ else (), dry_run=dry_run).report)


@learn.command
def selection(*, input_: Input = None, dry_run: DryRun = False) -> None:
    """Learns what gets picked: from the archive, from what editors decided, and from lines.

    Lines have title, picked and, if known, abstract, authors, categories, week.
    """
    from weekly import jsonl
    from weekly.learning.labels import learn_picks, learn_published

    with command_workspace() as workspace:
        say(learn_picks(workspace, jsonl.read(input_) if input_ else (), dry_run=dry_run).report)
        say(f"\nwhat the house has published:\n{learn_published(workspace, dry_run=dry_run).report}")


@learn.command
def undo(
    what: Annotated[
        Literal["topics", "selection", "house"], Parameter(name="WHAT", help="house: of what it published.")
    ],
    /,
) -> None:
    """Takes back what was learned last: of topics, of picks and decisions, or of what the house has published."""
    from weekly.learning.labels import take_back
    from weekly.select.house import FILE
    from weekly.stages.assess import SELECTION, TOPICS

    name = {"topics": TOPICS, "selection": SELECTION, "house": FILE}[what]
    with command_workspace() as workspace:
        done = take_back(workspace, name)
    say(f"{what}: the last lesson is taken back" if done else f"{what}: nothing was learned, nothing is taken back")
