"""What became of an entry, and at which stage: read from what the stages left behind, nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from weekly.models import Candidate, Status, Week, Work
from weekly.select.cluster import cluster
from weekly.select.identity import identities_in, keys
from weekly.store.entries import StoredEntry, Update
from weekly.workspace import Workspace

NOT_COLLECTED = "not collected"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOutcome:
    """What became of one work in one week."""

    week: str
    id: str
    title: str
    stage: str
    """The last stage it got to: collected, already published, withdrawn, candidate, rejected, later, selected, …"""
    said: tuple[str, ...]
    """How it got there, a line for each stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is known of what was asked about."""

    id: str
    stage: str
    """The furthest stage of all weeks."""
    fates: tuple[WorkOutcome, ...] = ()
    updates: tuple[Update, ...] = ()
    notes: tuple[str, ...] = field(default=())


def why(workspace: Workspace, text: str) -> Explanation:
    """What became of the entry that *text* names: an arXiv id, owner/name, an address, or a source's own key."""
    sought = identities_in(text)
    name = text.strip()
    needle = max((key.partition(":")[2] for key in sought), key=len, default=name)
    with workspace.store.read() as tx:
        entries = tx.entries.matches({name, name.lower(), needle}, needle.partition("@")[0])
        left_out = tx.left_out.matches({name, name.lower(), needle}, needle)
    # A key that its source used for several things has more behind it.
    mine = [
        kept
        for kept in entries
        if kept.entry.key in {name, name.lower()} or kept.entry.key.startswith(f"{name} ") or keys(kept.entry) & sought
    ]
    if not mine and left_out:
        said = tuple(f"{one.source} showed {one.title or one.key!r}: {one.omission}: {one.reason}" for one in left_out)
        return Explanation(id=name, stage=left_out[0].omission.value, notes=said)
    if not mine:
        return Explanation(id=name, stage=NOT_COLLECTED, notes=(_never(workspace, sought, entries),))
    fates = [
        fate
        for week in sorted({kept.week for kept in mine})
        for fate in _work_outcomes(workspace, Week.parse(week), mine)
    ]
    with workspace.store.read() as tx:
        updates = tx.entries.updates(keys=sorted({kept.entry.key for kept in mine}))
    return Explanation(id=fates[-1].id, stage=fates[-1].stage, fates=tuple(fates), updates=tuple(updates))


def _never(workspace: Workspace, sought: frozenset[str], entries: Sequence[StoredEntry]) -> str:
    with workspace.store.read() as tx:
        published = tx.published_works.publications(sought)
    if published:
        return f"no source gave it, but it counts as published: {', '.join(sorted(set(published.values())))}"
    if entries:
        return f"no source gave it; {len(entries)} entries mention it, such as {entries[0].entry.url}"
    return "no source gave it: 'weekly health --week W' tells what was read, and how"


def _work_outcomes(workspace: Workspace, week: Week, mine: Sequence[StoredEntry]) -> list[WorkOutcome]:
    own = frozenset().union(*(keys(kept.entry) for kept in mine if kept.week == str(week)))
    with workspace.store.read() as tx:
        entries = tx.entries.of(week)
    works = [work for work in cluster(entries) if work.keys & own]
    return [_work_outcome(workspace, week, work, [kept for kept in mine if kept.week == str(week)]) for work in works]


def _work_outcome(workspace: Workspace, week: Week, work: Work, mine: Sequence[StoredEntry]) -> WorkOutcome:
    facts = [
        f"collected {kept.seen_at:%Y-%m-%d %H:%M} UTC from {kept.entry.source} as {kept.entry.key}"
        + (f", version {kept.entry.version}" if kept.entry.version else "")
        + (f", {kept.entry.votes:,} votes" if kept.entry.votes is not None else "")
        + (", picked there" if kept.entry.picked else "")
        + (f"; late: {kept.entry.late}" if kept.entry.late else "")
        + (f"; that way could not tell {', '.join(kept.entry.unknown)}" if kept.entry.unknown else "")
        for kept in mine
    ]
    if len(work.entries) > 1:
        others = ", ".join(f"{entry.source} {entry.url}" for entry in work.entries)
        facts.append(f"{len(work.entries)} entries are one work, {work.id}: {others}")
    stage, more = _end(workspace, week, work)
    return WorkOutcome(week=str(week), id=work.id, title=work.lead.title, stage=stage, said=(*facts, *more))


def _end(workspace: Workspace, week: Week, work: Work) -> tuple[str, list[str]]:
    """The last stage and the lines about the stages after collecting."""
    with workspace.store.read() as tx:
        ranked, issue, revision = tx.candidates.ranking(week), tx.issues.find(week), tx.drafts.find(week)
    place = next((place for place, one in enumerate(ranked, 1) if one.work.keys & work.keys), 0)
    if not place:
        return _left_out(workspace, week, work, classified=bool(ranked))
    candidate = ranked[place - 1]
    facts = [f"candidate {place} of {len(ranked)}: {_score(candidate)}"]
    if candidate.status is not Status.PENDING:
        facts.append(f"the editor's decision: {candidate.status}")
    if issue is not None and any(set(card.keys) & work.keys for card in issue.draft.cards):
        return "published", [*facts, f"published in issue No. {issue.number}, approved by {issue.approved_by}"]
    if revision is not None and any(set(card.keys) & work.keys for card in revision.draft.cards):
        return "selected", [*facts, f"a card of draft v{revision.number}"]
    if candidate.status in {Status.REJECTED, Status.LATER}:
        return candidate.status.value, facts
    if revision is not None:
        facts.append(f"not among the {len(revision.draft.cards)} cards of draft v{revision.number}")
    return "candidate", facts


def _left_out(workspace: Workspace, week: Week, work: Work, *, classified: bool) -> tuple[str, list[str]]:
    with workspace.store.read() as tx:
        published = tx.published_works.publications(work.keys | work.claims, but=week)
        claims = tx.candidates.published_claims(but=week)
    if published:
        return "already published", [f"published before: {', '.join(sorted(set(published.values())))}"]
    if work.keys & claims:
        return "already published", ["a paper that was published before names it as its own"]
    if work.lead.withdrawn:
        return "withdrawn", ["withdrawn by its authors: no candidate"]
    if classified:
        return "collected", [f"collected after {week} was classified: run 'weekly classify --week {week}' again"]
    return "collected", [f"{week} has not been classified: run 'weekly classify --week {week}'"]


def _score(candidate: Candidate) -> str:
    parts = ", ".join(f"{part.name} {part.value:+.2f}" for part in candidate.parts)
    return f"score {candidate.score:.2f} ({parts}), topic {candidate.topic}"
