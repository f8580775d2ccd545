"""Breaks what strangers send, at random: `make fuzz MINUTES=10`, or `python -m bench.fuzz NAME …`.

Prints for each reader how many samples it was given, its slowest in seconds, and what escaped, with the seed that
repeats it. Ends with an error when something did.
"""

from __future__ import annotations

import os
import sys
import time

from tests.fuzzing import READERS, attack, peak
from weekly import isolated


def main(names: list[str]) -> None:
    """The table."""
    seconds = 60 * float(os.environ.get("MINUTES", "10")) / len(names or READERS)
    escaped = 0
    print(f"{'reader':22} {'samples':>8} {'slowest':>8} {'escaped':>8}")
    for name in names or READERS:
        until, seed, slowest, kinds = time.monotonic() + seconds, 0, 0.0, dict[str, str]()
        while time.monotonic() < until:
            began = time.monotonic()
            if told := attack(name, seed):
                kinds.setdefault(told.partition(":")[0], told)
                escaped += 1
            slowest = max(slowest, time.monotonic() - began)
            seed += 1
        print(f"{name:22} {seed:8,} {slowest:8.2f} {len(kinds):8}", flush=True)
        for told in kinds.values():
            print(f"    {told}", flush=True)
    print(f"memory of the process that reads pictures, pages and feeds: {isolated.call(peak)} MB at most")
    if escaped:
        sys.exit(f"{escaped} escaped")


if __name__ == "__main__":
    main(sys.argv[1:])
