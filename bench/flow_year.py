"""A year of ten newsletters in Prefect's database, thinned by Prefect's own vacuum on the settings of our server.

    python -m bench.flow_year [WEEKS] [SWEEPS]

A newsletter is prepared, published and delivered by `weekly flows serve`, and swept once; the rows of these runs are
copied ten times for each week, with SWEEPS pairs of sweeps (7, as where somebody serves; a pool has 168). After each
week of a shifted time (`bench.shifted`) what Prefect's server does every hour removes what is older than it keeps.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Composable, Identifier, Literal

from bench.prefect_week import finish, make
from bench.served import postgresql, prefect_database, serving
from bench.shifted import ShiftedClock
from flows.server import SETTINGS
from tests.test_year import START
from weekly import pipeline
from weekly.cli import main as run_weekly
from weekly.workspace import open_workspace

NEWSLETTERS, READERS, NAME = 10, 100, "mine"
WEEK, SINCE = timedelta(weeks=1), timedelta(hours=6)
"""How far the clock goes, and how long ago a week's runs were when it does: the vacuum comes but once an hour."""
OF_A_RUN = {
    "flow_run": "id = ANY(%(runs)s)",
    "flow_run_state": "flow_run_id = ANY(%(runs)s)",
    "task_run": "flow_run_id = ANY(%(runs)s)",
    "task_run_state": "task_run_id IN (SELECT id FROM task_run WHERE flow_run_id = ANY(%(runs)s))",
    "log": "flow_run_id = ANY(%(runs)s)",
    "artifact": "flow_run_id = ANY(%(runs)s)",
    "events": "concat(resource_id, related) ~ %(pattern)s",
    "event_resources": "event_id IN (SELECT id FROM events WHERE concat(resource_id, related) ~ %(pattern)s)",
}
"""The tables with rows of a run, and which are its."""
SHARED = {"flow_id", "deployment_id", "work_queue_id", "infrastructure_document_id"}
"""Columns with ids that runs have in common."""
OLD = """
    SELECT (SELECT count(*) FROM flow_run WHERE end_time < %(runs)s)
         + (SELECT count(*) FROM events WHERE occurred < %(events)s)
"""
VACUUM = """
import asyncio
from prefect.server.database import provide_database_interface
from prefect.server.services import db_vacuum

async def main():
    db = provide_database_interface()
    for clean in ("old_flow_runs", "old_events", "events_with_retention_overrides"):
        await getattr(db_vacuum, f"vacuum_{clean}")(db=db)

asyncio.run(main())
"""
RUNS_KEPT, EVENTS_KEPT = timedelta(days=28), timedelta(days=7)


def real_week(place: Path, database: str, clock: ShiftedClock) -> None:
    """A newsletter prepared, published, delivered and swept by its flows."""
    root = place / NAME
    run_weekly(["demo", str(place / "demo")])
    make(root, place / "demo", NAME, READERS)
    with serving(place, [root], database) as (api, _):
        api.run(f"prepare-issue/{NAME}")
        finish(api, f"prepare-issue/{NAME}", 1)
        with open_workspace(root, clock=clock) as workspace:
            pipeline.approve(workspace, workspace.this_week, "ada")
        finish(api, f"deliver-issue/{NAME}", 1)
        for flow in ("publish-issue", "deliver-issue"):
            api.run(f"{flow}/{NAME}")
            finish(api, f"{flow}/{NAME}", 2)
        time.sleep(10)  # the last events


def keep_templates(connection: psycopg.Connection[Any]) -> None:
    """Puts the rows of the week's work and of its sweeps aside, in schemas of these names."""
    runs = connection.execute("SELECT id, start_time FROM flow_run WHERE state_type = 'COMPLETED' ORDER BY start_time")
    ids = [row[0] for row in runs]
    for schema, chosen in (("work", ids[:-2]), ("sweeps", ids[-2:])):
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        given = {"runs": chosen, "pattern": "|".join(map(str, chosen))}
        for table, condition in OF_A_RUN.items():
            whole = SQL("CREATE UNLOGGED TABLE {} AS SELECT * FROM {} WHERE ").format(
                Identifier(schema, table), Identifier("public", table)
            )
            client = psycopg.ClientCursor(connection)
            client.execute(whole + SQL(condition), given)


