"""How much the gate catches of planted errors, and how often it cries wolf: `python -m bench.faithfulness`.

Over real abstracts. Faithful texts are what the drafter writes of them, and the same with every number and name
spelled another way; errors are planted into both: a changed number, a name of another paper, another institution.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.papers import Paper, papers
from weekly.claims import Sources, institutions, names
from weekly.text.latex import readable
from weekly.text.sentences import split

_NUMBER = re.compile(r"(?<![A-Za-z\d.,_-])\d{1,3}(?:,\d{3})+|(?<![A-Za-z\d.,_-])\d+(?:\.\d+)?(?![\d,]*[A-Za-z\d])")
_SPELLED = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ten": "10"}


@dataclass
class Tally:
    """How often something was caught, or wrongly alarmed."""

    tried: int = 0
    hit: int = 0

    def add(self, hit: object) -> None:
        self.tried += 1
        self.hit += bool(hit)

    def __str__(self) -> str:
        return f"{self.hit}/{self.tried} = {self.hit / max(1, self.tried):.2%}"


def respelled(text: str, chance: random.Random) -> str:
    """*text* as another writer would put it: the same facts, other spellings."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text) if chance.random() < 0.5 else text
    text = re.sub(r"(?<=\d)\s?%", " %" if chance.random() < 0.5 else " percent", text)
    text = re.sub(r"(?<=\d)\s?[×x]\b", "x" if chance.random() < 0.5 else "×", text)
    text = re.sub(r"\b(" + "|".join(_SPELLED) + r")\b", lambda found: _SPELLED[found[1]], text)
    text = re.sub(r"(?<![\w.-])(\d+)B(?![\w-])", r"\1 billion", text) if chance.random() < 0.5 else text
    text = re.sub(r"\b(we|our method|our approach)\b", "the authors", text, flags=re.IGNORECASE)
    text = text.replace("state-of-the-art", "SOTA") if chance.random() < 0.3 else text
    words = text.split(" ")
    return " ".join(word for word in words if word not in {"also", "further", "significantly", "the"})


def changed_number(text: str, chance: random.Random) -> str | None:
    """*text* with one of its numbers changed into one that its source does not state."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    digits = [at for at, sign in enumerate(match[0]) if sign.isdigit()]
    at = chance.choice(digits)
    wrong = match[0][:at] + chance.choice([d for d in "123456789" if d != match[0][at]]) + match[0][at + 1 :]
    return text[: match.start()] + wrong + text[match.end() :]


def foreign_name(text: str, source: str, others: list[str], chance: random.Random) -> str | None:
    """*text* with one of its names replaced by a name of another paper."""
    own = [name for name in names.names(text) if len(name) > 2]
    if not own:
        return None
    wrong = next(name for name in iter(lambda: chance.choice(others), None) if name.casefold() not in source.casefold())
    return text.replace(chance.choice(own), wrong, 1)


def coined(every: list[Paper]) -> list[str]:
    """Names that only papers have: mixed capitals or digits."""
    found = Counter(name for paper in every for name in set(names.names(readable(paper.abstract))))
    return [name for name in sorted(found) if len(name) > 3 and sum(map(str.isupper, name)) > 1]


def faithful(paper: Paper, chance: random.Random) -> Iterator[str]:
    """Texts that say nothing but what the abstract says."""
    sentences = split(readable(paper.abstract))
    some = [one for one in sentences if chance.random() < 0.6] or sentences
    yield " ".join(some)
    yield respelled(" ".join(some), chance)


def measure(every: list[Paper], seed: int = 7) -> dict[str, Tally]:
    """The tallies over *every* paper."""
    chance = random.Random(seed)
    others, tallies = coined(every), {name: Tally() for name in ("alarms", "alarms copied", "numbers", "names")}
    for paper in every:
        sources = Sources([paper.title, paper.abstract, paper.comment])
        for which, text in enumerate(faithful(paper, chance)):
            tallies["alarms" if which else "alarms copied"].add(sources.unsupported(text))
            if (wrong := changed_number(text, chance)) is not None:
                tallies["numbers"].add(sources.unsupported(wrong))
            if (wrong := foreign_name(text, sources.text, others, chance)) is not None:
                tallies["names"].add(sources.unsupported(wrong))
    return tallies | swapped(chance, len(every))


def swapped(chance: random.Random, count: int) -> dict[str, Tally]:
    """Institutions of a card under any of their names, and others in their place."""
    spellings = sorted(institutions.spellings())
    tallies = {"institutions": Tally(), "alarms institutions": Tally()}
    frames: list[Callable[[str], str]] = [
        lambda name: f"**OmniThing** 由 **{name}** 提出，是图像生成方向的论文。",
        lambda name: f"**OmniThing** is a paper on image generation from **{name}**.",
        lambda name: f"{name}与合作者发布了 OmniThing。",
    ]
    for _ in range(count):
        own, other = chance.sample(spellings, 2)
        row, wrong = institutions.spellings()[own], institutions.spellings()[other]
        if row == wrong:
            continue
        sources = Sources(["OmniThing: One Thing", f"{own}, {chance.choice(['China', 'USA', 'Singapore'])}"])
        frame = chance.choice(frames)
        tallies["alarms institutions"].add(sources.unsupported(frame(chance.choice([row.en, row.zh, own]))))
        tallies["institutions"].add(sources.unsupported(frame(other)))
    return tallies


def rate(every: list[Paper]) -> float:
    """Cards a second, on one core: the sources read and a text of the usual length held against them."""
    chance = random.Random(1)
    texts = [(paper, respelled(" ".join(split(readable(paper.abstract))[:4]), chance)) for paper in every]
    started = time.process_time()
    for paper, text in texts:
        Sources([paper.title, paper.abstract, paper.comment]).unsupported(text)
    return len(texts) / (time.process_time() - started)


if __name__ == "__main__":
    chosen = papers(4000)
    for name, tally in measure(chosen).items():
        print(f"{name:22} {tally}")
    print(f"{'cards a second':22} {rate(chosen):.0f}")
