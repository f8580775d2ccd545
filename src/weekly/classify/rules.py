"""Topics by the keywords of weekly.toml: an owner can read them, change them and add topics of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from weekly.models import Entry
from weekly.select.tokens import has_other_script, other_number, plain, words
from weekly.settings import Topic

IN_TEXT = 0.3
"""What a phrase in the abstract counts, against one in the title."""
MOST_IN_TEXT = 3
"""Repetitions of a phrase in the abstract that still count."""
PRIMARY, SECONDARY = 1.5, 0.7
"""What a category of the topic adds as the entry's first and as a further one."""
AGAINST = -20.0
"""What a category adds that the topic names with a minus before it, wherever it stands."""
LOUDLY = -4.0
"""Points from which on a topic is out, whatever its wording; a few points less than 0 say nothing."""
CATEGORIES = 10
"""Categories of an entry that are looked at."""


class Hit(NamedTuple):
    """A phrase or category that spoke for a topic, or against it."""

    topic: int
    """The place of the topic among those that the rules were made of."""
    points: float
    what: str
    """As the owner wrote it."""
    where: str
    """title, abstract or categories."""


class Rules:
    """Keywords and categories of topics; the topics keep the order in which they are given."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.slugs = tuple(topic.slug for topic in topics)
        self._latin: dict[str, list[tuple[int, float, str]]] = {}
        self._anywhere: list[tuple[str, int, float, str]] = []
        """Phrases in other scripts, which need no spaces between words."""
        self._lengths: dict[str, dict[str, int]] = {}
        """By the first word of a phrase and the second the most words of such; of a single word there is no second."""
        self._categories: dict[str, list[tuple[int, bool]]] = {}
        for index, topic in enumerate(topics):
            for phrase, weight in topic.keywords.items():
                self._add(phrase, index, weight)
            for category in topic.categories:
                name = category.lower().removeprefix("-")
                self._categories.setdefault(name, []).append((index, category.startswith("-")))
        self._add_other_numbers()
        for key in self._latin:
            first, *rest = key.split()
            lengths = self._lengths.setdefault(first, {})
            for second in rest[:1]:
                lengths[second] = max(1 + len(rest), lengths.get(second, 0))

    def _add(self, phrase: str, index: int, weight: float) -> None:
        text = plain(phrase)
        if has_other_script(text):
            self._anywhere.append(("".join(text.split()), index, weight, phrase))
        elif parts := words(text):
            self._latin.setdefault(" ".join(parts), []).append((index, weight, phrase))

    def _add_other_numbers(self) -> None:
        """Phrases with one word in the other number, unless their topic has them with a weight of their own."""
        for key, meant in list(self._latin.items()):
            parts = key.split()
            for place, other in enumerate(map(other_number, parts)):
                if other:
                    known = self._latin.setdefault(" ".join([*parts[:place], other, *parts[place + 1 :]]), [])
                    known += [one for one in meant if one[0] not in {index for index, _, _ in known}]

    def hits(self, title: Sequence[str], text: Sequence[str], entry: Entry) -> list[Hit]:
        """All that speaks for or against a topic; *title* and *text* are the words of the entry's title and text."""
        hits = [
            Hit(index, weight, what, "title")
            for key in self._phrases(title)
            for index, weight, what in self._latin[key]
        ]
        for key, times in Counter(self._phrases(text)).items():
            share = IN_TEXT * min(times, MOST_IN_TEXT)
            hits += [Hit(index, weight * share, what, "abstract") for index, weight, what in self._latin[key]]
        hits += self._hits_anywhere(entry)
        for place, category in enumerate(entry.categories[:CATEGORIES]):
            points = SECONDARY if place else PRIMARY
            hits += [
                Hit(index, AGAINST if against else points, category, "categories")
                for index, against in self._categories.get(category.lower(), ())
            ]
        return hits

    def points(self, hits: Sequence[Hit]) -> list[float]:
        """One number per topic: how loudly *hits* speak for it; below 0 only where they speak against it loudly."""
        sums = [0.0] * len(self.slugs)
        for topic, points, _, _ in hits:
            sums[topic] += points
        return [total if total < LOUDLY else max(total, 0.0) for total in sums]

    def _phrases(self, tokens: Sequence[str]) -> list[str]:
        """The keywords in *tokens*, without those that lie within a longer one."""
        phrases = []
        reached, last = 0, len(tokens) - 1
        for start, lengths in [
            (start, lengths) for start, lengths in enumerate(map(self._lengths.get, tokens)) if lengths is not None
        ]:
            longest = lengths.get(tokens[start + 1], 1) if start < last else 1
            if longest == 1:
                if start >= reached and tokens[start] in self._latin:
                    phrases.append(tokens[start])
                    reached = start + 1
                continue
            for end in range(min(start + longest, len(tokens)), max(start, reached), -1):
                key = " ".join(tokens[start:end]) if end - start > 1 else tokens[start]
                if key in self._latin:
                    phrases.append(key)
                    reached = end
                    break
        return phrases

    def _hits_anywhere(self, entry: Entry) -> Iterator[Hit]:
        for where, part, share in (("title", entry.title, 1.0), ("abstract", entry.text, IN_TEXT)):
            if has_other_script(part):
                text = "".join(plain(part).split())
                for phrase, index, weight, what in self._anywhere:
                    if phrase in text:
                        yield Hit(index, weight * share, what, where)


def hit_reason(hits: Sequence[Hit], topic: int) -> str:
    """What spoke loudest for *topic*, as an editor reads it: phrase 'talking head' in the title; cs.CV."""
    loudest = sorted((hit for hit in hits if hit.topic == topic and hit.points > 0), key=lambda hit: -hit.points)
    spoken = dict.fromkeys(hit.what for hit in loudest if hit.where != "categories")
    places = {what: next(hit.where for hit in loudest if hit.what == what) for what in spoken}
    reasons = [f"phrase {what!r} in the {places[what]}" for what in spoken][:2]
    return "; ".join([*reasons, *[hit.what for hit in loudest if hit.where == "categories"][:1]])
