"""Collecting: every source is read for the week's window, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

from weekly.errors import ParseError, StageError, SuspiciousEmpty, Throttled, WeeklyError
from weekly.models import Entry, Omission, SourceHealth, Verdict, Week, Window
from weekly.sources import Listing, Source
from weekly.stages import Progress, no_progress
from weekly.stages.sift import REMEMBERED, keys_of, marked_late, sift
from weekly.stages.sources import selected_sources
from weekly.text import one_line
from weekly.workspace import Workspace

HEALS = timedelta(days=35)
"""How far back a run reads to make up for weeks that were missed."""
WATCHES = timedelta(days=60)
"""How long after its publication a work is watched for later versions."""
RICH = 3
"""Entries that a listing must have had for its being empty to be suspicious."""
WHOLE = frozenset({Verdict.OK, Verdict.NOT_MODIFIED, Verdict.NO_ANNOUNCEMENT})
"""Of a source that was read to the end."""


def collect(
    workspace: Workspace, week: Week, progress: Progress = no_progress, *, only: Collection[str] = ()
) -> list[SourceHealth]:
    """Stores what the sources have for *week* and returns how each of them did; *only* names some of them.

    Every answer is stored before the next is asked for. A source that fails is a verdict, not an error; raises
    StageError when the week has not begun, no source is switched on or none has a name of *only*.
    """
    now = workspace.now()
    if now < week.start(workspace.settings.newsletter.zone):
        raise StageError(f"{week} has not begun yet: choose a week that has, such as {workspace.this_week}")
    sources = selected_sources(workspace, only)
    with workspace.store.write() as tx:
        tx.web_cache.prune(now)
        tx.left_out.prune(now)
    with ThreadPoolExecutor(max_workers=min(len(sources), 8), thread_name_prefix="source") as pool:
        runs = [pool.submit(_read, workspace, week, source, progress) for source in sources]
        return [run.result() for run in runs]


def window(workspace: Workspace, week: Week, source: str) -> Window:
    """What *source* is asked about: the week, some days before it, and the weeks that were missed."""
    zone, now = workspace.settings.newsletter.zone, workspace.now()
    with workspace.store.read() as tx:
        read_until, watch = tx.source_runs.find_watermark(source), tx.published_works.recent_keys(now - WATCHES, week)
        since = tx.source_runs.find_since(source)
    start = week.start(zone) - timedelta(days=workspace.settings.sources.arxiv.overlap_days)
    if read_until is not None and read_until < start:
        start = max(read_until, week.start(zone) - HEALS)
    if since is not None and since >= start:
        since = None  # the first week, read again
    return Window(start=start, end=min(week.end(zone), now), week=week, now=now, watch=watch, since=since)


def open_week(workspace: Workspace, week: Week) -> Week:
    """The week whose issue may still take what is new: *week*, or the first after it that is not published."""
    with workspace.store.read() as tx:
        while tx.issues.has(week):
            week = week.shift(1)
    return week


@dataclass(slots=True)
class _Count:
    """What a run has seen so far."""

    keys: set[str] = field(default_factory=set)
    fetched: int = 0
    new: int = 0


def _read(workspace: Workspace, week: Week, source: Source, progress: Progress) -> SourceHealth:
    span, count = window(workspace, week, source.name), _Count()
    news_of = open_week(workspace, week)
    batches = iter(source.collect(span))
    while True:
        batch, failure = _next(batches)
        if batch is None:
            break
        failure = _keep(workspace, news_of, source, span, batch, count)
        if failure is not None:
            break
        progress(source.name, count.fetched)
    health = _health(source, count, failure)
    # After a failure the next run begins where this one did, whatever week it is for.
    whole = health.verdict in WHOLE
    until = source.report.settled or span.end if whole else span.start
    now = workspace.now()
    with workspace.store.write() as tx:
        tx.left_out.add(source.report.left_out, now)
        tx.source_runs.add(week, health, now)
        tx.source_runs.advance(source.name, until, span.start if whole else None)
    return health


def _keep(
    workspace: Workspace, week: Week, source: Source, span: Window, batch: Sequence[Entry], count: _Count
) -> SuspiciousEmpty | None:
    """Stores *batch* and counts it; an error when it is empty although there has been something before."""
    if isinstance(batch, Listing):
        with workspace.store.read() as tx:
            stored = tx.entries.remembered(source.name, keys_of(batch), REMEMBERED)
            left_out = tx.left_out.remembered(source.name, keys_of(batch), REMEMBERED)
        if not batch and not source.report.left_out and len(stored) + len(left_out) >= RICH:
            message = f"{source.name}: nothing in it, although there were {len(stored) + len(left_out)} entries before"
            return SuspiciousEmpty(message, url="")
        sifted = sift(batch, span, stored, left_out)
        source.report.left_out += sifted.left_out
        batch = sifted.taken
    elif span.since is not None:
        with workspace.store.read() as tx:
            before = tx.entries.known(source.name, [entry.key for entry in batch])
        batch = [entry if entry.key in before else marked_late(entry, span) for entry in batch]
    now = workspace.now()
    with workspace.store.write() as tx:
        count.new += tx.entries.put(week, batch, now, span.start)
    count.keys.update(entry.key for entry in batch)
    count.fetched += len(batch)
    return None


def _health(source: Source, count: _Count, failure: Exception | None) -> SourceHealth:
    report = source.report
    unusable = sum(one.omission is Omission.UNUSABLE for one in report.left_out) + report.unnamed_unusable
    outside = sum(one.omission is not Omission.UNUSABLE for one in report.left_out) + report.unnamed_outside
    return SourceHealth(
        source=source.name,
        verdict=_verdict(source, count.fetched, failure),
        fetched=count.fetched,
        new=count.new,
        requests=source.fetcher.requests,
        retries=source.fetcher.retries,
        not_modified=source.fetcher.not_modified,
        detail=_detail(source, failure),
        seen=count.fetched + outside + unusable,
        known=len(count.keys) - count.new,
        outside=outside,
        unusable=unusable,
        merged=count.fetched - len(count.keys),
    )


def _next(batches: Iterator[Sequence[Entry]]) -> tuple[Sequence[Entry] | None, Exception | None]:
    """The next batch, or None and why there is none."""
    try:
        return next(batches, None), None
    except WeeklyError as error:
        return None, error
    except Exception as error:  # noqa: BLE001 - a source with a fault of its own must not sink the issue
        return None, ParseError(f"unexpected {type(error).__name__}: {error}")


def _detail(source: Source, failure: Exception | None) -> str:
    lines = [*([str(failure)] if failure else []), *source.report.gaps, *source.report.notes]
    return one_line("; ".join(dict.fromkeys(lines)), 1000)


def _verdict(source: Source, fetched: int, failure: Exception | None) -> Verdict:
    if failure is not None:
        return _failure_verdict(fetched, failure)
    if source.report.gaps:
        return Verdict.PARTIAL
    if source.report.verdict is not None:
        return source.report.verdict
    asked = source.fetcher.requests - source.fetcher.retries
    if asked and source.fetcher.not_modified >= asked:
        return Verdict.NOT_MODIFIED
    return Verdict.OK


def _failure_verdict(fetched: int, failure: Exception) -> Verdict:
    if fetched:
        return Verdict.PARTIAL
    if isinstance(failure, Throttled):
        return Verdict.THROTTLED
    if isinstance(failure, SuspiciousEmpty):
        return Verdict.SUSPICIOUS
    return Verdict.DOWN
