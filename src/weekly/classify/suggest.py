"""Topics that a field falls into, found in what was collected: phrases that many titles share and few other texts say.

A greedy cover: the phrase that names most of what no topic names yet begins a topic; what else its entries say more
often than all others say becomes its keywords. Everything is a word that an owner can read, keep or strike out.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

from weekly.models import Entry
from weekly.select.tokens import EMPTY, plain, words

MOST = 8
"""Topics that are suggested at most."""
FEWEST = 4
"""Entries without which a phrase is no topic."""
IN_TITLES = 2
"""Titles that a phrase must stand in: what only abstracts say is talk."""
COMMON, COMMON_WORD = 0.4, 0.1
"""Share of all entries from which on a pair of words, and a single word, tell nothing apart."""
LIFT = 4.0
"""How much oftener the entries of a topic say a pair of words than all entries do; a single word, twice that."""
KEYWORDS = 6
"""Keywords of a topic beside the one that it began with."""
SHARE = 0.12
"""Of a topic's entries that say a keyword, at least."""
FIRST, PAIR, WORD = 4.0, 3.0, 2.0
"""Weights of the phrase that begins a topic, of further pairs of words, and of single words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedTopic:
    """A topic, ready for weekly.toml."""

    slug: str
    name: str
    keywords: dict[str, float]
    entries: int
    """How many of the entries it would take."""
    examples: tuple[str, ...]
    """Three of their titles."""


def suggest_topics(entries: Sequence[Entry], most: int = MOST) -> list[SuggestedTopic]:
    """At most *most* topics that *entries* fall into, the largest first; none where there are too few of them."""
    titles = [_phrases(entry.title) for entry in entries]
    texts = [title | _phrases(entry.text) for title, entry in zip(titles, entries, strict=True)]
    said, titled = (Counter(itertools.chain.from_iterable(sets)) for sets in (texts, titles))
    told = {
        phrase
        for phrase, count in said.items()
        if FEWEST <= count <= max(len(entries) * (COMMON if " " in phrase else COMMON_WORD), 2 * FEWEST)
        and titled[phrase] >= IN_TITLES
    }
    open_places = set(range(len(entries)))
    suggested: list[SuggestedTopic] = []
    while len(suggested) < most and (begun := _begin(open_places, titles, texts, told, said)):
        covered = {place for place in open_places if begun in texts[place]}
        others = _companions(begun, covered, texts, told, said, len(entries))
        keywords = {begun: FIRST} | {phrase: PAIR if " " in phrase else WORD for phrase in others}
        members = covered | {place for place in open_places if not titles[place].isdisjoint(keywords)}
        loudest = sorted(members, key=lambda place: (-_loudness(keywords, titles[place]), place))
        suggested.append(
            SuggestedTopic(
                slug=re.sub(r"[^a-z0-9]+", "_", begun).strip("_"),
                name=_as_written(begun, [entries[place].title for place in loudest]),
                keywords=keywords,
                entries=len(members),
                examples=tuple(entries[place].title for place in loudest[:3]),
            )
        )
        open_places -= members
        told -= keywords.keys()
    return sorted(suggested, key=lambda one: -one.entries)


def as_toml(topic: SuggestedTopic) -> str:
    """*topic* as a table of weekly.toml, its examples as comments above it."""
    lines = [f"# {topic.entries} entries, such as", *(f"#   {' '.join(title.split())}" for title in topic.examples)]
    names = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in (("slug", topic.slug),
             ("name", topic.name), ("name_en", topic.name))]  # fmt: skip
    keywords = [f"{json.dumps(phrase)} = {weight:g}" for phrase, weight in topic.keywords.items()]
    return "\n".join([*lines, "[[topics]]", *names, "[topics.keywords]", *keywords, ""])


def _phrases(text: str) -> set[str]:
    """The words of *text* that say something, and its pairs of them."""
    tokens = words(plain(text))
    full = [token not in EMPTY and len(token) > 2 and not token.isdigit() for token in tokens]  # noqa: PLR2004
    singles = {token for token, fit in zip(tokens, full, strict=True) if fit}
    pairs = {
        f"{one} {two}" for (one, two), fits in zip(itertools.pairwise(tokens), itertools.pairwise(full), strict=True)
        if all(fits)
    }  # fmt: skip
    return singles | pairs


def _begin(
    places: Iterable[int], titles: Sequence[set[str]], texts: Sequence[set[str]], told: set[str], said: Counter[str]
) -> str:
    """The phrase that best names what is open; empty where none names FEWEST of it."""
    named: Counter[str] = Counter()
    mentioned: Counter[str] = Counter()
    for place in places:
        named.update(titles[place] & told)
        mentioned.update(texts[place] & told)
    # A pair of words says what it is about; a single word has to stand in many more titles to be worth as much. What
    # is mentioned far oftener than it is a title is the field's general talk.
    worth = {
        phrase: log(1 + count) * (2.0 if " " in phrase else 1.0) * (count / said[phrase]) ** 0.5
        for phrase, count in named.items()
        if count >= IN_TITLES and mentioned[phrase] >= FEWEST
    }
    return max(worth, key=lambda phrase: (worth[phrase], phrase), default="")


def _companions(
    begun: str, members: set[int], texts: Sequence[set[str]], told: set[str], said: Counter[str], total: int
) -> list[str]:
    """What *members* say much oftener than the rest, the most telling first, and nothing within *begun* or about it."""
    inside = Counter(itertools.chain.from_iterable(texts[place] & told for place in members))
    lift = {
        phrase: count / len(members) / (said[phrase] / total)
        for phrase, count in inside.items()
        if count >= max(2, SHARE * len(members)) and phrase not in begun.split() and phrase != begun
    }
    telling = sorted(
        (phrase for phrase, times in lift.items() if times >= (LIFT if " " in phrase else 2 * LIFT)),
        key=lambda phrase: (-inside[phrase] * log(lift[phrase]) * (2 if " " in phrase else 1), phrase),
    )
    kept: list[str] = []
    for phrase in telling:
        if not any(set(phrase.split()) <= set(other.split()) for other in kept):
            kept.append(phrase)
    return kept[:KEYWORDS]


def _as_written(phrase: str, titles: Sequence[str]) -> str:
    """*phrase* with the plural s and the hyphens that the first title to hold it has."""
    pattern = re.compile(r"\b" + r"s?[\s-]+".join(map(re.escape, phrase.split())) + r"s?\b", re.IGNORECASE)
    written = next((match[0] for title in titles if (match := pattern.search(title))), phrase)
    return written.capitalize()


def _loudness(keywords: dict[str, float], title: set[str]) -> float:
    return sum(weight for phrase, weight in keywords.items() if phrase in title)
