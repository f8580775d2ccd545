"""The stages, a module each; `weekly.pipeline` lists them."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Where a stage tells how far it is."""

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        """*done* of *total* steps of *what*; a total of None means that nobody knows yet."""
        ...


def no_progress(what: str, done: int, total: int | None = None) -> None:
    """Tells nobody."""
