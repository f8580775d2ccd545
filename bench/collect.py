"""Collecting against the stand-in of the sources: faults, kills, two processes, cost.

python -m bench.collect [faults|dead|kills|pair|cost|everything|feeds]…   (all of them by default)

Needs ../shared (or WEEKLY_SHARED) with wire/wire.py and its data.
"""

from __future__ import annotations

import json
import random
import resource
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from bench.data import SHARED

ROOT = Path(__file__).resolve().parent.parent
WEEK = "2025-W15"
FAULTS = [
    {"kind": "status", "status": 429, "retry_after": 4, "times": 2},
    {"kind": "status", "status": 503, "times": 2},
    {"kind": "status", "status": 406, "times": 2},
    {"kind": "truncate", "times": 2},
    {"kind": "reset", "times": 2},
    {"kind": "garbage", "times": 2},
    {"kind": "empty", "times": 2},
    {"kind": "hang", "seconds": 20, "times": 1},
]


class Wire:
    """The stand-in, started for one measurement."""

    def __init__(self, url: str) -> None:
        self.url = url

    def faults(self, rows: list[dict]) -> None:
        self._post("/__faults", json.dumps(rows).encode())

    def clear(self) -> None:
        self._post("/__clear", b"")

    def log(self, path: str = "") -> list[dict]:
        with urllib.request.urlopen(self.url + "/__log") as answer:
            return [row for row in json.load(answer) if row["path"].startswith(path)]

    def _post(self, path: str, body: bytes) -> None:
        urllib.request.urlopen(urllib.request.Request(self.url + path, data=body, method="POST")).read()


