"""The plugin door: entry points. The built-in parts come in through it like anybody else's.

A distribution adds a part by naming it in its metadata, for example

    [project.entry-points."weekly.sources"]
    mastodon = "my_package.mastodon:create"

The families are described in docs/plugins.md (https://packaging.python.org/en/latest/specifications/entry-points/).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

from weekly.errors import SettingsError

FAMILIES = ("sources", "classifiers", "drafters", "checks", "mailers", "destinations")
_OLD = {"mailers": "publishers"}
"""What a family was called in the version before, when its factories took settings and root."""
_log = logging.getLogger(__name__)
T = TypeVar("T")


def configured_by(section: type) -> Callable[[T], T]:
    """Says that a part reads a section of weekly.toml: `[sources.NAME]`, or whatever its family and its name are.

    *section* is a subclass of `weekly.settings.Section`: its fields are known to `weekly config`, to error messages
    and to the environment, WEEKLY_SOURCES__NAME__KEY.
    """

    def configure(part: T) -> T:
        part.section = section  # type: ignore[attr-defined]
        return part

    return configure


def parts(family: str) -> Iterator[tuple[str, Any]]:
    """The name and the part itself of each of *family*, by name; one that cannot be loaded is one clear error."""
    for point in _points(family):
        part = _loaded(point)
        yield point.name, _with_old_arguments(part) if point.group != f"weekly.{family}" else part


def is_ours(part: object) -> bool:
    """Whether *part* is of this package: what ours wait for is bounded where they wait."""
    return str(getattr(part, "__module__", "")).startswith("weekly.")


def sections() -> dict[str, dict[str, type]]:
    """The sections of weekly.toml that installed plugins bring, by family and name; only families that have some."""
    brought: dict[str, dict[str, type]] = {}
    for family in FAMILIES:
        if family == "classifiers":  # made in further processes, of topics and weights alone
            continue
        for point in _points(family):
            # Ours are fields of the settings already; and to load them takes a second.
            section = None if point.value.startswith("weekly.") else getattr(_loaded(point), "section", None)
            if section is not None:
                brought.setdefault(family, {})[point.name] = section
    return brought


def _points(family: str) -> list[EntryPoint]:
    points = list(entry_points(group=f"weekly.{family}"))
    for point in entry_points(group=f"weekly.{_OLD[family]}") if family in _OLD else ():
        _log.warning(
            "plugin %s of %s: the entry point weekly.%s is called weekly.%s now", *_named(point), _OLD[family], family
        )
        points.append(point)
    return sorted(points, key=lambda point: point.name)


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:
        name, package = _named(point)
        raise SettingsError(f"plugin {name} of {package}: cannot be loaded: {error}: reinstall or remove it") from error


def _with_old_arguments(create: Callable[..., T]) -> Callable[[Any], T]:
    return lambda context: create(context.settings, context.root)


def _named(point: EntryPoint) -> tuple[str, str]:
    return point.name, point.dist.name if point.dist else "an unknown package"
