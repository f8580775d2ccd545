"""learn: weights of one's own, kept only where they do better."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from weekly.commands.console import HOME, command_workspace, say

if TYPE_CHECKING:
    from weekly.learning.labels import Lines
    from weekly.learning.topics import TrainingResult
    from weekly.workspace import Workspace

Input = Annotated[Path | None, Parameter(name="--input", help="Labelled JSON lines to learn from too; .gz by name.")]

learn = App(name="learn", help="Learns from labelled lines, published issues and what editors decided.", group=HOME)


@learn.command
def topics(*, input_: Input = None) -> None:
    """Learns where works belong (lines with title, topic and, if known, abstract, source_repo)."""
    from weekly.learning.labels import learn_topics

    _train(learn_topics, input_)


@learn.command
def selection(*, input_: Input = None) -> None:
    """Learns what gets picked (lines with title, picked and, if known, abstract, authors, categories, week)."""
    from weekly.learning.labels import learn_picks

    _train(learn_picks, input_)


def _train(step: Callable[[Workspace, Lines], TrainingResult], path: Path | None) -> None:
    from weekly import jsonl

    with command_workspace() as workspace:
        say(step(workspace, jsonl.read(path) if path else ()).report)
