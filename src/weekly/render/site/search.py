"""The search index of one year: a script that hands over rows, since a page on a disk may load no other file."""

from __future__ import annotations

import json
from collections.abc import Iterable

from weekly.render.site.issues import ArchivedCard

_PEOPLE = 20
"""Authors of a card that are searched."""


def index(year: str, items: Iterable[ArchivedCard], label: dict[str, str]) -> str:
    """What search.js reads: title, text, tags and institutions, topic, week, place, authors of each card."""
    rows = [
        [
            item.title,
            item.excerpt,
            " ".join((*item.tags, *item.institutions)),
            label.get(item.topic, ""),
            item.issue.week,
            item.place,
            " ".join(item.authors[:_PEOPLE]),
        ]
        for item in items
    ]
    # No end of a script can stand in it, wherever it may be quoted.
    text = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return 'weeklyIndex("{}",[\n{}\n]);\n'.format(year, text.replace("<", "\\u003c"))