@contextmanager
def wire() -> Iterator[Wire]:
    command = [sys.executable, str(SHARED / "wire" / "wire.py"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield Wire(process.stdout.readline().split()[0])
    finally:
        process.terminate()
        process.wait()


def settings(url: str, *, pace: float, timeout: float = 20, page_size: int = 500, overlap: int = 2) -> str:
    return f"""
[http]
timeout = {timeout}
[sources.arxiv]
api_url = "{url}/api/query"
rss_url = "{url}/atom"
html_url = "{url}/html"
pace = {pace}
page_size = {page_size}
overlap_days = {overlap}
[sources.github]
api_url = "{url}"
web_url = "{url}"
queries = ["agent", "diffusion"]
repositories = []
"""


@contextmanager
def workspace(text: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "weekly.toml").write_text(text)
        yield Path(folder)


def weekly(root: Path, *words: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "weekly", "--workspace", str(root), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def done(process: subprocess.Popen) -> dict:
    out, err = process.communicate()
    if process.returncode:
        raise SystemExit(f"exit {process.returncode}: {err}")
    return json.loads(out)


def collected(root: Path) -> set[str]:
    weekly(root, "classify", "--week", WEEK).communicate()
    rows = done(weekly(root, "candidates", "--week", WEEK, "--json"))
    ids = [row["id"] for row in rows if row["id"].startswith("arxiv:")]
    if len(ids) != len(set(ids)):
        raise SystemExit("an entry is there twice")
    return {one.removeprefix("arxiv:") for one in ids}


def expected(*, days_before: int = 2) -> set[str]:
    """The papers of the week by the data itself, that are in the default categories."""
    found = set()
    wanted = {"cs.CV", "cs.CL", "cs.AI", "cs.LG"}
    sys.path.insert(0, str(SHARED / "wire"))
    import wire as module

    world = module.World(SHARED / "data")
    start = datetime(2025, 4, 7 - days_before, tzinfo=UTC)
    end = datetime(2025, 4, 14, tzinfo=UTC)
    for key, row in world.papers.items():
        if start <= row["published_at"] < end and wanted & set(row["cats"]):
            found.add(key)
    return found


def gaps(rows: list[dict]) -> tuple[float, int]:
    at = sorted(row["at"] for row in rows)
    return min((b - a for a, b in pairwise(at)), default=0.0), len(at)


def faults() -> None:
    """Each kind of fault twice, and a hang, in random order before the pages of one week."""
    with wire() as server, workspace(settings(server.url, pace=3, timeout=5)) as root:
        rows = [{"path": "/api/query", **fault} for fault in FAULTS]
        random.Random(1).shuffle(rows)
        server.faults(rows)
        started = time.monotonic()
        health = done(weekly(root, "collect", "--week", WEEK, "--json"))
        took = time.monotonic() - started
        hung = [row["at"] for row in server.log("/api/query")]
        found, wanted = collected(root), expected()
        print(f"faults: {len(wanted - found)} of {len(wanted)} papers missing, {len(found - wanted)} too many")
        print(f"        {health['sources'][0]['verdict']}, {len(hung)} requests, {took:.0f} s")
        print(
            f"        closest requests {gaps(server.log('/api/query'))[0]:.2f} s (a hung one is logged when it wakes)"
        )


def dead() -> None:
    for kind in ({"kind": "hang", "seconds": 20}, {"kind": "reset"}, {"kind": "status", "status": 503}):
        with wire() as server, workspace(settings(server.url, pace=3, timeout=3)) as root:
            server.faults([{"path": path, "times": 1000, **kind} for path in ("/api/query", "/atom")])
            started = time.monotonic()
            health = done(weekly(root, "collect", "--week", WEEK, "--json"))
            verdicts = {one["source"]: (one["verdict"], one["fetched"]) for one in health["sources"]}
            print(f"dead ({kind['kind']}): {time.monotonic() - started:.0f} s, {verdicts}")


def kills(count: int = 100) -> None:
    """kill -9 at random moments of collecting; after each ten the run is let go to its end and looked at."""
    seed = random.Random(7)
    wanted = expected()
    with wire() as server, workspace(settings(server.url, pace=0.2, page_size=50)) as root:
        killed = 0
        while killed < count:
            process = weekly(root, "collect", "--week", WEEK)
            try:
                process.wait(timeout=seed.uniform(1.0, 9.0))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                killed += 1
            if process.returncode == 0:
                for path in (root / ".weekly").iterdir():
                    path.unlink()
        health = done(weekly(root, "collect", "--week", WEEK, "--json"))
        found = collected(root)
        print(f"kills: {killed}, {len(wanted - found)} of {len(wanted)} lost, {len(found - wanted)} too many")
        print(f"       {health['sources'][0]}, closest requests {gaps(server.log('/api/query'))[0]:.2f} s")


def pair() -> None:
    """Two processes on one workspace, and the second run afterwards."""
    with wire() as server, workspace(settings(server.url, pace=3, page_size=300)) as root:
        both = [weekly(root, "collect", "--week", WEEK, "--json") for _ in range(2)]
        verdicts = [done(one)["sources"][0]["verdict"] for one in both]
        closest, requests = gaps(server.log("/api/query"))
        print(f"pair: {verdicts}, {requests} requests, closest {closest:.2f} s")
        before = collected(root)
        server.clear()
        health = done(weekly(root, "collect", "--week", WEEK, "--json"))
        log = [row for row in server.log() if not row["path"].startswith("/__")]
        plain = [row for row in log if not row["conditional"]]
        print(f"again: {len(log)} requests, {len(plain)} unconditional, {health['sources'][0]['verdict']}, ", end="")
        print(f"changed: {before != collected(root)}, missing {len(expected() - before)}")


def cost() -> None:
    """CPU of collecting against that of parsing the same answers with arxiv and with feedparser."""
    code = """
import json, resource, sys, time
from pathlib import Path
from weekly import pipeline
from weekly.models import Week
from weekly.workspace import open_workspace
with open_workspace(Path(sys.argv[1])) as workspace:
    workspace.store, workspace.client
    import arxiv, arxiv._feed, feedparser
    started = time.process_time()
    health = pipeline.collect(workspace, Week.parse("2025-W15"))
    ours = time.process_time() - started
    from sqlalchemy import select
    from weekly.store.tables import web_cache
    with workspace.store.read() as tx:
        urls = [url for url in tx.connection.scalars(select(web_cache.c.url)) if "/api/query" in url]
        bodies = [tx.web_cache.find(url).body for url in urls]
    started = time.process_time()
    count = sum(len(arxiv._feed.parse(body).results) for body in bodies)
    lxml = time.process_time() - started
    started = time.process_time()
    sum(len(feedparser.parse(body).entries) for body in bodies)
    slow = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"entries": count, "collect": ours, "arxiv": lxml, "feedparser": slow, "MB": peak}))
"""
    with wire() as server, workspace(settings(server.url, pace=0, overlap=20, page_size=1000)) as root:
        out = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True).stdout
        row = json.loads(out)
        print("cost: " + ", ".join(f"{key} {value:.2f}" for key, value in row.items()), end="; ")
        print(
            f"collect / arxiv = {row['collect'] / row['arxiv']:.2f}, "
            f"collect / feedparser = {row['collect'] / row['feedparser']:.2f}"
        )


def everything() -> None:
    """A week from all sources at once, each with a fault: verdicts, cost of collecting and of all until the draft."""
    sys.path.insert(0, str(ROOT))
    from tests.stages.test_all_sources import FAULTS as EACH
    from tests.stages.test_all_sources import FEEDS, SETTINGS
    from tests.stand_in import standing_in

    with wire() as server, standing_in({f"/{name}": answer for name, answer in FEEDS.items()}) as blogs:
        feeds = "".join(f'[[sources.feeds]]\nname = "{name}"\nurl = "{blogs.url}/{name}"\n' for name in FEEDS)
        for words in (("collect", "--week", WEEK, "--json"), ("run", "--week", WEEK)):
            with workspace(SETTINGS.format(wire=server.url, pace=0.3) + feeds) as root:
                server.faults(EACH)
                server.clear()
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                out, _ = weekly(root, *words).communicate()
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                closest, requests = gaps([*server.log("/api/query"), *server.log("/atom")])
                megabytes = after.ru_maxrss / 1024
                print(f"everything ({words[0]}): {cpu:.2f} s of CPU (at most 6), {megabytes:.0f} MB (at most 300)")
                print(f"           {requests} requests to arXiv, closest {closest:.2f} s")
                if words[0] == "collect":
                    for one in json.loads(out)["sources"]:
                        print(f"           {one['source']}: {one['verdict']}, {one['new']} new of {one['seen']} seen")


def feeds(count: int = 5000) -> None:
    """feedparser's own test feeds and mutations of them: no crash, no hang, nothing unsafe, every entry counted."""
    sys.path.insert(0, str(ROOT))
    from tests.sources.conftest import NOW, W15, Run
    from tests.sources.test_feeds import mutated, survives
    from weekly.models import Window

    span = timedelta(days=20_000)
    window = Window(start=W15.start(UTC) - span, end=W15.end(UTC) + span, week=W15, now=NOW)
    with tarfile.open(SHARED / "data" / "fixtures" / "feedparser_tests.tar.gz") as archive:
        real = [archive.extractfile(one).read() for one in archive.getmembers() if one.name.endswith(".xml")]
    draw, read, refused, slowest = random.Random(3), 0, 0, 0.0
    for number in range(len(real) + count):
        body = real[number] if number < len(real) else mutated(draw, draw.choice(real))
        started = time.monotonic()
        if survives(Run, window, body):
            read += 1
        else:
            refused += 1
        slowest = max(slowest, time.monotonic() - started)
    print(f"feeds: {len(real)} real and {count} mutated, {read} read, {refused} refused, slowest {slowest:.2f} s")


def main() -> None:
    names = sys.argv[1:] or ["faults", "dead", "kills", "pair", "feeds", "cost", "everything"]
    for name in names:
        globals()[name]()


if __name__ == "__main__":
    main()
