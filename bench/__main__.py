"""`python -m bench [NAME …]`: timings and quality figures, as ratios taken in one run on one machine.

Each is a program of its own, with options of its own: `python -m bench.collect kills`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

QUICK = (
    "week",
    "topics",
    "documents",
    "drafting",
    "faithfulness",
    "seed_facts",
    "review",
    "locks",
    "reading",
    "delivery",
)
"""What `make bench` runs, in some minutes."""
LONG = (
    "collect",
    "due_at_once",
    "flow_kills",
    "flow_year",
    "flows",
    "guards",
    "guesses",
    "idle",
    "kills",
    "others",
    "learn_topics",
    "learn_selection",
    "scale",
    "scheduler",
    "stranger",
)
"""What takes a quarter of an hour and more, or other people's programs: by name."""


def main(names: list[str]) -> None:
    if unknown := set(names) - {*QUICK, *LONG}:
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join((*QUICK, *LONG))}")
    if not (Path(__file__).resolve().parents[2] / "shared").is_dir():
        print("../shared is not here: what needs its data is left out")
    failed = []
    for name in names or QUICK:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"ended with an error: {', '.join(failed)}")


if __name__ == "__main__":
    main(sys.argv[1:])
