"""feeds: how the feeds of weekly.toml do, week by week, and what their servers said for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from weekly.commands.console import LOOK, JsonOption, note, opened, say, say_json, say_table
from weekly.errors import WeeklyError, did_you_mean

if TYPE_CHECKING:
    from weekly.settings import FeedSettings
    from weekly.store.transaction import Transaction

WEEKS = 6
"""How many of its last weeks are shown."""

feeds = App(name="feeds", help="How the feeds do, and what their servers said for good.", group=LOOK)


@feeds.default
def list_(*, json: JsonOption = False) -> None:
    """Each feed with its verdicts of the last weeks, its last new entry, and where it moved."""
    with opened() as workspace, workspace.store.read() as tx:
        rows = [_row(tx, feed) for feed in workspace.settings.sources.feeds]
    if json:
        say_json(rows)
        return
    if not rows:
        note("no feed is named: add [[sources.feeds]] to weekly.toml")
        return
    table = [
        (row["name"], ", ".join(f"{week[-3:]} {verdict}" for week, verdict in row["weeks"].items()), row["last_new"])
        for row in rows
    ]
    say_table(("feed", "last weeks", "last new entry"), table)
    for row in rows:
        if row["said"]:
            say(f"{row['name']}: {row['said']} (back: weekly feeds undo {row['name']!r})")


@feeds.command
def undo(name: Annotated[str, Parameter(name="NAME", help="The feed's name in weekly.toml.")], /) -> None:
    """Forgets that a feed moved or is gone: it is asked at its own address again."""
    with opened() as workspace:
        known = {feed.name: feed for feed in workspace.settings.sources.feeds}
        if name not in known:
            raise WeeklyError(f"no feed is called {name[:80]!r}{did_you_mean(name, list(known))}")
        with workspace.store.write() as tx:
            there = tx.web_cache.trust(known[name].url)
    say(f"{name}: asked at {known[name].url} again" if there else f"{name}: its server has said nothing for good")


def _row(tx: Transaction, feed: FeedSettings) -> dict[str, Any]:
    source, kept = f"feed:{feed.name}", tx.web_cache.find(feed.url)
    said = ""
    if kept is not None:
        moved = f"moved to {kept.moved_to}" if kept.moved_to else ""
        hint = f"said once on {kept.hint_at[:10]}: {kept.hint}" if kept.hint else ""
        said = "gone" if kept.gone else moved or hint
    last = tx.entries.find_last_seen(source)
    return {
        "name": feed.name,
        "url": feed.url,
        "kind": feed.kind,
        "weeks": tx.source_runs.verdicts(source, WEEKS),
        "last_new": f"{last:%Y-%m-%d}" if last else "",
        "said": said,
    }
