"""An evergreen page of one field: introduction, contents, an entry for each work, footer."""

from weekly.formats.collection.append import append
from weekly.formats.collection.model import (
    SECTIONS,
    SECTIONS_EN,
    Collection,
    CollectionEntry,
    CollectionLink,
    CollectionSection,
)
from weekly.formats.collection.order import groups
from weekly.formats.collection.parse import is_empty, parse
from weekly.formats.lists import ContentsLine

__all__ = [
    "SECTIONS",
    "SECTIONS_EN",
    "Collection",
    "CollectionEntry",
    "CollectionLink",
    "CollectionSection",
    "ContentsLine",
    "append",
    "groups",
    "is_empty",
    "parse",
]
