"""Breaks what strangers send, at random: `make fuzz MINUTES=10`, or `python -m bench.fuzz NAME[=COUNT] …`.

A reader is given so many samples, else what fits into its share of the minutes. Prints for each how many it was given,
its slowest in seconds, how many were given up for their time or memory, and what escaped, with the seed that repeats
it; then the memory. Ends with an error when something escaped.
"""

from __future__ import annotations

import os
import resource
import sys
import time

from tests.fuzzing import READERS, attack, peak
from weekly import isolated


def main(wanted: dict[str, str]) -> None:
    """The table."""
    if unknown := wanted.keys() - READERS.keys():
        sys.exit(f"no such reader: {', '.join(sorted(unknown))}; there are {', '.join(READERS)}")
    seconds = 60 * float(os.environ.get("MINUTES", "10")) / len(wanted)
    isolated.call(peak)
    began_with, escaped = peak(), 0
    print(f"{'reader':22} {'samples':>8} {'slowest':>8} {'given up':>8} {'escaped':>8}")
    for name, count in wanted.items():
        until, seed, slowest, given_up, kinds = time.monotonic() + seconds, 0, 0.0, 0, dict[str, str]()
        while seed < int(count) if count else time.monotonic() < until:
            began = time.monotonic()
            told, over = attack(name, seed)
            if told:
                kinds.setdefault(told.partition(":")[0], told)
                escaped += 1
            taken = time.monotonic() - began
            given_up += over or taken > isolated.SECONDS
            slowest = max(slowest, taken)
            seed += 1
        print(f"{name:22} {seed:8,} {slowest:8.2f} {given_up:8} {len(kinds):8}", flush=True)
        for told in kinds.values():
            print(f"    {told}", flush=True)
    beside = max(isolated.call(peak), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
    print(f"memory: {beside} MB at most beside this process, which grew by {peak() - began_with} MB")
    if escaped:
        sys.exit(f"{escaped} escaped")


if __name__ == "__main__":
    main(dict(name.partition("=")[::2] for name in sys.argv[1:]) or dict.fromkeys(READERS, ""))