def copied(column: str, kind: str) -> Composable:
    """What *column* is in a copy: ids of its own, which lead to the same rows among the copies, and a later moment."""
    name = Identifier(column)
    new = SQL("md5({}::text || {{mark}} || copy)::uuid")
    if kind == "uuid" and column not in SHARED:
        return new.format(name)
    if kind == "timestamp with time zone":
        return SQL("{} + {{later}}").format(name)
    if column == "idempotency_key":
        return SQL("{} || {{mark}} || copy").format(name)
    if column == "resource_id":
        made = new.format(SQL("right({}, 36)").format(name))
        runs = SQL("CASE WHEN {0} ~ '^prefect.(flow|task)-run.' THEN left({0}, -36) || {1} ELSE {0} END")
        return runs.format(name, made)
    return name


def copy_week(connection: psycopg.Connection[Any], schema: str, copies: int, week: int, later: timedelta) -> None:
    """Adds the rows of *schema* to Prefect's tables so many times, as those of *week*."""
    for table in OF_A_RUN:
        kinds = connection.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            (table,),
        ).fetchall()
        names = SQL(", ").join(Identifier(column) for column, _ in kinds)
        values = SQL(", ").join(copied(*each) for each in kinds).as_string(connection)
        chosen = SQL(values).format(mark=Literal(f"{schema}{week}."), later=Literal(later))
        command = SQL("INSERT INTO {} ({}) SELECT {} FROM {}, generate_series(1, {}) AS copy").format(
            Identifier("public", table), names, chosen, Identifier(schema, table), Literal(copies)
        )
        connection.execute(command)


def size(connection: psycopg.Connection[Any]) -> float:
    """Megabytes of the database, without the templates."""
    (whole,) = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    (aside,) = connection.execute(
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
        " WHERE relnamespace::regnamespace::text IN ('work', 'sweeps') AND relkind = 'r'"
    ).fetchone()
    return float(whole - aside) / 1e6


def vacuum(connection: psycopg.Connection[Any], clock: ShiftedClock) -> None:
    """Removes what is older than the settings keep, by Prefect's own functions, and looks whether it is gone."""
    subprocess.run([sys.executable, "-c", VACUUM], check=True)
    connection.execute("VACUUM")  # for which PostgreSQL finds time by itself in a week
    old = {"runs": clock.now - SINCE / 2 - RUNS_KEPT, "events": clock.now - SINCE / 2 - EVENTS_KEPT}
    (left,) = connection.execute(OLD, old).fetchone()
    if left:
        sys.exit(f"{left} rows are older than they should be")


def year(address: str, clock: ShiftedClock, weeks: int, sweeps: int) -> None:
    """Adds week after week, and prints how large the database is."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # rows lead to each other in both directions
        keep_templates(connection)
        (begun,), largest = connection.execute("SELECT min(start_time) FROM work.flow_run").fetchone(), 0.0
        print(f"  before: {size(connection):.0f} MB", flush=True)
        for week in range(1, weeks + 1):
            later = clock.now - SINCE - begun
            copy_week(connection, "work", NEWSLETTERS, week, later)
            copy_week(connection, "sweeps", NEWSLETTERS * sweeps, week, later)
            largest = max(largest, size(connection))
            clock.set(clock.now + WEEK)
            vacuum(connection, clock)
            if week % 4 == 0 or week == weeks:
                rows = sum(
                    connection.execute(SQL("SELECT count(*) FROM {}").format(Identifier("public", table))).fetchone()[0]
                    for table in OF_A_RUN
                )
                print(
                    f"  after {week} weeks: {rows:,} rows, {size(connection):.0f} MB, {largest:.0f} at most", flush=True
                )


def main(weeks: int, sweeps: int) -> None:
    """Runs the real week, then the year of its copies."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)  # PostgreSQL, which is another user, reads the shift
        clock = ShiftedClock(place, START)
        os.environ |= clock.environment | SETTINGS  # of whatever is started from here on
        with postgresql() as server:
            database = prefect_database(server)
            real_week(place, database, clock)
            os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = database
            print(f"{NEWSLETTERS} newsletters, {sweeps} pairs of sweeps a week each:", flush=True)
            year(database.replace("+asyncpg", ""), clock, weeks, sweeps)


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(52, 7)[len(given) :])
