"""The papers that lines of a file describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weekly.models import Entry


def paper(row: dict[str, Any]) -> Entry:
    """The paper that a line describes (`title`, `abstract`, `authors`, `categories`, `comment`, …)."""
    from weekly.models import Entry, Kind
    from weekly.text import one_line, paragraphs

    identifier = one_line(str(row.get("arxiv_id") or row.get("id") or ""), 100)
    title = one_line(str(row.get("title") or ""), 1000)
    return Entry(
        source="arxiv",
        key=identifier or title,
        kind=Kind.PAPER,
        title=title,
        url=str(row.get("url") or (f"https://arxiv.org/abs/{identifier}" if identifier else "")),
        text=paragraphs(str(row.get("abstract") or "")),
        authors=_texts(row.get("authors"), r"\s*[,;]\s*"),
        categories=_texts(row.get("categories"), r"[\s,;]+"),
        published=_moment(row.get("published")),
        comment=one_line(str(row.get("comment") or ""), 1000),
        links=_texts(row.get("links"), r"\s+"),
    )


def _texts(value: Any, separator: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(filter(None, re.split(separator, value)))
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _moment(value: Any) -> Any:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
