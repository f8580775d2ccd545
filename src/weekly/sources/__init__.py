"""Where entries come from. A source reads one place and knows nothing of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from weekly.models import Entry, LeftOut, Verdict, Window

if TYPE_CHECKING:
    from weekly.net.client import Fetcher


@dataclass(slots=True)
class Report:
    """What a source says about its run beside the entries."""

    notes: list[str] = field(default_factory=list)
    """What the owner should know, a line each."""
    gaps: list[str] = field(default_factory=list)
    """What is missing from the run, a line each: it was partial."""
    verdict: Verdict | None = None
    """The verdict, where the source knows better than what its requests tell."""
    left_out: list[LeftOut] = field(default_factory=list)
    """What was there and is not given, each with its reason."""
    unnamed_outside: int = 0
    """The same, so many that they are only counted: not of these days."""
    unnamed_unusable: int = 0
    """The same: could not be read at all."""
    settled: datetime | None = None
    """The moment up to which nothing new can appear any more, where that is before the window's end."""


class Listing(tuple[Entry, ...]):
    """All that a place shows, old and new, the newest first: what of it is news shows only in what was seen before.

    A batch that is no listing is news as far as it was not seen before.
    """

    __slots__ = ()


class Source(Protocol):
    """One place that is read.

    An entry point of the group `weekly.sources` names a factory: `create(context) -> Sequence[Source]`, of the sources
    that the settings ask for.
    """

    name: str
    fetcher: Fetcher
    """Its way to the network, whose counters stand in the week's health."""
    report: Report

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """The entries of the window, a batch for each answer, so that a batch is stored before the next is asked for.

        Raises a FetchError when the place cannot be read to its end.
        """
