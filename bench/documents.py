"""The four publications: python -m bench.documents

Every document at hand comes back, handbooks are read so fast, and pages in disorder lose nothing.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from pathlib import Path

from bench.data import SHARED
from weekly.errors import ParseError
from weekly.formats import FORMATS, detect, from_json, parse, to_json
from weekly.render.documents import render
from weekly.render.environment import environment

BYTES = 20_000_000
PLACES = {"digest": ("seeds/000_*", "seeds/001_*"), "topic": ("seeds/003_*", "corpus/paperdaily/*.md")}
PLACES |= {"collection": ("seeds/002_*", "corpus/collection/*.md", "corpus/collection_history/*.md")}
PLACES |= {"handbook": ("seeds/004_*", "corpus/handbook/*.md")}
STRAY = (
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\t",
    "```\n",
    "~~~\n",
    "<!--",
    "](",
    "|",
    "｜",
    '<h2 id="x">',
    "## 目录\n",
    "---\n",
)


def main() -> None:
    if not SHARED.is_dir():
        return
    documents = {
        name: [path for place in places for path in sorted(SHARED.glob(place))] for name, places in PLACES.items()
    }
    environment_ = environment()
    for name, paths in documents.items():
        texts = [path.read_bytes().decode() for path in paths]
        whole = sum(detect(text) == name and again(text, name, environment_) == text for text in texts)
        found = sum(len(parse(text, name).findings) for text in texts)
        print(f"{name}: {whole} of {len(texts)} documents come back byte for byte from their JSON; {found} findings")
    speed(documents["handbook"])
    disorder(documents, environment_, int(sys.argv[1]) if sys.argv[1:] else 2000)


def again(text: str, name: str, environment_) -> str:
    return render(from_json(json.loads(json.dumps(to_json(parse(text, name))))), environment_)


def speed(paths: list[Path]) -> None:
    texts = [path.read_bytes().decode() for path in paths]
    size = spent = 0.0
    while size < BYTES:
        for text in texts:
            started = time.process_time()
            parse(text, "handbook")
            spent += time.process_time() - started
            size += len(text.encode())
    one = "".join(texts)
    one *= max(1, BYTES // len(one.encode()))
    started = time.process_time()
    parse(one, "handbook")
    at_once = time.process_time() - started
    print(f"{size / 1e6:.0f} MB of handbook pages read: {spent / size * 1e6:.2f} s of CPU a MB (at most 2)")
    print(f"the same as one page of {len(one.encode()) / 1e6:.0f} MB: {at_once / len(one.encode()) * 1e6:.2f} s a MB")


def disorder(documents: dict[str, list[Path]], environment_, count: int) -> None:
    """Changes pages at random and counts those that do not come back."""
    chance = random.Random(11)
    lost = refused = 0
    longest = 0.0
    for _ in range(count):
        name = chance.choice(sorted(FORMATS))
        text = changed(chance.choice(documents[name]).read_bytes().decode()[:60_000], chance)
        started = time.process_time()
        try:
            lost += again(text, name, environment_) != text
        except ParseError:
            refused += 1
        longest = max(longest, time.process_time() - started)
    print(f"{count:,} pages in disorder: {lost} lost anything, {refused} refused, the slowest took {longest:.2f} s")


def changed(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(1, 5)):
        lines = re.split(r"(?<=\n)", text)
        at, end = sorted(chance.randrange(len(lines) + 1) for _ in range(2))
        step = chance.randrange(6)
        if step == 0:
            text = text.replace("\r\n", "\n").replace("\n", "\r\n")
        elif step == 1:
            text = "".join(lines[:at] + lines[min(end, at + 20) :])
        elif step == 2:
            text = "".join(lines[:at] + chance.sample(lines[at:end], end - at) + lines[end:])
        elif step == 3:
            text = "".join(lines[:end] + lines[at:end] + lines[end:])[:80_000]
        elif step == 4:
            text = "".join(lines[at:])
        else:
            place = chance.randrange(len(text) + 1)
            text = text[:place] + chance.choice(STRAY) + text[place:]
    return text


if __name__ == "__main__":
    main()
