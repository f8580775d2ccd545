"""Suggested topics: what a field falls into, in words that an owner can paste."""

from __future__ import annotations

import random
import tomllib

from tests.classify.works import entry
from weekly.classify import create
from weekly.classify.suggest import as_toml, suggest_topics
from weekly.settings import Topic

FIELDS = {
    "query optimization": ("join order", "cardinality", "query plan", "selectivity"),
    "graph storage": ("adjacency", "edge partition", "vertex", "traversal"),
    "stream processing": ("watermark", "window join", "late event", "operator state"),
}
FILLER = tuple(f"{letter}{part}" for letter in "bdfgklm" for part in ("arlo", "enti", "oska", "umira"))


def collected(count=90):
    chance = random.Random(1)
    entries, right = [], []
    for number in range(count):
        field = sorted(FIELDS)[number % len(FIELDS)]
        title = f"{chance.choice(FIELDS[field])} in {field} with {chance.choice(FILLER)}"
        text = " ".join(chance.choice((*FILLER, *FIELDS[field])) for _ in range(30))
        entries.append(entry(title, text, key=str(number)))
        right.append(field)
    return entries, right


def test_a_field_falls_into_the_topics_that_it_has():
    entries, right = collected()
    topics = suggest_topics(entries)
    settings = [Topic(**tomllib.loads(as_toml(one))["topics"][0]) for one in topics]
    given = [scores[0].topic for scores in create(settings).classify(entries)]
    main = {field: max(set(of), key=of.count) for field in FIELDS
            if (of := [topic for topic, one in zip(given, right, strict=True) if one == field])}  # fmt: skip
    assert len(set(main.values())) == len(FIELDS)
    agree = sum(main[one] == topic for topic, one in zip(given, right, strict=True))
    assert agree >= 0.9 * len(entries)


def test_each_comes_with_examples_and_keywords_that_its_entries_hold():
    entries, _ = collected()
    for topic in suggest_topics(entries):
        assert len(topic.examples) == 3
        assert {one.title for one in entries} >= set(topic.examples)
        assert 1 <= len(topic.keywords) <= 7


def test_a_hostile_title_stays_in_a_comment_of_the_toml():
    entries = [entry(f'Storm\n[smtp] surge {number} "x"', key=str(number)) for number in range(12)]
    entries += [entry(f"Nothing of the kind {number}", key=f"other {number}") for number in range(30)]
    (topic, *_) = suggest_topics(entries)
    assert set(tomllib.loads(as_toml(topic))) == {"topics"}


def test_too_few_entries_suggest_nothing():
    assert suggest_topics([]) == []
    assert suggest_topics([entry("One title about storms")]) == []
