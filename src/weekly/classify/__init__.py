"""Topics for entries: keyword rules that an owner can read, and learned weights that come with the package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol

from weekly.classify.blend import Blend, Mix
from weekly.classify.linear import Linear
from weekly.errors import ParseError
from weekly.models import Entry, TopicScore
from weekly.select.weights import Weights, load
from weekly.settings import Topic

PACKAGED = Path(__file__).parent / "weights" / "topics.weights"


class Classifier(Protocol):
    """What files entries under topics."""

    def classify(self, entries: Sequence[Entry]) -> list[tuple[TopicScore, ...]]:
        """For each entry one or two topics, the best first; `other` alone when none fits. Never an error."""
        ...


def create(topics: Sequence[Topic], workspace_weights: Path | None = None) -> Classifier:
    """The default classifier for *topics*.

    *workspace_weights* is the file that `weekly learn topics` wrote; it may be missing. Raises ParseError, with the
    mend, when it cannot be read.
    """
    mixed = shares(workspace_weights)
    extra = mixed[0][0].extra
    return Blend(topics, Linear(mixed), Mix.of(extra["bare"]), Mix.of(extra["full"]))


def shares(workspace_weights: Path | None = None) -> list[tuple[Weights, float]]:
    """The weights of the package, first, and of the workspace, each with its share; the shares add up to 1."""
    if workspace_weights is None or not workspace_weights.exists():
        return [(_packaged(), 1.0)]
    own = load(workspace_weights)
    share = own.extra.get("share")
    if not isinstance(share, float | int) or not 0 < share <= 1:
        raise ParseError(f"{workspace_weights}: names no share between 0 and 1: delete it or learn it anew")
    return [(_packaged(), 1 - share), (own, share)]


@cache
def _packaged() -> Weights:
    return load(PACKAGED)
