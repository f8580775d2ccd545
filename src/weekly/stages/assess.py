"""Assessing works: each is filed under topics and weighed, in further processes where there are very many."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Self

from weekly.classify import Classifier
from weekly.models import Candidate, ScorePart, TopicScore, Work
from weekly.plugins import parts
from weekly.select.rank import NOTHING, Interests, Signals, score_work
from weekly.select.selection_weights import SelectionWeights, load_selection_weights
from weekly.settings import Settings, Topic
from weekly.stages import Progress, no_progress

TOPICS, SELECTION = "topics.weights", "selection.weights"
"""What `weekly learn` writes below .weekly/."""
ADDED = "added"
"""The part of a score that names who added a candidate that no source brought: classifying again keeps it."""
PUT_OFF = "put off"
"""The part of a score that names the week in which an editor put the candidate off."""
BY_HAND = "editor"
"""The source of what an editor has written."""
BATCH = 250
MANY = 10_000
"""Works from which further processes are worth their start, about a second each."""
PROCESSES = 3
"""At most so many: each keeps its own copy of the weights, about 100 MB."""


@dataclass(frozen=True, slots=True)
class Assessor:
    """Files and weighs works as a newsletter wants it."""

    files: Classifier
    weights: SelectionWeights
    interests: Interests

    @classmethod
    def of(cls, topics: Sequence[Topic], interests: Interests, root: Path) -> Self:
        """That of the workspace at *root*, with what was learned there."""
        return cls(classifier(topics, root), selection_weights(root, interests), interests)

    def assess(self, works: Sequence[Work], signals: Mapping[str, Signals]) -> list[Candidate]:
        """*works* with topics, score and its parts, in their order."""
        filed = zip(works, self.files.classify([work.lead for work in works]), strict=True)
        return [self.weigh(work, topics, signals) for work, topics in filed]

    def weigh(self, work: Work, topics: tuple[TopicScore, ...], signals: Mapping[str, Signals]) -> Candidate:
        """*work* with its score, under topics that are known."""
        return score_work(work, topics, self.weights, self.interests, signals.get(work.id, NOTHING))


def selection_weights(root: Path, interests: Interests) -> SelectionWeights:
    """What the workspace at *root* has learned of papers that get picked, else what comes with the package."""
    return load_selection_weights(root / ".weekly" / SELECTION, interests.crowd)


def classifier(topics: Sequence[Topic], root: Path) -> Classifier:
    """The classifier of the workspace at *root*; one that a plugin brings stands in for ours."""
    made = dict(parts("classifiers"))
    name = next((name for name in made if name != "default"), "default")
    classifier: Classifier = made[name](topics, root / ".weekly" / TOPICS)
    return classifier


def refiled(candidate: Candidate, topic: str, by: str) -> Candidate:
    """*candidate* under the topic that *by* has chosen; the best other one stays behind it."""
    others = [one for one in candidate.topics if one.topic != topic]
    return replace(candidate, topics=(TopicScore(topic=topic, score=1.0, reason=f"filed by {by}"), *others[:1]))


def interests(settings: Settings) -> Interests:
    """What the owner looks out for."""
    wanted = settings.ranking
    return Interests(
        authors=frozenset(wanted.authors),
        institutions=frozenset(wanted.institutions),
        community=frozenset(f"feed:{name}" for name in wanted.community),
        crowd=settings.crowd,
    )


def assess(
    settings: Settings,
    root: Path,
    works: Sequence[Work],
    signals: Mapping[str, Signals] | None = None,
    progress: Progress = no_progress,
) -> list[Candidate]:
    """*works* of the workspace at *root* with topics and scores, in their order; *signals* go by work id."""
    wishes, known = (settings.topics, interests(settings), root), signals or {}
    parts = [works[start : start + BATCH] for start in range(0, len(works), BATCH)]
    candidates: list[Candidate] = []
    processes = min(os.cpu_count() or 1, PROCESSES) if len(works) >= MANY else 1
    for part in _in_processes(processes, wishes, parts, known) if processes > 1 else _assess_here(wishes, parts, known):
        candidates += part
        progress("classify", len(candidates), len(works))
    return candidates


_AssessorArguments = tuple[Sequence[Topic], Interests, Path]
_Verdict = tuple[tuple[TopicScore, ...], float, tuple[ScorePart, ...]]


def _assess_here(
    wishes: _AssessorArguments, parts: Sequence[Sequence[Work]], signals: Mapping[str, Signals]
) -> Iterator[list[Candidate]]:
    assessor = Assessor.of(*wishes)
    for part in parts:
        yield assessor.assess(part, signals)


def _in_processes(
    count: int, wishes: _AssessorArguments, parts: Sequence[Sequence[Work]], signals: Mapping[str, Signals]
) -> Iterator[list[Candidate]]:
    """Each of *parts* assessed by one of *count* further processes, and by this one where those end too early."""
    done = 0
    known = [{work.id: signals[work.id] for work in part if work.id in signals} for part in parts]
    # Spawned: a fork of a process with threads may never wake.
    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin, initargs=(wishes,))
    try:
        for part, verdicts in zip(parts, pool.map(_verdicts, parts, known), strict=True):
            yield [
                Candidate(work=work, topics=topics, score=score, parts=reasons)
                for work, (topics, score, reasons) in zip(part, verdicts, strict=True)
            ]
            done += 1
    except BrokenProcessPool:
        yield from _assess_here(wishes, parts[done:], signals)
    finally:
        pool.shutdown(cancel_futures=True)


_own_wishes: ContextVar[_AssessorArguments] = ContextVar("_own_wishes")
"""What a further process was started with."""


def _begin(wishes: _AssessorArguments) -> None:
    """Readies a further process, which ends with the one that started it, whatever ends that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    threading.Thread(target=_end_with_parent, daemon=True).start()
    gc.set_threshold(100_000, 20, 20)  # what an answer is made of holds no circle; a plugin's might
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a plugin prints is no part of a command's output
    _own_wishes.set(wishes)


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None  # noqa: S101 - only run in a child
    parent.join()
    os._exit(0)


def _verdicts(works: Sequence[Work], signals: Mapping[str, Signals]) -> list[_Verdict]:
    return [(one.topics, one.score, one.parts) for one in _own_assessor().assess(works, signals)]


@cache
def _own_assessor() -> Assessor:
    return Assessor.of(*_own_wishes.get())
