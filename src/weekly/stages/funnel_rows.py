"""What stands behind each number of a week's funnel: works and entries by name, each with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from weekly.models import Entry, Omission, Status, Week, Work
from weekly.stages.assess import ADDED
from weekly.stages.classify import VARIETY, known_keys, week_works
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

MOST = 500
"""Rows of one list."""
LOST = ("outside", "unusable")
"""What sources showed and was not taken: steps before the first of the funnel."""
_ENDS = {
    Status.REJECTED: "rejected",
    Status.LATER: "put_off",
    Status.PENDING: "passed_over",
    Status.ACCEPTED: "passed_over",
}
"""The step at which a candidate ends that is no card."""
_OF_CANDIDATES = frozenset({"candidates", "added", "selected", *_ENDS.values()})


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelRow:
    """A work or an entry, and what became of it."""

    title: str
    url: str
    reason: str
    candidate: str = ""
    """Its id, where it is a candidate."""


def funnel_rows(workspace: Workspace, week: Week, step: str) -> list[FunnelRow]:
    """The first of those that *step* counts, a key of `STEPS` or of `LOST`, as things stand; none for another word."""
    if step in LOST:
        with workspace.store.read() as tx:
            return list(islice(_left_out(tx, week, unusable=step == "unusable"), MOST))
    if step in _OF_CANDIDATES:
        with workspace.store.read() as tx:
            return list(islice(_of_candidates(tx, week, step), MOST))
    return list(islice(_of_works(workspace, week, step), MOST))


def _left_out(tx: Transaction, week: Week, *, unusable: bool) -> Iterator[FunnelRow]:
    """What the last run of each source left out; what a run of another week has seen since is said there."""
    for source, at in tx.source_runs.latest(week).items():
        for row in tx.left_out.seen(source, at):
            if (row.omission is Omission.UNUSABLE) is unusable:
                yield FunnelRow(title=row.title or row.key, url=row.url, reason=f"{source}: {row.reason}")


def _of_candidates(tx: Transaction, week: Week, step: str) -> Iterator[FunnelRow]:
    revision = tx.drafts.find(week)
    cards = {card.id for card in revision.draft.cards} if revision else frozenset[str]()
    for place, one in enumerate(tx.candidates.ranking(week), 1):
        said = {part.name: part.reason for part in one.parts if part.name in {ADDED, VARIETY}}
        end = "selected" if one.work.id in cards else _ENDS[one.status]
        if step in {"candidates", end} or (step == "added" and ADDED in said):
            reason = "; ".join([f"place {place}", f"score {one.score:.2f}", *said.values()])
            lead = one.work.lead
            yield FunnelRow(title=lead.title, url=lead.url, reason=reason, candidate=one.work.id)


def _of_works(workspace: Workspace, week: Week, step: str) -> Iterator[FunnelRow]:
    works = week_works(workspace, week)
    if step == "fetched":
        yield from _of_entries(works.entries)
    elif step == "carried_over":
        yield from _of_entries(works.carried)
    elif step == "merged":
        for work in works.all:
            for entry in work.entries[1:]:
                reason = f"the same work as {work.lead.source} {work.lead.key}"
                yield FunnelRow(title=entry.title, url=entry.url, reason=reason)
    elif step == "already_published":
        yield from _published(workspace, week, works.known)
    elif step == "withdrawn":
        for work in works.withdrawn:
            yield FunnelRow(title=work.lead.title, url=work.lead.url, reason=work.lead.comment or "withdrawn")


def _of_entries(entries: Iterable[Entry]) -> Iterator[FunnelRow]:
    for entry in entries:
        yield FunnelRow(title=entry.title, url=entry.url, reason=f"{entry.source} {entry.key}")


def _published(workspace: Workspace, week: Week, works: Iterable[Work]) -> Iterator[FunnelRow]:
    keys = {work: known_keys(work) | work.claims for work in works}
    with workspace.store.read() as tx:
        places = tx.published_works.publications(frozenset[str]().union(*keys.values()), but=week)
    for work, names in keys.items():
        where = sorted({places[key] for key in names if key in places})
        reason = ", ".join(where) or "a paper that was published before names it as its own"
        yield FunnelRow(title=work.lead.title, url=work.lead.url, reason=reason)
