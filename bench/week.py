"""The real week: CPU seconds and memory of collect + classify + rank + draft, and the start of the command line."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.data import SHARED

SETTINGS = """
[newsletter]
items = 30
[sources.arxiv]
api_url = "{url}/api/query"
html_url = "{url}/html"
rss_url = "{url}/atom"
pace = 0
overlap_days = {overlap}
[sources.github]
api_url = "{url}"
web_url = "{url}"
"""


def main() -> None:
    if not SHARED.is_dir():
        return
    wire = [sys.executable, str(SHARED / "wire" / "wire.py"), "--data", str(SHARED / "data")]
    with subprocess.Popen(wire, stdout=subprocess.PIPE, text=True) as server, tempfile.TemporaryDirectory() as folder:
        try:
            url = server.stdout.readline().split()[0]
            run("one week", "2025-W15", Path(folder) / "week", url, 2)
            run("4,000 entries", "2025-W15", Path(folder) / "window", url, 12)
        finally:
            server.terminate()
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "weekly", "--help"], stdout=subprocess.DEVNULL, check=True)
    print(f"weekly --help: {time.perf_counter() - started:.2f} s (at most 0.5)")


def run(name: str, week: str, root: Path, url: str, overlap: int) -> None:
    root.mkdir()
    (root / "weekly.toml").write_text(SETTINGS.format(url=url, overlap=overlap))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "weekly", "--workspace", str(root), "run", "--week", week]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    counts = ran.stdout.splitlines()[-2]
    print(f"{name}: {cpu:.2f} s of CPU (at most 5), {after.ru_maxrss / 1024:.0f} MB (at most 400); {counts}")


if __name__ == "__main__":
    main()
