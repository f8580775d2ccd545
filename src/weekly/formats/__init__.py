"""The four publications: text to typed documents and back to data.

`parse` reads a text, `to_json` and `from_json` are the data, `weekly.render.documents` writes the text again through
the templates: the same text, byte for byte, as long as nobody edits the data.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from weekly.errors import ParseError
from weekly.formats import collection, digest, handbook, topic
from weekly.formats.collection import Collection
from weekly.formats.convert import from_data, to_data
from weekly.formats.detect import detect
from weekly.formats.digest import Digest
from weekly.formats.handbook import Handbook
from weekly.formats.pieces import DocumentFinding
from weekly.formats.texts import read_text
from weekly.formats.topic import TopicPage

__all__ = [
    "FORMATS",
    "Document",
    "DocumentFinding",
    "Format",
    "detect",
    "from_json",
    "is_json",
    "load",
    "name_of",
    "parse",
    "read_text",
    "to_json",
]

Document = Digest | TopicPage | Collection | Handbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One kind of document."""

    name: str
    document: type[Document]
    parse: Callable[[str], Document]


FORMATS: Mapping[str, Format] = {
    "digest": Format(name="digest", document=Digest, parse=digest.parse),
    "topic": Format(name="topic", document=TopicPage, parse=topic.parse),
    "collection": Format(name="collection", document=Collection, parse=collection.parse),
    "handbook": Format(name="handbook", document=Handbook, parse=handbook.parse),
}
"""The formats by their names, as `convert --format` takes them."""


def parse(text: str, name: str | None = None) -> Document:
    """The document that *text* is, in the format called *name* or in the one that it looks like.

    Raises:
        ParseError: it is in none of the formats, or not in that one; or there is no format of that name.
    """
    return _format(detect(text) if name is None else name).parse(text)


def name_of(document: Document) -> str:
    """The name of the format of *document*."""
    return next(name for name, each in FORMATS.items() if isinstance(document, each.document))


def to_json(document: Document) -> dict[str, Any]:
    """*document* as JSON data: what it says, and how it is laid out where that differs from a fresh one."""
    return {"format": name_of(document), **to_data(document)}


def load(text: str, name: str | None = None) -> Document:
    """The document that *text* writes, in one of the formats or as its JSON.

    Raises:
        ParseError: what is wrong and where.
    """
    if not is_json(text):
        return parse(text, name)
    try:
        return from_json(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ParseError(f"not valid JSON: {error}") from error


def is_json(text: str) -> bool:
    """Whether *text* is meant as the JSON of a document: no page begins with a brace."""
    return text.lstrip().startswith("{")


def from_json(data: Any) -> Document:
    """The document in JSON *data*.

    Raises:
        ParseError: it is no document; the message names the wrong place, such as items[2].image.url.
    """
    if not isinstance(data, Mapping):
        raise ParseError('the document: an object is needed, such as {"format": "digest", …}')
    kind = _format(data.get("format"))
    return from_data(kind.document, {key: _lines(key, value) for key, value in data.items() if key != "format"})


def _lines(key: str, value: Any) -> Any:
    """*value*, where it is a list of contents written as mere texts, with the texts in their place."""
    if key not in {"toc", "contents"} or not isinstance(value, list):
        return value
    return [{"text": each} if isinstance(each, str) else each for each in value]


def _format(name: object) -> Format:
    if not isinstance(name, str) or name not in FORMATS:
        raise ParseError(f"format: {name!r} is none of {', '.join(FORMATS)}")
    return FORMATS[name]
