"""Topics and selection: python -m bench.topics

Speed and memory, ranking against what a community picked, and what the lists left out of learning showed. The answer
sheet is looked at here and nowhere else; the weights were learned from papers of other weeks.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from bench.data import LABELS, PICKS, SELECTION, SHARED, WINDOW, entry, known_topics, lines
from weekly.classify import PACKAGED, create
from weekly.models import Entry, Kind
from weekly.select.cluster import cluster
from weekly.select.rank import rank
from weekly.settings import Settings
from weekly.stages.assess import assess

SEED = ("2504.07089", "2504.02160", "2504.06263", "2504.07960", "2504.00396", "2504.04842")
"""The papers of an issue that editors made of these weeks."""
LOADING = """
import time
from weekly.settings import Settings, Topic, default_topics
started = time.process_time()
from weekly.classify import create
create([Topic(**row) for row in default_topics().values()])
print(time.process_time() - started)
"""
MANY = 100_000
NOWHERE = Path("/nonexistent")
"""No workspace: the weights of the package."""


def main() -> None:
    if sys.argv[1:] == ["many"]:
        many()
        return
    loading = min(float(subprocess.check_output([sys.executable, "-c", LOADING])) for _ in range(5))
    print(f"loading the classifier, its imports included: {loading:.2f} s of CPU (at most 0.3)")
    if not SHARED.is_dir():
        return
    speed()
    selection()
    subprocess.run([sys.executable, "-m", "bench.topics", "many"], check=True)
    left_out = json.loads(PACKAGED.with_suffix(".json").read_text(encoding="utf-8"))["lists_left_out"]
    print("lists left out of learning, titles only, then title and abstract (python -m bench.learn_topics):")
    print("\n".join(f"  {line}" for line in left_out))


def classifier():
    return create(known_topics())


def speed() -> None:
    files = classifier()
    bare = [entry(line, bare=True) for line in lines(LABELS)]
    whole = [entry(line) for line in lines(WINDOW)]
    for name, entries in (("titles", bare), ("titles with abstracts", whole)):
        started = time.process_time()
        files.classify(entries)
        rate = len(entries) / (time.process_time() - started)
        print(f"{name} a second on one core (processor time): {rate:,.0f}" + " (at least 3,000)" * (name == "titles"))


def selection() -> None:
    works = cluster([entry(line) for line in lines(WINDOW)])
    ranked = rank(assess(Settings(), NOWHERE, works))
    keys = [one.work.lead.key for one in ranked]
    said = json.loads(PICKS.read_text(encoding="utf-8"))
    picked = set(said if isinstance(said, list) else said["picks"])
    for first in (50, 100, 250):
        hits = len(picked.intersection(keys[:first]))
        print(f"picked by the community among the first {first} of {len(keys):,}: {hits}, {hits / first:.2f}")
    places = sorted(keys.index(key) + 1 for key in SEED)
    print(f"the six papers of an issue stand at {places}: {sum(place <= 250 for place in places)} in the first 250")


def many() -> None:
    """Classifies, merges and ranks MANY papers and tells what it took."""
    gc.set_threshold(100_000, 20, 20)  # as the command line does
    papers = [entry(line) for path in (WINDOW, SELECTION) for line in lines(path)]
    entries: list[Entry] = []
    for number in range(MANY):
        one = papers[number % len(papers)]
        turn = number // len(papers)
        key = f"{one.key[:4]}.{number:05d}"
        title = f"{one.title} {'again ' * turn}".strip()
        entries.append(replace(one, key=key, title=title, url=f"https://arxiv.org/abs/{key}", kind=Kind.PAPER))
    started = time.perf_counter()
    works = cluster(entries)
    ranked = rank(assess(Settings(), NOWHERE, works))
    wall = time.perf_counter() - started
    own, helpers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = own.ru_utime + own.ru_stime + helpers.ru_utime + helpers.ru_stime
    print(
        f"{len(ranked):,} papers merged, classified and ranked: {wall:.0f} s (at most 60), {spent:.0f} s of CPU, "
        f"{own.ru_maxrss / 1024:.0f} MB and about 100 in each helper (at most 1,000)"
    )


if __name__ == "__main__":
    main()
