"""A classifier that a plugin brings: where it fails or hangs, the built-in one files the entries."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from weekly.classify import Classifier
from weekly.deadline import Budget
from weekly.errors import ParseError
from weekly.models import Entry, TopicScore
from weekly.plugins import ask

_log = logging.getLogger(__name__)


class PluginClassifier:
    """A `Classifier` that asks the plugin's first."""

    def __init__(self, name: str, create: Callable[[], Classifier], ours: Classifier, seconds: float) -> None:
        """It has *seconds* for each batch, and for being made by *create*."""
        self._name, self._create, self._ours, self._budget = name, create, ours, Budget(seconds)
        self._theirs: Classifier | None = None
        self.loss = ""
        """Why the last entries were filed by the built-in classifier; empty where they were not."""

    def classify(self, entries: Sequence[Entry]) -> list[tuple[TopicScore, ...]]:
        """The topics of each entry by the plugin; all of them by the built-in classifier where it gives none."""
        before, self.loss = self.loss, ""
        filed, fault = ask(self._budget, lambda: self._filed(entries))
        if filed is not None:
            return filed
        instead = "the built-in one has filed what it did not; mend or uninstall the plugin"
        self.loss = f"classifier {self._name} {fault}: {instead}"
        if not before:
            _log.warning("%s", self.loss)
        return self._ours.classify(entries)

    def _filed(self, entries: Sequence[Entry]) -> list[tuple[TopicScore, ...]]:
        if self._theirs is None:
            self._theirs = self._create()
        filed = [tuple(topics) for topics in self._theirs.classify(entries)]
        if len(filed) != len(entries) or not all(filed):
            raise ParseError(f"of {len(entries)} entries {len([*filter(None, filed)])} got a topic")
        return filed
