"""db: the database itself: its schema, its backups, its way to another one, its size."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from weekly.commands.console import HOME, JsonOption, command_workspace, progress, say, say_json, say_table

db = App(name="db", help="The database: backups, copies, size.", group=HOME)


@db.command
def upgrade() -> None:
    """Brings the database to the newest schema."""
    from weekly.store.database import newest

    with command_workspace(mends=True) as workspace:
        workspace.store.database.close()
    say(f"the database has schema {newest()}")


@db.command
def backup(file: Annotated[Path, Parameter(help="A new file.")], /) -> None:
    """Writes the whole database into one file, while others work with it.

    Keep .weekly/secret, the archive and weekly.toml beside it.
    """
    from weekly.store.backup import backup as back_up

    with command_workspace(mends=True) as workspace, progress() as tell:
        back_up(workspace.store, file, tell)
    say(f"{file}: {file.stat().st_size:,} bytes")


@db.command
def restore(file: Annotated[Path, Parameter(help="What 'weekly db backup' wrote.")], /) -> None:
    """Puts a backup in the place of what the database holds; that is kept, and can be restored in turn.

    What was sent since the backup is not sent again: 'weekly deliver' says so.
    """
    from weekly.errors import StoreError
    from weekly.store.backup import restore as put_back
    from weekly.store.backup import set_damaged_aside

    with command_workspace(mends=True) as workspace, progress() as tell:
        beside, now = workspace.root / ".weekly", workspace.clock()
        try:
            _ = workspace.store
        except StoreError as fault:
            aside = set_damaged_aside(workspace.settings.database.url, workspace.root, beside, now, fault)
            say(f"the damaged database is kept in {aside}")
        replaced = put_back(workspace.store, file, beside, now, tell)
    say(f"restored from {file}; what was there is kept in {replaced}")


@db.command
def copy(
    *,
    to: Annotated[str, Parameter(help="The address of an empty database: postgresql://… or sqlite:///…")],
    anew: Annotated[bool, Parameter(negative="", help="Empty it first, whatever it holds.")] = False,
    json: JsonOption = False,
) -> None:
    """Copies everything into another database, and compares; interrupted, the same command goes on.

    Let nothing else write meanwhile. [database] url names the new one from then on.
    """
    from weekly.store.copying import copy as copy_all
    from weekly.store.database import open_database

    with command_workspace(mends=True) as workspace, progress() as tell:
        target = open_database(to, workspace.root, unfinished=True)
        try:
            counts = copy_all(workspace.store.database, target, tell, anew=anew)
        finally:
            target.close()
    if json:
        say_json(counts)
        return
    say_table(("table", "rows"), [(name, count) for name, count in counts.items() if count], right=("rows",))
    say("every row is there, the same: put the new address into [database] url")


@db.command
def prune(
    *,
    keep: Annotated[int, Parameter(help="Published weeks to leave alone.", validator=Number(gte=0))] = 0,
    json: JsonOption = False,
) -> None:
    """Thins published weeks: saves within minutes become one, texts of what was passed over and web answers go.

    'weekly tick' does so by itself with weeks that are five issues old. Issues, decisions, deliveries and what
    'weekly why' tells stay.
    """
    from dataclasses import asdict

    from weekly.store.retention import prune as prune_weeks
    from weekly.store.retention import shrink

    with command_workspace() as workspace:
        pruned = [asdict(week) for week in prune_weeks(workspace.store, workspace.clock(), keep)]
        shrink(workspace.store)
    if json:
        say_json(pruned)
    elif pruned:
        say_table(tuple(pruned[0]), [tuple(week.values()) for week in pruned], right=tuple(pruned[0])[1:])
    else:
        say("nothing to take: every published week is thin already")
