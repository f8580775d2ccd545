"""What a text asks its reader to believe, and the sentences that say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class About(StrEnum):
    """What kind of claim it is; the names are those of the checks."""

    NUMBER = "numbers"
    NAME = "names"
    INSTITUTION = "institutions"
    LINK = "links"
    BOAST = "boasts"
    DIRECTION = "directions"
    EXCHANGE = "exchanges"


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of a text that ask to be believed."""

    about: About
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the sources."""

    text: str
    source: int
    """The place of its text among those that the sources were made of, from 0."""


@dataclass(frozen=True, slots=True)
class Support:
    """A claim with the sentences of the sources that hold it, the one that says most of the text's sentence first."""

    claim: Claim
    held: bool
    sentences: tuple[Sentence, ...]
    """None where nothing holds the claim, or something that is no sentence: an address, a word that everybody knows."""
