"""Learning: weights from labelled lines, from what was published and from what editors decided.

The weights go into the workspace, and only if they do better on sources that were left out of learning. Needs
scikit-learn: `pip install 'weekly-digest[learn]'`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from weekly import files, formats
from weekly.archive.folder import Archive
from weekly.classify import Classifier, shares
from weekly.classify.examples import LabelledEntry, fingerprint, read_example
from weekly.errors import ParseError
from weekly.formats.collection import Collection
from weekly.learning.house import learn_house
from weekly.learning.imported import imported_works
from weekly.learning.selection import LabelledWork, choice, learn_selection, single_entry_work
from weekly.learning.topics import TrainingResult, learn
from weekly.models import Candidate, Entry, Kind, Status, Week
from weekly.render.paths import page_path
from weekly.select.house import FILE as HOUSE_FILE
from weekly.select.selection_weights import load_selection_weights
from weekly.settings import Topic
from weekly.stages.assess import SELECTION, TOPICS, classifier
from weekly.workspace import Workspace

BEFORE = ".before"
"""What the name of a file of weights ends with that newer ones have replaced."""

Lines = Iterable[tuple[str, Mapping[str, Any]]]
"""Labelled lines, each with its place for messages: `FILE:12`."""


def learn_topics(workspace: Workspace, lines: Lines = (), *, dry_run: bool = False) -> TrainingResult:
    """Learns where works belong: from *lines*, published issues, editors' moves and the pages of the topics.

    Raises ParseError, naming the place, for a line without title or topic, or for old weights that cannot be read.
    """
    own = workspace.root / ".weekly" / TOPICS
    labelled = [*(read_example(line, place) for place, line in lines), *_issue_topics(workspace), *_on_pages(workspace)]
    examples = {fingerprint(example.entry): example for example in reversed(labelled)}
    topics = workspace.settings.topics
    known = {topic.slug for topic in topics}
    outcome = learn([example for example in reversed(examples.values()) if example.topic in known], topics, shares(own))
    return _write_weights(own, outcome, dry_run=dry_run)


def learn_picks(workspace: Workspace, lines: Lines = (), *, dry_run: bool = False) -> TrainingResult:
    """Learns what gets picked: from *lines*, and from what editors took and passed over.

    Raises ParseError, naming the place, for a line without title or `picked`, or for old weights that cannot be read.
    """
    own = workspace.root / ".weekly" / SELECTION
    known = classifier(workspace.settings, workspace.root)
    choices = [*_read(lines, known), *_decisions(workspace)]
    old = load_selection_weights(own, workspace.settings.crowd)
    return _write_weights(own, learn_selection(choices, replace(old, house=None)), dry_run=dry_run)


def learn_published(workspace: Workspace, *, dry_run: bool = False) -> TrainingResult:
    """Learns what the house likes from what it has published, imported issues and pages among it.

    Abstracts of imported papers are asked of arXiv by their ids; what has none, or cannot be had, teaches nothing.
    """
    own = workspace.root / ".weekly" / SELECTION
    known = classifier(workspace.settings, workspace.root)
    imported, told = imported_works(workspace)
    filed = zip(imported, known.classify([one.work.lead for one in imported]), strict=True)
    choices = [*_decisions(workspace), *(replace(one, topics=topics) for one, topics in filed)]
    old = replace(load_selection_weights(own, workspace.settings.crowd), house=None)
    outcome = learn_house(choices, old, crowd=workspace.settings.crowd == "ai" and not own.exists())
    outcome = replace(outcome, report="\n".join([*told, outcome.report]))
    return _write_weights(own.with_name(HOUSE_FILE), outcome, dry_run=dry_run)


def take_back(workspace: Workspace, name: str) -> bool:
    """Puts what was learned before in the place of *name* below .weekly/; False where there was nothing to undo."""
    path = workspace.root / ".weekly" / name
    before = path.with_name(path.name + BEFORE)
    if before.exists():
        before.replace(path)
        return True
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _write_weights(path: Path, outcome: TrainingResult, *, dry_run: bool = False) -> TrainingResult:
    """*outcome*, its weights written to *path* where there are any; what stood there is kept beside it."""
    if dry_run:
        return replace(outcome, report=f"{outcome.report}\n(a dry run: nothing is written)")
    if outcome.content is not None:
        if path.exists():
            files.replace(path.with_name(path.name + BEFORE), path.read_bytes())
        files.replace(path, outcome.content)
    return outcome


def _read(lines: Lines, known: Classifier) -> Iterator[LabelledWork]:
    for place, line in lines:
        bare = choice(line, (), place)
        yield replace(bare, topics=known.classify([bare.work.lead])[0])


def _issue_topics(workspace: Workspace) -> Iterator[LabelledEntry]:
    """Cards of published issues under the topic that they were published under, and those that editors moved."""
    with workspace.store.read() as tx:
        issues, moves = tx.issues.all(), tx.reviews.moves()
    for issue in issues:
        for card in issue.draft.cards:
            candidate = _candidate(workspace, issue.week, card.id)
            entry = (
                candidate.work.lead
                if candidate
                else Entry(source="archive", key=card.id, kind=card.kind, title=card.title, url="", text=card.summary)
            )
            yield LabelledEntry(entry=entry, topic=card.topic, source=issue.week)
    for (week, identifier), topic in moves.items():
        if candidate := _candidate(workspace, week, identifier):
            yield LabelledEntry(entry=candidate.work.lead, topic=topic, source=week)


def _candidate(workspace: Workspace, week: str, identifier: str) -> Candidate | None:
    with workspace.store.read() as tx:
        return tx.candidates.find(Week.parse(week), identifier)


def _on_pages(workspace: Workspace) -> Iterator[LabelledEntry]:
    """The entries of the collections that topics grow, those written by hand among them."""
    for topic in workspace.settings.topics:
        if topic.collection:
            yield from _of_collection(workspace, topic)


def _of_collection(workspace: Workspace, topic: Topic) -> Iterator[LabelledEntry]:
    path = page_path(topic.collection, "collections")
    try:
        page = formats.parse(Archive(workspace.archive).read(path), "collection")
    except ParseError:
        return
    assert isinstance(page, Collection)  # noqa: S101 - what that format parses to
    for one in page.entries:
        if one.title and one.sections:
            text = "\n".join([one.intro, *(section.body for section in one.sections)])
            entry = Entry(source="archive", key=one.title, kind=Kind.PAPER, title=one.title, url="", text=text)
            yield LabelledEntry(entry=entry, topic=topic.slug, source=path)


def _decisions(workspace: Workspace) -> Iterator[LabelledWork]:
    """Every paper of the weeks that editors are done with, and in other weeks those that they decided about."""
    with workspace.store.read() as tx:
        published = {issue.week: {card.id for card in issue.draft.cards} for issue in tx.issues.all()}
        weeks = tx.candidates.weeks()
    for week in weeks:
        with workspace.store.read() as tx:
            ranking = tx.candidates.ranking(Week.parse(week))
        for candidate in ranking:
            picked = _pick(candidate, published.get(week))
            # In pruned weeks only the best have kept their texts; the others would teach that texts are liked.
            if candidate.work.lead.kind is Kind.PAPER and candidate.work.lead.text and picked is not None:
                work = single_entry_work(candidate.work.lead)
                yield LabelledWork(work=work, topics=candidate.topics, picked=picked, source=week)


def _pick(candidate: Candidate, published: set[str] | None) -> bool | None:
    """Whether it was taken; None for what nobody has decided, or put off."""
    if published is not None and candidate.status in {Status.PENDING, Status.ACCEPTED}:
        return candidate.work.id in published
    return {Status.ACCEPTED: True, Status.REJECTED: False}.get(candidate.status)
