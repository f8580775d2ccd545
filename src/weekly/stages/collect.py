"""Collecting: every source is read for the week's window, each in a thread of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from weekly.errors import ParseError, StageError, SuspiciousEmpty, Throttled, WeeklyError, did_you_mean
from weekly.models import Entry, SourceHealth, Verdict, Week, Window
from weekly.plugins import parts
from weekly.sources import Source
from weekly.stages import Progress, no_progress
from weekly.text import one_line
from weekly.workspace import Workspace

HEALS = timedelta(days=35)
"""How far back a run reads to make up for weeks that were missed."""
WATCHES = timedelta(days=60)
"""How long after its publication a work is watched for later versions."""
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
    sources = _selected_sources(enabled_sources(workspace), only)
    with workspace.store.write() as tx:
        tx.web_cache.prune(now)
    with ThreadPoolExecutor(max_workers=min(len(sources), 8), thread_name_prefix="source") as pool:
        runs = [pool.submit(_read, workspace, week, source, progress) for source in sources]
        return [run.result() for run in runs]


def enabled_sources(workspace: Workspace) -> list[Source]:
    """The sources that the settings ask for; raises StageError when they ask for none."""
    settings, client = workspace.settings, workspace.client
    sources = [source for _, create in parts("sources") for source in create(settings, client)]
    if not sources:
        raise StageError("no source is switched on: enable one under [sources] in weekly.toml")
    return sources


def _selected_sources(sources: Sequence[Source], only: Collection[str]) -> Sequence[Source]:
    """Those of *sources* that *only* names, all of them where it names none."""
    names = [source.name for source in sources]
    for name in only:
        if name not in names:
            raise StageError(f"no source is called {name[:80]!r}{did_you_mean(name, names)}")
    return [source for source in sources if not only or source.name in only]


def window(workspace: Workspace, week: Week, source: str) -> Window:
    """What *source* is asked about: the week, some days before it, and the weeks that were missed."""
    zone, now = workspace.settings.newsletter.zone, workspace.now()
    with workspace.store.read() as tx:
        read_until, watch = tx.source_runs.find_watermark(source), tx.source_runs.watchlist(now - WATCHES, week)
    start = week.start(zone) - timedelta(days=workspace.settings.sources.arxiv.overlap_days)
    if read_until is not None and read_until < start:
        start = max(read_until, week.start(zone) - HEALS)
    return Window(start=start, end=min(week.end(zone), now), week=week, now=now, watch=watch)


def open_week(workspace: Workspace, week: Week) -> Week:
    """The week whose issue may still take what is new: *week*, or the first after it that is not published."""
    with workspace.store.read() as tx:
        while tx.issues.has(week):
            week = week.shift(1)
    return week


def _read(workspace: Workspace, week: Week, source: Source, progress: Progress) -> SourceHealth:
    span = window(workspace, week, source.name)
    store, news_of = workspace.store, open_week(workspace, week)
    fetched = new = 0
    failure: Exception | None = None
    batches = iter(source.collect(span))
    while True:
        batch, failure = _next(batches)
        if batch is None:
            break
        now = workspace.now()
        with store.write() as tx:
            new += tx.entries.put(news_of, batch, now, span.start)
        fetched += len(batch)
        progress(source.name, fetched)
    health = SourceHealth(
        source=source.name,
        verdict=_verdict(source, fetched, failure),
        fetched=fetched,
        new=new,
        requests=source.fetcher.requests,
        retries=source.fetcher.retries,
        not_modified=source.fetcher.not_modified,
        detail=_detail(source, failure),
    )
    # After a failure the next run begins where this one did, whatever week it is for.
    until = source.report.settled or span.end if health.verdict in WHOLE else span.start
    now = workspace.now()
    with store.write() as tx:
        tx.source_runs.add(week, health, now)
        tx.source_runs.advance(source.name, until)
    return health


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
