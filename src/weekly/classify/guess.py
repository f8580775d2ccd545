"""Labels for entries that nobody has filed, where the rules are sure: lists name few of the words that papers use.

Only titles and abstracts of the entries are learned from, by what rules and categories say of them; no list is
involved, so this helps most on lists that were not learned from. Where the rules are not sure enough alone, weights
that were learned from what they are sure of may agree with them: a second lesson has those as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weekly.classify.blend import OTHER, Mix
from weekly.classify.examples import LabelledEntry
from weekly.classify.linear import Linear, softmax
from weekly.classify.rules import Rules
from weekly.models import Entry
from weekly.select.tokens import count_words, plain, words
from weekly.select.weights import Weights
from weekly.settings import Topic

STEEP, NOUGHT = 0.6, 3.4
"""How a sum of keywords becomes a probability: log-odds per point, and those of no topic at all."""
SURE = 0.75
LOUD, SILENT = 4.0, 2.0
"""Points that a guess needs at least, and below which an entry with an abstract fits no topic."""
OTHERS = 5000
"""Entries that fit no topic which are taken, evenly spread."""
BOTH = Mix(linear=0.8, rules=0.32, most=8.0, other=2.0)
"""How rules and the weights of the first lesson are put together, of entries with an abstract."""
AGREED = 0.4
"""Confidence of both together from which an entry is learned from that both file alike; chosen on lists left out."""
NOTHING = 0.5
"""What the weights of the first lesson must give to `other` where the rules are silent, for an entry to be one."""
RULES, RULES_AND_WEIGHTS = "rules", "rules and weights"
"""The sources of guessed labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfiledEntry:
    """An entry that nobody has filed, its words and what the rules say of it: read once for several lessons."""

    entry: Entry
    counts: Mapping[str, int]
    points: Sequence[float]

    @property
    def is_silent(self) -> bool:
        """Whether it has a text in which the rules find nothing to speak of."""
        return max(self.points) < SILENT and bool(self.entry.text)

    @property
    def is_sure(self) -> bool:
        """Whether the rules file it without doubt."""
        sure = max(softmax([*(STEEP * point for point in self.points), NOUGHT])) > SURE
        return sure and max(self.points) > LOUD and not self.is_silent


def read_unfiled(entries: Sequence[Entry], topics: Sequence[Topic]) -> list[UnfiledEntry]:
    """*entries* as rules for *topics* see them."""
    rules = Rules(topics)
    unfiled = []
    for entry in entries:
        title, text = words(plain(entry.title)), words(plain(entry.text))
        points = rules.points(rules.hits(title, text, entry))
        unfiled.append(UnfiledEntry(entry=entry, counts=count_words(title, text), points=points))
    return unfiled


def guess_labels(unfiled: Sequence[UnfiledEntry], topics: Sequence[Topic]) -> list[LabelledEntry]:
    """Those of *unfiled* that the rules file without doubt, under a topic or under none."""
    found = [_filed(one, topics) for one in unfiled if one.is_sure]
    return [*found, *_spread([one for one in unfiled if one.is_silent])]


def guess_again(unfiled: Sequence[UnfiledEntry], topics: Sequence[Topic], first: Weights) -> list[LabelledEntry]:
    """The same with those that rules and *first*, the weights of a lesson before, file alike with some confidence.

    Of those that fit no topic the ones stay that neither sees one in.
    """
    linear = Linear([(first, 1.0)])
    found, agreed, none = [], [], []
    for one in unfiled:
        known = linear.probabilities(one.counts)
        shares = [known.get(topic.slug, 0.0) for topic in topics]
        if one.is_sure:
            found.append(_filed(one, topics))
        elif one.entry.text and _agree(one.points, shares, known.get(OTHER, 0.0)):
            agreed.append(_filed(one, topics, RULES_AND_WEIGHTS))
        elif one.is_silent and known.get(OTHER, 0.0) > NOTHING:
            none.append(one)
    return [*found, *agreed, *_spread(none)]


def _agree(points: Sequence[float], shares: Sequence[float], other: float) -> bool:
    """Whether rules and weights put the same topic first, and are sure enough of it together."""
    place = points.index(max(points))
    if points[place] <= 0 or shares[place] < max(*shares, other):
        return False
    confidences = BOTH.confidences([*shares, other], points)
    return confidences[place] >= max(AGREED, *confidences)


def _filed(one: UnfiledEntry, topics: Sequence[Topic], source: str = RULES) -> LabelledEntry:
    topic = topics[one.points.index(max(one.points))].slug
    return LabelledEntry(entry=one.entry, topic=topic, source=source)


def _spread(none: Sequence[UnfiledEntry]) -> list[LabelledEntry]:
    """OTHERS of *none* at most, evenly spread."""
    taken = none[:: max(1, -(-len(none) // OTHERS))]
    return [LabelledEntry(entry=one.entry, topic=OTHER, source=RULES) for one in taken]
