"""Checks of the week that an issue is about: whether it is over, was read whole, and brought what is news."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from rapidfuzz import fuzz

from weekly.checks.context import CheckContext, PublishedUpdate
from weekly.models import Finding, Kind, Level, SourceHealth, Verdict, Week

UNWHOLE = frozenset({Verdict.DOWN, Verdict.THROTTLED, Verdict.PARTIAL, Verdict.SUSPICIOUS})
MAJOR = 0.2
"""Share of the entries from which on a source is missed."""
_ALIKE = 80
"""rapidfuzz's token_set_ratio below which a later version has another title."""
_REVISED = re.compile(
    r"(?i)\b(?:major|substantial\w*|significant\w*|complete\w*) (?:\w+ )?"
    r"(?:revis|chang|rewrit|extend|extension|updat|correct)"
    r"|\berrat|\bcorrigend|\b(?:an? )?error (?:was|in)|\bfixed? (?:an? )?(?:error|mistake|bug)|\bretract"
)
"""What authors write of a version that says something else than the one before."""


def incomplete(context: CheckContext) -> Iterator[Finding]:
    """Sources that were not read whole; one that usually brings much of the week blocks.

    What a recording lacks cannot be collected again, and whoever replays it knows: it warns.
    """
    for source in context.health:
        if source.verdict in UNWHOLE:
            share = context.usual_shares.get(source.source, 0.0)
            usually = f", which usually brings {share:.0%} of the entries," if context.usual_shares else ""
            message = (
                f"{source.source}{usually} is {source.verdict.value}{_detail(source)}: "
                "run 'weekly run' for the week again, or say why the issue is whole enough"
            )
            blocks = share >= MAJOR and not context.settings.http.replay
            level = Level.BLOCK if blocks else Level.WARN
            yield Finding(check="incomplete", level=level, card="", message=message)


def _detail(source: SourceHealth) -> str:
    return f" ({source.detail[:160]})" if source.detail else ""


def unfinished(context: CheckContext) -> Iterator[Finding]:
    """A week that is not over: what is still to come would be missing from its issue."""
    week = Week.parse(context.draft.week)
    end = week.end(context.settings.newsletter.zone)
    if context.now() < end:
        local = end.astimezone(context.settings.newsletter.zone)
        message = f"{week} is not over before {local:%Y-%m-%d %H:%M}: collect and draft it again after that"
        yield Finding(check="unfinished", level=Level.BLOCK, card="", message=message)


def no_papers(context: CheckContext) -> Iterator[Finding]:
    """An issue without a paper, of a newsletter that reads a source of papers."""
    sources = context.settings.sources
    feeds = [f"feed {feed.name}" for feed in sources.feeds if feed.kind == "paper"]
    named = [*(["arXiv"] if sources.arxiv.enabled else []),
             *(["Hugging Face"] if sources.huggingface.enabled else []), *feeds]  # fmt: skip
    cards = context.draft.cards
    if named and cards and not any(card.kind is Kind.PAPER for card in cards):
        message = f"none of the {len(cards)} cards is a paper, although {', '.join(named)} is read: see 'weekly health'"
        yield Finding(check="no papers", level=Level.BLOCK, card="", message=message)


def stale_projects(context: CheckContext) -> Iterator[Finding]:
    """Repositories that are old and have released nothing: stars alone are no news."""
    start = Week.parse(context.draft.week).start(context.settings.newsletter.zone)
    oldest = start - timedelta(days=context.settings.sources.github.created_days)
    for card in context.draft.cards:
        candidate = context.candidates.get(card.id)
        if candidate is None or candidate.work.lead.kind is not Kind.PROJECT:
            continue
        if any(entry.kind is not Kind.PROJECT for entry in candidate.work.entries):
            continue  # a release, a paper or a post is what is new about it
        made = candidate.work.lead.published
        if made is not None and made < oldest:
            message = f"{card.name}: a repository of {made:%Y-%m} without a release this week: what is new about it?"
            yield Finding(check="stale projects", level=Level.WARN, card=card.id, message=message)


def withdrawn(context: CheckContext) -> Iterator[Finding]:
    """Papers that an issue has published and whose authors have withdrawn them since."""
    for update in context.updates:
        if update.withdrawn:
            mend = _correction(update)
            message = f"{update.title}, published in {update.publication}, was withdrawn: {mend}"
            yield Finding(check="withdrawn", level=Level.WARN, card="", message=message)


def major_update(context: CheckContext) -> Iterator[Finding]:
    """Published papers of which a later version has another title, or is called another by its authors."""
    for update in context.updates:
        if not update.withdrawn and is_major(update):
            renamed = is_renamed(update)
            what = f"is called {update.new_title!r} now" if renamed else f"says {update.comment[:160]!r}"
            message = (
                f"{update.title}, published in {update.publication}: v{update.version} {what}: {_correction(update)}"
            )
            yield Finding(check="major update", level=Level.WARN, card="", message=message)


def is_major(update: PublishedUpdate) -> bool:
    """Whether the new version may say something else than the one that was published."""
    return is_renamed(update) or bool(_REVISED.search(update.comment[:2000]))


def is_renamed(update: PublishedUpdate) -> bool:
    """Whether the new version has another title."""
    return fuzz.token_set_ratio(update.title[:300].lower(), update.new_title[:300].lower()) < _ALIKE


def _correction(update: PublishedUpdate) -> str:
    """How to say so beside the issue; what was imported has no issue to correct."""
    if not update.in_an_issue:
        return "say so where it stands"
    return f"weekly correct --week {update.publication} --card {update.card!r} --text '…'"
