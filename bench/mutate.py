"""`make mutate`: would the tests notice if a module did something else?

One small change at a time is made to a module, and the tests that answer for it are run. A change that none of them
notices is printed: either a test is missing, or the change makes no difference, and `bench/equivalent.toml` says why.
Everything happens in copies of the tree.

`python -m bench.mutate weeks` takes one module, `--seed 7` draws other changes, `--sample 200` more of them, and
`--sample 0` takes every one.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.mutant_tests import ROOT, Trees, Watched, preload
from bench.mutants import Mutant, mutants

MODULES = {
    # What is changed, a file or a folder under src/weekly, and the tests that have to notice.
    "weeks": ("weeks.py", "tests/test_weeks.py"),
    "claims": ("claims", "tests/claims"),
    "arxiv_days": ("sources/arxiv_days.py", "tests/sources/test_arxiv_days.py"),
    "cluster": ("select/cluster.py", "tests/select/test_cluster.py"),
    "rank": ("select/rank.py", "tests/select/test_rank.py"),
    "approve": ("review/approve.py", "tests/review/test_approve.py tests/review/test_approval_hook.py"),
    "deliveries": ("store/deliveries.py", "tests/store/test_deliveries.py tests/store/test_ledger_connection.py"),
}
SAMPLE, WANTED = 60, 0.85
"""Changes that are drawn for each module, and the share of them that has to be noticed."""
EQUIVALENT = Path(__file__).parent / "equivalent.toml"
"""Changes that make no difference, each with its reason."""


def _files(name: str) -> list[Path]:
    place = ROOT / "src" / "weekly" / MODULES[name][0]
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


def drawn(name: str, seed: int, sample: int) -> list[Mutant]:
    """The changes to the module *name*, *sample* of them, without those that are known to make no difference."""
    found = list(itertools.chain.from_iterable(map(mutants, _files(name))))
    known = {
        (row["was"], row["now"])
        for row in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
        if row["module"] == name
    }
    for was, _ in known - {(one.was, one.now) for one in found}:
        print(f"{name}: {EQUIVALENT.name} speaks of a line that is no longer there: {was}")
    rest = [one for one in found if (one.was, one.now) not in known]
    return random.Random(f"{seed} {name}").sample(rest, sample) if 0 < sample < len(rest) else rest


def watch(name: str, trees: Trees) -> Watched:
    """What the tests of the module *name* do as long as nothing is changed; ends it all when they fail."""
    tests = MODULES[name][1]
    return trees.watch(tests, _files(name)) or sys.exit(f"{name}: its tests fail without any change: {tests}")


def examine(name: str, trees: Trees, threads: ThreadPoolExecutor, watched: Watched, chosen: list[Mutant]) -> float:
    """The share of the *chosen* changes that the tests of the module *name* noticed; prints the others as they come."""
    began, unnoticed = time.monotonic(), 0
    place = _files(name)[0]
    unchanged = Mutant(place, place.read_text(encoding="utf-8"), "", "", range(0))
    if not trees.pass_tests(MODULES[name][1], watched, unchanged):
        sys.exit(f"{name}: its tests fail here without any change: nothing could be said of one")
    passed = threads.map(lambda mutant: trees.pass_tests(MODULES[name][1], watched, mutant), chosen)
    for mutant in itertools.compress(chosen, passed):
        unnoticed += 1
        print(f"    {mutant.path.relative_to(ROOT)}\n      - {mutant.was}\n      + {mutant.now}", flush=True)
    noticed = 1 - unnoticed / len(chosen)
    print(f"{name:<12} {noticed:5.0%} of {len(chosen)} noticed, in {time.monotonic() - began:.0f} s", flush=True)
    return noticed


def main() -> None:
    """Examines the modules that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sample", type=int, default=SAMPLE, help="changes to each module; 0 for every one")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as threads:
        trees = Trees(Path(folder), options.jobs)
        names = options.names or list(MODULES)
        watched = dict(zip(names, threads.map(lambda name: watch(name, trees), names), strict=True))
        preload(watched.values())
        short = [
            name
            for name in names
            if examine(name, trees, threads, watched[name], drawn(name, options.seed, options.sample)) < WANTED
        ]
    if short:
        sys.exit(f"fewer than {WANTED:.0%} noticed: {', '.join(short)}")


if __name__ == "__main__":
    main()
