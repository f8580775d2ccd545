"""Merging candidates that are one work, and splitting one that is two."""

from __future__ import annotations

from dataclasses import replace

from weekly.drafting.links import links_of
from weekly.errors import StageError
from weekly.models import Candidate, Card, Entry, Evidence, Week, Work
from weekly.review.decide import DraftChange, change_draft, unknown_candidate, with_card
from weekly.select.identity import identities_in
from weekly.select.regroup import merged, parted
from weekly.stages.assess import Assessor
from weekly.workspace import Workspace


def merge(workspace: Workspace, week: Week, identifier: str, other: str, by: str) -> str:
    """Makes the candidate *other*, an id or an address, part of *identifier*; returns its id.

    The card, if there is one, keeps its text and gets the links and sources of the other. Raises StageError when
    there is no such candidate, or when it is the same.
    """

    def work_out(change: DraftChange) -> str:
        into, gone = change.candidate(identifier), _named(change, other)
        if gone.work.id == into.work.id:
            raise StageError("a candidate cannot be merged with itself: name another one")
        work = merged(into.work, gone.work)
        draft = change.revision.draft
        cards = tuple(card for card in draft.cards if card.id != gone.work.id)
        card = next((card for card in cards if card.id == identifier), None)
        draft = replace(draft, cards=cards)
        change.carry_out(
            with_card(draft, _of_work(card, work)) if card else draft,
            "merged",
            identifier,
            candidates={identifier: replace(into, work=work), gone.work.id: None},
            other=gone.work.id,
            what=gone.work.lead.title[:200],
        )
        return gone.work.id

    return change_draft(workspace, week, by, work_out)


def split(workspace: Workspace, week: Week, identifier: str, source: str, key: str, by: str) -> str:
    """Makes the entry of *source* and *key* a candidate of its own; returns the new candidate's id.

    Raises StageError when the candidate has no such entry besides the one that leads, or when it is the same thing.
    """

    def work_out(change: DraftChange) -> str:
        candidate = change.candidate(identifier)
        parts = parted(candidate.work, source, key)
        if parts is None:
            raise StageError(f"{source} {key[:80]!r} cannot be split off: it leads, is not there, or is the same thing")
        rest, new = parts
        draft = change.revision.draft
        card = next((card for card in draft.cards if card.id == identifier), None)
        change.carry_out(
            with_card(draft, _of_work(card, rest)) if card else draft,
            "split",
            identifier,
            candidates={identifier: replace(candidate, work=rest), new.id: _assessed(workspace, new)},
            entry=[source, key],
            what=new.lead.title[:200],
        )
        return new.id

    return change_draft(workspace, week, by, work_out)


def find_source(workspace: Workspace, week: Week, identifier: str, address: str) -> Entry:
    """The entry with that *address* of a candidate, the leading one excepted; raises StageError when there is none."""
    with workspace.store.read() as tx:
        candidate = tx.candidates.find(week, identifier)
    if candidate is None:
        raise unknown_candidate(week, identifier)
    entry = next((one for one in candidate.work.entries[1:] if one.url == address), None)
    if entry is None:
        raise StageError(f"{identifier} has no other source at {address!r}: see 'also' in 'weekly candidates --json'")
    return entry


def _named(change: DraftChange, text: str) -> Candidate:
    """The candidate that *text* names by its id or by an address or identity of its."""
    with change.workspace.store.read() as tx:
        if candidate := tx.candidates.find(change.week, text.strip()):
            return candidate
        keys = identities_in(text)
        known = (one for one in tx.candidates.ranking(change.week) if keys & one.work.keys) if keys else iter(())
        candidate = next(known, None)
    if candidate is None:
        raise StageError(f"{change.week} has no candidate {text[:80]!r}: paste its address or its id")
    return candidate


def _assessed(workspace: Workspace, work: Work) -> Candidate:
    return Assessor.of(workspace.settings, workspace.root).assess([work], {})[0]


def _of_work(card: Card, work: Work) -> Card:
    """*card* with the identities, links and sources that the work has now; what was gathered elsewhere stays."""
    known = {link.url for link in card.links}
    links = (*card.links, *(link for link in links_of(work) if link.url not in known))
    quotes = {(one.quote, one.url) for one in card.gathered}
    texts = [one for entry in work.entries for one in _texts(entry) if (one.quote, one.url) not in quotes]
    return replace(card, keys=tuple(sorted(work.keys)), links=links, gathered=(*card.gathered, *texts))


def _texts(entry: Entry) -> list[Evidence]:
    parts = {
        "title": entry.title,
        "abstract": entry.text,
        "comment": entry.comment,
        "authors": ", ".join(entry.authors),
    }
    return [Evidence(quote=text, url=entry.url, origin=origin) for origin, text in parts.items() if text]
