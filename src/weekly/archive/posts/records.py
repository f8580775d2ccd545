"""Posts in exports of other tools: JSON and tables.

Ghost (https://ghost.org/docs/migration/custom/), Buttondown, listmonk, Substack and whoever writes a list of objects
or a table with a title, a date and a text in them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from weekly.archive.posts.fields import TEXTS, date_of, is_published, texts_of, title_of
from weekly.archive.posts.post import EarlierPost

_DEEPEST = 12
"""Levels of an export that are looked at."""
csv.field_size_limit(64 * 1024 * 1024)


def read_json(text: str) -> Iterator[EarlierPost]:
    """The posts of an export: every object with a text and a title or a date; without any, all that the document says.

    Raises ValueError for what is no JSON.
    """
    data = json.loads(text)
    posts = [post for fields in _objects(data) if _is_post(fields) for post in _posts(fields)]
    yield from posts or [EarlierPost(text="\n\n".join(_strings(data)))]


def read_json_lines(text: str) -> Iterator[EarlierPost]:
    """As `read_json` of each line; raises ValueError for a line that is no JSON."""
    for line in filter(str.strip, text.splitlines()):
        yield from read_json(line)


def read_table(text: str) -> Iterator[EarlierPost]:
    """The posts of a table with a head, one a row; each row's other cells are read as text."""
    head = text[: text.find("\n")]
    for row in csv.DictReader(io.StringIO(text), delimiter="\t" if head.count("\t") > head.count(",") else ","):
        fields = {name: value for name, value in row.items() if name and isinstance(value, str)}
        if any(name.strip().lower() in TEXTS for name in fields):
            yield from _posts(fields)
        else:
            line = " ".join(fields.values())
            yield EarlierPost(text=line, title=title_of(fields), at=date_of(fields), published=is_published(fields))


def _objects(data: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from _objects(value, depth + 1)


def _is_post(fields: Mapping[str, Any]) -> bool:
    return bool(texts_of(fields) and (title_of(fields) or date_of(fields)))


def _posts(fields: Mapping[str, Any]) -> Iterator[EarlierPost]:
    title, at, published = title_of(fields), date_of(fields), is_published(fields)
    for text in texts_of(fields):
        html = "</" in text or "<br" in text
        plain = text if html or not text.lstrip().startswith("{") else _unpacked(text)
        yield EarlierPost(text=plain, html=html, title=title, at=at, published=published)


def _unpacked(text: str) -> str:
    """The strings of a document that an editor keeps as JSON, such as Ghost's."""
    try:
        return "\n\n".join(_strings(json.loads(text)))
    except (ValueError, RecursionError):
        return text


def _strings(data: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif depth <= 4 * _DEEPEST and isinstance(data, list | dict):
        for value in data if isinstance(data, list) else data.values():
            yield from _strings(value, depth + 1)
