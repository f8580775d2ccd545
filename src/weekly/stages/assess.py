"""Assessing works: each is filed under topics and weighed, in further processes where there are very many."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

from weekly.classify import Classifier
from weekly.models import Candidate, Part, TopicScore, Work
from weekly.plugins import parts
from weekly.select.learned import Learned, learned
from weekly.select.rank import NOTHING, Signals, Taste, weighed
from weekly.settings import Settings, Topic
from weekly.stages import Progress, silent

TOPICS, SELECTION = "topics.weights", "selection.weights"
"""What `weekly learn` writes below .weekly/."""
BATCH = 250
MANY = 10_000
"""Works from which further processes are worth their start, about a second each."""
PROCESSES = 3
"""At most so many: each keeps its own copy of the weights, about 100 MB."""

_SERVE = [sys.executable, "-P", "-c", "from weekly.stages.assess import serve; serve()"]
"""-P: a file of the folder that the owner stands in is nothing to import."""


@dataclass(frozen=True, slots=True)
class Assessor:
    """Files and weighs works as a newsletter wants it."""

    files: Classifier
    weights: Learned
    taste: Taste

    @classmethod
    def of(cls, topics: Sequence[Topic], liking: Taste, root: Path) -> Self:
        """That of the workspace at *root*, with what was learned there."""
        return cls(classifier(topics, root), learned(root / ".weekly" / SELECTION), liking)

    def assess(self, works: Sequence[Work], signals: Mapping[str, Signals]) -> list[Candidate]:
        """*works* with topics, score and its parts, in their order."""
        filed = zip(works, self.files.classify([work.lead for work in works]), strict=True)
        return [self.weigh(work, topics, signals) for work, topics in filed]

    def weigh(self, work: Work, topics: tuple[TopicScore, ...], signals: Mapping[str, Signals]) -> Candidate:
        """*work* with its score, under topics that are known."""
        return weighed(work, topics, self.weights, self.taste, signals.get(work.id, NOTHING))


def classifier(topics: Sequence[Topic], root: Path) -> Classifier:
    """The classifier of the workspace at *root*; one that a plugin brings stands in for ours."""
    made = dict(parts("classifiers"))
    name = next((name for name in made if name != "default"), "default")
    found: Classifier = made[name](topics, root / ".weekly" / TOPICS)
    return found


def taste(settings: Settings) -> Taste:
    """What the owner looks out for."""
    wanted = settings.ranking
    return Taste(
        authors=frozenset(wanted.authors),
        institutions=frozenset(wanted.institutions),
        community=frozenset(f"feed:{name}" for name in wanted.community),
    )


def assess(
    settings: Settings,
    root: Path,
    works: Sequence[Work],
    signals: Mapping[str, Signals] | None = None,
    progress: Progress = silent,
) -> list[Candidate]:
    """*works* of the workspace at *root* with topics and scores, in their order; *signals* go by work id."""
    wishes, known = (settings.topics, taste(settings), root), signals or {}
    parts = [works[start : start + BATCH] for start in range(0, len(works), BATCH)]
    candidates: list[Candidate] = []
    processes = min(os.cpu_count() or 1, PROCESSES) if len(works) >= MANY else 1
    for part in _in_processes(processes, wishes, parts, known) if processes > 1 else _in_this(wishes, parts, known):
        candidates += part
        progress("classify", len(candidates), len(works))
    return candidates


_Wishes = tuple[Sequence[Topic], Taste, Path]
_Verdict = tuple[tuple[TopicScore, ...], float, tuple[Part, ...]]


def _in_this(
    wishes: _Wishes, parts: Sequence[Sequence[Work]], signals: Mapping[str, Signals]
) -> Iterator[list[Candidate]]:
    assessor = Assessor.of(*wishes)
    for part in parts:
        yield assessor.assess(part, signals)


def _in_processes(
    count: int, wishes: _Wishes, parts: Sequence[Sequence[Work]], signals: Mapping[str, Signals]
) -> Iterator[list[Candidate]]:
    with ExitStack() as stack:
        free: SimpleQueue[_Process] = SimpleQueue()
        for _ in range(count):
            free.put(stack.enter_context(_Process(wishes)))
        threads = stack.enter_context(ThreadPoolExecutor(count))

        def assess_part(part: Sequence[Work]) -> list[Candidate]:
            process = free.get()
            try:
                return process.assess(part, {work.id: signals[work.id] for work in part if work.id in signals})
            finally:
                free.put(process)

        yield from threads.map(assess_part, parts)


class _Process:
    """Another process that assesses; where it ends too early, this one does its work."""

    def __init__(self, wishes: _Wishes) -> None:
        self._wishes = wishes
        self._process = subprocess.Popen(_SERVE, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - fixed
        self._assessor: Assessor | None = None
        self._begun = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()  # it keeps nothing
        self._process.communicate()

    def assess(self, works: Sequence[Work], signals: Mapping[str, Signals]) -> list[Candidate]:
        if self._assessor is None:
            try:
                return self._ask(works, signals)
            except (OSError, EOFError, pickle.UnpicklingError):
                self._assessor = Assessor.of(*self._wishes)
        return self._assessor.assess(works, signals)

    def _ask(self, works: Sequence[Work], signals: Mapping[str, Signals]) -> list[Candidate]:
        to, back = self._process.stdin, self._process.stdout
        assert to is not None
        assert back is not None
        for message in ((works, signals),) if self._begun else (self._wishes, (works, signals)):
            pickle.dump(message, to)
        self._begun = True
        to.flush()
        verdicts: list[_Verdict] = pickle.load(back)  # noqa: S301 - our own process wrote it
        return [
            Candidate(work=work, topics=topics, score=score, parts=parts)
            for work, (topics, score, parts) in zip(works, verdicts, strict=True)
        ]


def serve() -> None:
    """What such a process does: answers on standard output what it is asked on standard input, until that is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks; its end closes the input
    gc.set_threshold(100_000, 20, 20)  # what an answer is made of holds no circle; a plugin's might
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a plugin that prints does not disturb the answers
    assessor: Assessor | None = None
    while (message := _read(sys.stdin.buffer)) is not None:
        if assessor is None:
            assessor = Assessor.of(*message)
            continue
        verdicts = [(one.topics, one.score, one.parts) for one in assessor.assess(*message)]
        pickle.dump(verdicts, answers)
        answers.flush()


def _read(source: Any) -> Any:
    try:
        return pickle.load(source)  # noqa: S301 - the process that started this one wrote it
    except EOFError:
        return None
