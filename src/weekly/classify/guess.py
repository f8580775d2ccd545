"""Labels for entries that nobody has filed, where the rules are sure: lists name few of the words that papers use.

Only titles and abstracts of the entries are learned from, by what rules and categories say of them; no list is
involved, so this helps most on lists that were not learned from.
"""

from __future__ import annotations

from collections.abc import Sequence

from weekly.classify.blend import OTHER
from weekly.classify.examples import LabelledEntry
from weekly.classify.linear import softmax
from weekly.classify.rules import Rules
from weekly.models import Entry
from weekly.select.tokens import plain, words
from weekly.settings import Topic

STEEP, NOUGHT = 0.6, 3.4
"""How a sum of keywords becomes a probability: log-odds per point, and those of no topic at all."""
SURE = 0.75
LOUD, SILENT = 4.0, 2.0
"""Points that a guess needs at least, and below which an entry with an abstract fits no topic."""
OTHERS = 5000
"""Entries that fit no topic which are taken, evenly spread."""


def guess_labels(entries: Sequence[Entry], topics: Sequence[Topic]) -> list[LabelledEntry]:
    """Those of *entries* that the rules file without doubt, under a topic or under none."""
    rules = Rules(topics)
    found, none = [], []
    for entry in entries:
        title, text = words(plain(entry.title)), words(plain(entry.text))
        points = rules.points(rules.hits(title, text, entry))
        best = max(points)
        if best < SILENT and text:
            none.append(LabelledEntry(entry=entry, topic=OTHER, source="rules"))
        elif best > LOUD and max(softmax([*(STEEP * point for point in points), NOUGHT])) > SURE:
            found.append(LabelledEntry(entry=entry, topic=rules.slugs[points.index(best)], source="rules"))
    return [*found, *none[:: max(1, -(-len(none) // OTHERS))]]
