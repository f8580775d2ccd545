"""The weekly issue: headlines, cover, summary, contents, one card for each work, references."""

from weekly.formats.digest.model import EN, ZH, BlockSection, Cover, Digest, Image, Item, Labels, Reference
from weekly.formats.digest.parse import parse
from weekly.formats.lists import ContentsLine

__all__ = [
    "EN",
    "ZH",
    "BlockSection",
    "ContentsLine",
    "Cover",
    "Digest",
    "Image",
    "Item",
    "Labels",
    "Reference",
    "parse",
]
