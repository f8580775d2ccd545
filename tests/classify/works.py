"""Made-up entries in the words of made-up topics."""

from __future__ import annotations

import random

from weekly.classify.examples import LabelledEntry
from weekly.models import Entry, Kind
from weekly.select.weights import Weights, pack, unpack
from weekly.settings import Topic

WORDS = {
    "weather": ("precipitation", "cyclone", "nowcasting", "humidity", "radar", "barometer"),
    "cooking": ("recipe", "oven", "dough", "spice", "ferment", "ladle"),
}
TOPICS = tuple(Topic(slug=slug, keywords={}) for slug in WORDS)
FILLER = ("model", "method", "learning", "towards", "using", "data")


def entry(title: str, text: str = "", **more: object) -> Entry:
    return Entry(
        source="arxiv", key=str(more.pop("key", title)), kind=Kind.PAPER, title=title, url="https://x.org", text=text,
        **more,
    )  # fmt: skip


def examples(count: int, *, sources: int = 6, told: bool = True, seed: int = 1) -> list[LabelledEntry]:
    """Entries of both topics; their labels follow their words, or, when not *told*, nothing."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        topic = chance.choice(sorted(WORDS))
        said = [*chance.sample(WORDS[topic], 2), *chance.sample(FILLER, 2), f"nr{number}"]
        label = topic if told else chance.choice(sorted(WORDS))
        made.append(LabelledEntry(entry=entry(" ".join(said)), topic=label, source=f"list {number % sources}"))
    return made


def weights(rows: dict[str, tuple[int, ...]], classes: tuple[str, ...], **header: object) -> Weights:
    """Weights with the steps that *rows* names for each word, one a class, and scale 0.1."""
    body = bytes(step + 128 for word in sorted(rows) for step in rows[word])
    said = {"classes": classes, "bias": [0.0] * len(classes), "scale": [0.1] * len(classes), **header}
    return unpack(pack(said, sorted(rows), body))
