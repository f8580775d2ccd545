"""Drafting: the best candidates become cards, the cards an issue for the editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from weekly.drafting import Drafter, OpeningDrafter
from weekly.drafting.context import DraftingContext
from weekly.drafting.glossary import glossary, own_glossary
from weekly.drafting.issue import compose
from weekly.drafting.picture_decoding import UnfitPicture
from weekly.drafting.pictures import Pictures
from weekly.drafting.plain_card import card_or_plain
from weekly.drafting.plugin_drafter import plugin_drafter
from weekly.errors import StageError
from weekly.models import Candidate, Card, Picture, Status, Week
from weekly.net.client import RequestPolicy
from weekly.plugins import parts
from weekly.select.choose import choose
from weekly.sources.arxiv_gate import GATE, throttling
from weekly.stages import Progress, no_progress
from weekly.stages.assess import UNFILED
from weekly.store.drafts import MACHINE, Revision
from weekly.store.ports import StoreUsage
from weekly.text.vocabulary import vocabulary
from weekly.workspace import Workspace

OURS = ("model", "extract")
"""The drafters that come with the package; one that a plugin brings goes before them."""


def draft(workspace: Workspace, week: Week, progress: Progress = no_progress) -> Revision:
    """The draft of *week* for an editor to review.

    The machine's draft is replaced by a new revision when there is something new; a draft that a person has edited
    is left alone. Raises StageError, with the reason, when there is nothing to draft.
    """
    store = workspace.store
    with store.read() as tx:
        current, published = tx.drafts.find(week), tx.issues.has(week)
    if published and current is not None:
        return current
    if current is not None and current.author != MACHINE:
        return current
    chosen = select(workspace, week)
    if not chosen:
        raise StageError(reason_for_nothing(workspace, week))
    writer = drafter(workspace, str(week))
    cards = _cards(writer, chosen, progress)
    templates = workspace.environment
    opening = writer.opening(cards) if isinstance(writer, OpeningDrafter) else None
    cover, missing = _cover(workspace)
    made = compose(week, cards, cover, workspace.settings, templates, opening)
    unfiled = dict.fromkeys(part.reason for one in chosen for part in one.parts if part.name == UNFILED)
    made, now = replace(made, notes=(*made.notes, *missing, *unfiled)), workspace.now()
    with store.write() as tx:
        return tx.drafts.add(made, MACHINE, now)


def _cards(writer: Drafter, chosen: Sequence[Candidate], progress: Progress) -> list[Card]:
    """The cards, in the order of the candidates, as many at a time as the drafter can."""
    cards = []
    with ThreadPoolExecutor(max_workers=writer.at_once) as pool:
        for done, card in enumerate(pool.map(partial(card_or_plain, writer), chosen), 1):
            cards.append(card)
            progress("draft", done, len(chosen))
    return cards


def select(workspace: Workspace, week: Week) -> Sequence[Candidate]:
    """The candidates that make the issue: what editors accepted, then the best of what they have not decided."""
    with workspace.store.read() as tx:
        candidates = tx.candidates.ranking(week, limit=2000)
    accepted = [candidate for candidate in candidates if candidate.status is Status.ACCEPTED]
    pending = [candidate for candidate in candidates if candidate.status is Status.PENDING]
    room = max(0, workspace.settings.newsletter.items - len(accepted))
    return [*accepted, *choose(pending, count=room, caps=workspace.settings.caps).taken]


def reason_for_nothing(workspace: Workspace, week: Week) -> str:
    """Why a week has nothing to draft, in one line."""
    with workspace.store.read() as tx:
        health, funnel, entries = tx.source_runs.health(week), tx.candidates.funnel(week), tx.entries.count(week)
    if not health:
        return f"{week} has not been collected: run 'weekly collect --week {week}' first"
    if not funnel.fetched and entries:
        return f"{week} has not been classified: run 'weekly classify --week {week}' first"
    verdicts = ", ".join(f"{source.source} {source.verdict}" for source in health)
    counts = f"{funnel.fetched} fetched, {funnel.already_published} published before, {funnel.candidates} candidates"
    return f"{week} has nothing to draft ({counts}; {verdicts}): see 'weekly health --week {week}'"


def pictures(workspace: Workspace) -> Pictures:
    """Where pictures wait until they are published."""
    return Pictures(workspace.root / ".weekly" / "pictures")


def drafter(workspace: Workspace, account: str, *, fetches: bool = True) -> Drafter:
    """The drafter: one that a plugin brings, else the model's where there is one, else the extracting one."""
    context = drafting_context(workspace, account, fetches=fetches)
    creates: dict[str, Callable[[], Drafter | None]] = {
        name: partial(create, replace(context, section=context.settings.section("drafters", name)))
        for name, create in parts("drafters")
    }
    ours = next(filter(None, (creates.pop(name)() for name in OURS)))
    seconds = workspace.settings.plugins.seconds
    theirs = (plugin_drafter(name, create, ours, seconds) for name, create in creates.items() if name not in OURS)
    return next(filter(None, theirs), ours)


def drafting_context(workspace: Workspace, account: str, *, fetches: bool = True) -> DraftingContext:
    """What a drafter works with; a model's costs are booked under *account*."""
    settings = workspace.settings
    policy = RequestPolicy(gate=GATE, pace=settings.sources.arxiv.pace, throttling=throttling, tries=3)
    return DraftingContext(
        settings=settings,
        root=workspace.root,
        client=workspace.client,
        now=workspace.now,
        templates=workspace.environment,
        pictures=pictures(workspace) if fetches else None,
        arxiv=workspace.client.fetcher("arxiv pages", policy) if fetches else None,
        web=workspace.client.fetcher("web pages", RequestPolicy(tries=2)) if fetches else None,
        glossary=glossary(workspace.root),
        own_glossary=own_glossary(workspace.root),
        evergreen=fetches,
        usage=StoreUsage(workspace.store),
        account=account,
    )


def _cover(workspace: Workspace) -> tuple[Picture | None, tuple[str, ...]]:
    """The cover, and a note where one is wanted and cannot be had."""
    newsletter = workspace.settings.newsletter
    if not newsletter.cover:
        return None, ()
    alt = vocabulary(newsletter.language).cover % (newsletter.cover_credit or newsletter.title)
    try:
        return pictures(workspace).fetch(workspace.client.fetcher("cover"), newsletter.cover, alt), ()
    except UnfitPicture as unfit:
        return None, (f"the cover: {unfit}",)
