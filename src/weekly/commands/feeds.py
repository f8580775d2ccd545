"""feeds: how the feeds of weekly.toml do, week by week, and what their servers said for good."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import count
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from weekly.commands.console import LOOK, JsonOption, command_workspace, note, say, say_json, say_table
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
    with command_workspace() as workspace, workspace.store.read() as tx:
        rows = [_row(tx, feed) for feed in workspace.settings.sources.feeds]
    if json:
        say_json(rows)
        return
    if not rows:
        note("no feed is named: 'weekly feeds add URL' finds that of a site")
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
def add(
    url: Annotated[str, Parameter(name="URL", help="A feed, or any page of its site.")],
    /,
    *,
    name: Annotated[str, Parameter(help="What to call it; else its own title.")] = "",
) -> None:
    """Looks for the feed of a site and writes it into weekly.toml."""
    from weekly.sources.discovery import find_feed

    with command_workspace() as workspace:
        found = find_feed(workspace.client, url)
        root = workspace.root
    added = _write(root, [(name or found.title or found.url, found.url)])
    say(f"{added[0]}: {found.url}, {found.entries} entries" if added else f"{found.url} is in weekly.toml already")


@feeds.command(name="import")
def import_(file: Annotated[Path, Parameter(name="FILE", help="An OPML list of feeds.")], /) -> None:
    """Writes the feeds of a list into weekly.toml, as far as they are not there."""
    from weekly.errors import ParseError
    from weekly.sources.opml import feeds_of

    try:
        listed = list(feeds_of(file.read_bytes()))
    except OSError as error:
        raise WeeklyError(f"{file}: cannot be read: {error.strerror}") from error
    except ParseError as error:
        raise ParseError(f"{file}: {error}") from error
    with command_workspace() as workspace:
        root = workspace.root
    added = _write(root, listed)
    say(f"{len(added)} of {len(listed)} feeds added to weekly.toml")


@feeds.command
def export() -> None:
    """The feeds of weekly.toml as OPML; secrets in their addresses stay names."""
    from weekly.sources.opml import document

    with command_workspace() as workspace:
        settings = workspace.settings
    listed = [(feed.name, feed.url) for feed in settings.sources.feeds]
    say(document(settings.newsletter.title, listed).rstrip())


def _write(root: Path, listed: Sequence[tuple[str, str]]) -> list[str]:
    """Adds those of *listed* to weekly.toml whose address is not there; it stays as it was if that makes no sense."""
    from weekly import files
    from weekly.settings import FILE, load

    known = load(root).sources.feeds
    urls, names = {feed.url for feed in known}, {feed.name for feed in known}
    blocks, added = [], []
    for title, url in listed:
        if url.rstrip("/") in urls:
            continue
        name = _free_name(title, names)
        urls.add(url.rstrip("/"))
        names.add(name)
        added.append(name)
        blocks.append(f"\n[[sources.feeds]]\nname = {dumps(name, ensure_ascii=False)}\nurl = {dumps(url)}\n")
    before = (root / FILE).read_bytes()
    files.replace(root / FILE, before.rstrip() + b"\n" + "".join(blocks).encode())
    try:
        load(root)
    except WeeklyError:
        files.replace(root / FILE, before)
        raise
    return added


def _free_name(title: str, names: Collection[str]) -> str:
    """A name for a feed with this title that no other has."""
    plain = " ".join(re.sub(r"[/:\\\x00-\x1f]", " ", title).split())[:60] or "feed"
    numbered = (f"{plain} {number}" for number in count(2))
    return plain if plain not in names else next(name for name in numbered if name not in names)


@feeds.command
def undo(name: Annotated[str, Parameter(name="NAME", help="The feed's name in weekly.toml.")], /) -> None:
    """Forgets that a feed moved or is gone: it is asked at its own address again."""
    with command_workspace() as workspace:
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
