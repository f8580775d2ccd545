"""The sources that the settings ask for; those of plugins within a budget of time, whatever they do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

from weekly.context import PluginContext
from weekly.deadline import Budget
from weekly.errors import StageError, did_you_mean
from weekly.models import Entry, Window
from weekly.net.client import Fetcher
from weekly.plugins import ask, is_ours, parts
from weekly.sources import Report, Source
from weekly.workspace import Workspace

_Create = Callable[[PluginContext], Sequence[Source]]


def enabled_sources(workspace: Workspace) -> list[Source]:
    """The sources that the settings ask for; raises StageError when they ask for none."""
    sources = [
        source
        for name, create in parts("sources")
        for source in _made(name, create, workspace.context("sources", name))
    ]
    if not sources:
        raise StageError("no source is switched on: enable one under [sources] in weekly.toml")
    return sources


def selected_sources(workspace: Workspace, only: Collection[str]) -> list[Source]:
    """Those of the enabled sources that *only* names, all of them where it names none."""
    sources = enabled_sources(workspace)
    names = [source.name for source in sources]
    for name in only:
        if name not in names:
            raise StageError(f"no source is called {name[:80]!r}{did_you_mean(name, names)}")
    return [source for source in sources if not only or source.name in only]


def _made(name: str, create: _Create, context: PluginContext) -> Sequence[Source]:
    if is_ours(create):
        return create(context)
    budget = Budget(context.settings.plugins.seconds)
    sources, fault = ask(budget, lambda: list(create(context)))
    if sources is None:
        return [_FailedSource(name, context.client.fetcher(name), fault)]
    return [PluginSource(source, budget) for source in sources]


class PluginSource:
    """A `Source` that a plugin brings; each batch of it has *budget*."""

    def __init__(self, theirs: Source, budget: Budget) -> None:
        self._theirs, self._budget = theirs, budget
        self.name, self.fetcher, self.report = theirs.name, theirs.fetcher, theirs.report

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """The batches of the plugin's source; raises OverBudget where one does not come."""
        batches = self._budget.call(lambda: iter(self._theirs.collect(window)))
        while True:
            try:
                batch = self._budget.call(lambda: next(batches, None))
            finally:
                self.report = self._theirs.report  # it may have begun another
            if batch is None:
                return
            yield batch


class _FailedSource:
    """What stands for a plugin whose sources could not be made: the week's health says why."""

    def __init__(self, name: str, fetcher: Fetcher, fault: str) -> None:
        self.name, self.fetcher, self.report, self._fault = name, fetcher, Report(), fault

    def collect(self, window: Window) -> Iterator[Sequence[Entry]]:
        """Raises StageError."""
        del window
        raise StageError(f"its plugin {self._fault}: mend or uninstall it")
        yield ()
