"""A week of two newsletters at a Prefect server: what its page shows, and what its database keeps.

    python -m bench.prefect_week [FOLDER]

The runs are made by the scheduler, by approvals and by what they start, of the recorded week that comes with the
package; idle sweeps are started by hand, since a week of them takes a week. Pictures of the page go into FOLDER.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import httpx
import psycopg
from playwright.sync_api import sync_playwright

from bench.review import CHROMIUM
from tests.flows.cluster import Cluster
from tests.flows.postgres import Postgres, installed
from tests.published import subscribe
from weekly import pipeline
from weekly.cli import main as run_weekly
from weekly.workspace import open_workspace

SWEEPS = 8
HOURS_KEPT = 28 * 24
NAMES = {"vision": 40, "speech": 25}
"""The newsletters and their subscribers."""


def make(root: Path, demo: Path, name: str, readers: int) -> None:
    """A newsletter with the settings of the demo, and a list."""
    root.mkdir()
    shutil.copyfile(demo / "weekly.toml", root / "weekly.toml")
    with (root / "weekly.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[schedule]\nname = "{name}"\n')
    with open_workspace(root) as workspace:
        subscribe(workspace, [f"reader{number}@{name}.example.org" for number in range(readers)])


def size(database: str) -> tuple[int, int]:
    """Rows and bytes of Prefect's tables, with their indexes."""
    with psycopg.connect(database, autocommit=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        rows = sum(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables)
        total = sum(
            connection.execute("SELECT pg_total_relation_size(%s::regclass)", (table,)).fetchone()[0]
            for table in tables
        )
    return rows, total


def finish(cluster: Cluster, name: str, count: int) -> None:
    """Waits until *count* runs of a deployment have ended well."""

    def ended() -> bool:
        try:
            return len(cluster.completed(name)) >= count
        except httpx.ReadTimeout:  # two cores, on which all of this runs
            return False

    cluster.wait(ended)


def week(cluster: Cluster, roots: dict[str, Path]) -> None:
    for name in roots:
        cluster.run(f"prepare-issue/{name}")
    for name, root in roots.items():
        finish(cluster, f"prepare-issue/{name}", 1)
        with open_workspace(root) as workspace:
            pipeline.approve(workspace, workspace.this_week, "ada")
    for name in roots:
        finish(cluster, f"deliver-issue/{name}", 1)


def sweeps(cluster: Cluster, name: str) -> None:
    for number in range(SWEEPS):
        for flow in ("publish-issue", "deliver-issue"):
            before = len(cluster.completed(f"{flow}/{name}"))
            cluster.run(f"{flow}/{name}")
            finish(cluster, f"{flow}/{name}", before + 1)
        print(f"  {number + 1} of {SWEEPS} pairs of sweeps", flush=True)


def pictures(cluster: Cluster, folder: Path) -> None:
    """The runs, one run with its log, and a newsletter at a glance, as Chromium shows them."""
    kept = cluster.post("/artifacts/filter", {"sort": "CREATED_DESC"})
    glance = next(artifact["id"] for artifact in kept if (artifact["key"] or "").startswith("glance-"))
    draft = next(artifact["id"] for artifact in kept if (artifact["key"] or "").startswith("health-"))
    run = cluster.completed(f"deliver-issue/{next(iter(NAMES))}")[0]["id"]
    prepared = cluster.completed(f"prepare-issue/{next(iter(NAMES))}")[0]["id"]
    page_of = {
        "runs": "/runs",
        "prepare": f"/runs/flow-run/{prepared}",
        "deliver": f"/runs/flow-run/{run}",
        "glance": f"/artifacts/artifact/{glance}",
        "health": f"/artifacts/artifact/{draft}",
        "deployments": "/deployments",
    }
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for name, path in page_of.items():
            page.goto(cluster.url.removesuffix("/api") + path)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(2500)
            if "flow-run" in path:  # what was done comes last in a log
                page.mouse.move(700, 800)
                page.mouse.wheel(0, 5000)
                page.wait_for_timeout(1000)
                page.mouse.wheel(0, 5000)
                page.wait_for_timeout(1000)
            page.screenshot(path=folder / f"{name}.png")
        browser.close()


def main(folder: Path) -> None:
    """Runs the week, prints what it costs, and takes the pictures."""
    programs = installed()
    assert programs
    server = Postgres(programs)
    server.start()
    database = server.database("prefect")
    with tempfile.TemporaryDirectory() as place:
        cluster = Cluster(Path(place), database.replace("postgresql://", "postgresql+asyncpg://"))
        try:
            cluster.start()
            roots = {name: Path(place) / name for name in NAMES}
            with cluster.in_this_process():
                run_weekly(["demo", str(Path(place) / "demo")])
                for name, readers in NAMES.items():
                    make(roots[name], Path(place) / "demo", name, readers)
                cluster.deploy(*roots.values())
            cluster.staff("ada", "bob")
            begun, worked = size(database), time.perf_counter()
            week(cluster, roots)
            worked, after = time.perf_counter() - worked, size(database)
            print(f"a week's work of {len(roots)}: {after[0] - begun[0]} rows, {(after[1] - begun[1]) / 1e6:.2f} MB")
            print(f"  from the first preparation to the last mail {worked:.0f} s")
            sweeps(cluster, next(iter(NAMES)))
            idle = size(database)
            rows, kept = ((idle[part] - after[part]) / SWEEPS / 2 for part in (0, 1))
            print(f"an idle sweep: {rows:.0f} rows, {kept / 1e3:.1f} kB")
            print(f"  two an hour of ten newsletters, kept four weeks: {20 * HOURS_KEPT * kept / 1e6:.0f} MB")
            pictures(cluster, folder)
        finally:
            cluster.close()
            server.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/deploy"))
