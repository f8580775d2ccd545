"""Classifying: the week's entries become works, filed under topics and ranked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from weekly.models import Candidate, Entry, Kind, ScorePart, Week, Work
from weekly.select.choose import choose
from weekly.select.cluster import cluster
from weekly.select.rank import rank
from weekly.select.regroup import regrouped
from weekly.select.titles import title_key
from weekly.stages import Progress, no_progress
from weekly.stages.assess import ADDED, PUT_OFF, Assessor, assess, interests, refiled, selection_weights
from weekly.stages.funnel import week_funnel
from weekly.stages.model_topics import ask_model
from weekly.stages.signals import signals
from weekly.store.candidates import Funnel
from weekly.workspace import Workspace

SEEN = 20
"""Candidates for each card of an issue among which variety is looked for."""
VARIETY = "variety"
"""The part that says what variety did to a candidate; it adds nothing to the score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekWorks:
    """The works of a week: those that may enter the issue, and what became of the others."""

    entries: tuple[Entry, ...]
    """Of the week, with those carried over."""
    carried: tuple[Entry, ...]
    """Put off a week ago."""
    all: tuple[Work, ...]
    known: tuple[Work, ...]
    """Published before."""
    withdrawn: tuple[Work, ...]
    fresh: tuple[Work, ...]

    @property
    def funnel(self) -> Funnel:
        """How many they are, before anybody has ranked them."""
        return Funnel(
            fetched=len(self.entries),
            carried_over=len(self.carried),
            merged=len(self.entries) - len(self.all),
            already_published=len(self.known),
            withdrawn=len(self.withdrawn),
        )


def classify(workspace: Workspace, week: Week, progress: Progress = no_progress) -> Funnel:
    """Ranks what was collected for *week*, in the place of an earlier ranking; decisions of editors stay."""
    news = week_works(workspace, week)
    progress("classify", 0, len(news.fresh))
    ranked = _varied(workspace, _as_decided(workspace, week, _ranking(workspace, week, news.fresh, progress)))
    progress("classify", len(ranked), len(ranked))
    store = workspace.store
    with store.write() as tx:
        added = len(ranked) - len(news.fresh)
        tx.candidates.replace(week, ranked)
        tx.candidates.set_funnel(week, replace(news.funnel, candidates=len(ranked), added=added))
        return week_funnel(tx, week)


def _as_decided(workspace: Workspace, week: Week, ranked: Sequence[Candidate]) -> list[Candidate]:
    """*ranked* with what editors have said: what they put off a week ago, filed elsewhere, added by themselves."""
    with workspace.store.read() as tx:
        put_off = frozenset(key for one in tx.candidates.put_off(week.shift(-1)) for key in one.work.keys)
        before = [one for one in tx.candidates.ranking(week) if any(part.name == ADDED for part in one.parts)]
        filed = {card: topic for (place, card), topic in tx.reviews.moves().items() if place == str(week)}
    added = {one.work.id: one for one in before}
    made = []
    for one in ranked:
        marks = [part for part in added[one.work.id].parts if part.name == ADDED] if one.work.id in added else []
        if not put_off.isdisjoint(one.work.keys):
            marks.append(ScorePart(name=PUT_OFF, value=0.0, reason=f"put off in {week.shift(-1)}"))
        marked = replace(one, parts=(*marks, *one.parts)) if marks else one
        made.append(refiled(marked, filed[one.work.id], "an editor") if one.work.id in filed else marked)
    known = frozenset(key for one in made for key in one.work.keys) if before else frozenset()
    return [*made, *(one for one in before if known.isdisjoint(one.work.keys))]


def _varied(workspace: Workspace, ranked: Sequence[Candidate]) -> list[Candidate]:
    """*ranked* with a word on those that an issue passes over, or moves, for the sake of variety."""
    settings = workspace.settings
    items = settings.newsletter.items
    said = choose(ranked[: SEEN * items], count=items, caps=settings.caps).reasons
    return [
        replace(one, parts=(*one.parts, ScorePart(name=VARIETY, value=0.0, reason=said[one.work.id])))
        if one.work.id in said
        else one
        for one in ranked
    ]


def week_works(workspace: Workspace, week: Week) -> WeekWorks:
    """What was collected, or put off a week ago: one work for each thing, the new ones told from the others."""
    store = workspace.store
    with store.read() as tx:
        put_off = [entry for one in tx.candidates.put_off(week.shift(-1)) for entry in one.work.entries]
        carried = tx.entries.with_newest_stars(put_off)
        known_entries = {(entry.source, entry.key): entry for entry in (*carried, *tx.entries.of(week))}
        regroupings = tx.reviews.regroupings(week)
    entries = [*known_entries.values()]
    works = regrouped(cluster(entries), regroupings)
    named = (key for work in works for key in known_keys(work) | work.claims)
    with store.read() as tx:
        published = tx.published_works.publications(named, but=week).keys()
        claimed = tx.candidates.published_claims(but=week)
    known = [work for work in works if _is_published(work, published, claimed)]
    before = {work.id for work in known}
    unpublished = [work for work in works if work.id not in before]
    return WeekWorks(
        entries=tuple(entries),
        carried=tuple(carried),
        all=tuple(works),
        known=tuple(known),
        withdrawn=tuple(work for work in unpublished if work.lead.withdrawn),
        fresh=tuple(work for work in unpublished if not work.lead.withdrawn),
    )


def known_keys(work: Work) -> frozenset[str]:
    """Under what the work may have been published; a paper also under its title, as in pages written by hand."""
    title = title_key(work.lead.title) if work.lead.kind is Kind.PAPER else ""
    return work.keys | {title} if title else work.keys


def _is_published(work: Work, published: Collection[str], claimed: Collection[str]) -> bool:
    """Whether it, the paper that a repository belongs to, or the paper that named the repository was published."""
    if not known_keys(work).isdisjoint(published):
        return True
    return work.lead.kind is not Kind.PAPER and not (
        work.claims.isdisjoint(published) and work.keys.isdisjoint(claimed)
    )


def _ranking(workspace: Workspace, week: Week, works: Sequence[Work], progress: Progress) -> list[Candidate]:
    """*works* with their topics and scores, best first; those of unsure topic again when the model has been asked."""
    settings, root = workspace.settings, workspace.root
    known = signals(workspace, week, works)
    candidates = assess(settings, root, works, known, progress)
    weights = selection_weights(root, interests(settings))
    ranked = rank(candidates, weights)
    answers = ask_model(workspace, week, ranked, progress)
    if not answers:
        return ranked
    assessor = Assessor.of(settings, root)
    again = (
        assessor.weigh(candidate.work, answers[candidate.work.id], known) if candidate.work.id in answers else candidate
        for candidate in candidates
    )
    return rank(again, weights)
