"""The plugin door: entry points. The built-in parts come in through it like anybody else's.

A distribution adds a part by naming a factory in its metadata, for example

    [project.entry-points."weekly.sources"]
    mastodon = "my_package.mastodon:create"

The factory of each group is described in docs/plugins.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

from weekly.errors import SettingsError

GROUPS = (
    *("weekly.sources", "weekly.classifiers", "weekly.drafters", "weekly.checks"),
    *("weekly.publishers", "weekly.destinations"),
)
"""The five families, the last of which has two doors: mail to readers, and everywhere else."""


def factories(group: str) -> Iterator[tuple[str, Any]]:
    """The name and the factory of each part of *group*, by name; a part that cannot be loaded is one clear error."""
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            yield point.name, point.load()
        except (ImportError, AttributeError) as error:
            where = point.dist.name if point.dist else "an unknown package"
            raise SettingsError(
                f"plugin {point.name} of {where}: cannot be loaded: {error}: reinstall or remove it"
            ) from error
