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
from functools import cache, partial
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Self

from weekly.classify import Classifier
from weekly.classify.plugin_classifier import PluginClassifier
from weekly.models import Candidate, ScorePart, TopicScore, Work
from weekly.plugins import parts
from weekly.select.rank import NOTHING, SPOKEN, Interests, Signals, score_work
from weekly.select.selection_weights import SelectionWeights, load_selection_weights
from weekly.settings import Settings, Topic
from weekly.stages import Progress, no_progress

TOPICS, SELECTION = "topics.weights", "selection.weights"
"""What `weekly learn` writes below .weekly/."""
ADDED = "added"
"""The part of a score that names who added a candidate that no source brought: classifying again keeps it."""
UNFILED = "classifier"
"""The part of a score that says what kept a plugin's classifier from filing the work; it adds nothing."""
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
    def of(cls, settings: Settings, root: Path) -> Self:
        """That of the workspace at *root*, with what was learned there."""
        return cls.as_wished(_wishes(settings, root))

    @classmethod
    def as_wished(cls, wishes: _Wishes) -> Self:
        """The same, in this or a further process."""
        return cls(_classifier(wishes), selection_weights(wishes.root, wishes.interests), wishes.interests)

    def assess(
        self, works: Sequence[Work], signals: Mapping[str, Signals], *, telling: bool = False
    ) -> list[Candidate]:
        """*works* with topics, score and its parts, in their order; with *telling* the words are named."""
        filed = zip(works, self.files.classify([work.lead for work in works]), strict=True)
        made = [self.weigh(work, topics, signals, telling=telling) for work, topics in filed]
        if not (isinstance(self.files, PluginClassifier) and self.files.loss):
            return made
        loss = ScorePart(name=UNFILED, value=0.0, reason=self.files.loss)
        return [replace(candidate, parts=(*candidate.parts, loss)) for candidate in made]

    def weigh(
        self, work: Work, topics: tuple[TopicScore, ...], signals: Mapping[str, Signals], *, telling: bool = False
    ) -> Candidate:
        """*work* with its score, under topics that are known."""
        return score_work(work, topics, self.weights, self.interests, signals.get(work.id, NOTHING), telling=telling)


def selection_weights(root: Path, interests: Interests) -> SelectionWeights:
    """What the workspace at *root* has learned of papers that get picked, else what comes with the package."""
    return load_selection_weights(root / ".weekly" / SELECTION, interests.crowd)


def classifier(settings: Settings, root: Path) -> Classifier:
    """The classifier of the workspace at *root*; one that a plugin brings is asked before ours."""
    return _classifier(_wishes(settings, root))


def _classifier(wishes: _Wishes) -> Classifier:
    creates, given = dict(parts("classifiers")), (wishes.topics, wishes.root / ".weekly" / TOPICS)
    ours: Classifier = creates.pop("default")(*given)
    for name, create in creates.items():
        return PluginClassifier(name, partial(create, *given), ours, wishes.plugin_seconds)
    return ours


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
    wishes, known = _wishes(settings, root), signals or {}
    parts = [works[start : start + BATCH] for start in range(0, len(works), BATCH)]
    candidates: list[Candidate] = []
    processes = min(os.cpu_count() or 1, PROCESSES) if len(works) >= MANY else 1
    for part in _in_processes(processes, wishes, parts, known) if processes > 1 else _assess_here(wishes, parts, known):
        candidates += part
        progress("classify", len(candidates), len(works))
    return candidates


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wishes:
    """What an assessor is made of; further processes are told it."""

    topics: Sequence[Topic]
    interests: Interests
    root: Path
    plugin_seconds: float


def _wishes(settings: Settings, root: Path) -> _Wishes:
    seconds = settings.plugins.seconds
    return _Wishes(topics=settings.topics, interests=interests(settings), root=root, plugin_seconds=seconds)


_Verdict = tuple[tuple[TopicScore, ...], float, tuple[ScorePart, ...]]


def _assess_here(
    wishes: _Wishes, parts: Sequence[Sequence[Work]], signals: Mapping[str, Signals]
) -> Iterator[list[Candidate]]:
    assessor = Assessor.as_wished(wishes)
    for part in parts:
        yield assessor.assess(part, signals, telling=sum(map(len, parts)) <= SPOKEN)


def _in_processes(
    count: int, wishes: _Wishes, parts: Sequence[Sequence[Work]], signals: Mapping[str, Signals]
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


_own_wishes: ContextVar[_Wishes] = ContextVar("_own_wishes")
"""What a further process was started with."""


def _begin(wishes: _Wishes) -> None:
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
    return Assessor.as_wished(_own_wishes.get())
