"""The plugin door: entry points. The built-in parts come in through it like anybody else's.

A distribution adds a part by naming it in its metadata, for example

    [project.entry-points."weekly.sources"]
    mastodon = "my_package.mastodon:create"

The families are described in docs/plugins.md (https://packaging.python.org/en/latest/specifications/entry-points/).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NoReturn, TypeVar

from weekly.deadline import Budget, within
from weekly.errors import OverBudget, SettingsError, WeeklyError
from weekly.text import one_line

FAMILIES = ("sources", "classifiers", "drafters", "checks", "mailers", "destinations")
_OLD = {"mailers": "publishers"}
"""What a family was called in the version before, when its factories took settings and root."""
IMPORT_SECONDS = 30.0
"""What loading a plugin may take. It is loaded before `[plugins] seconds` is known, for the keys of its section."""
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


def parts(family: str, *, import_seconds: float = IMPORT_SECONDS) -> Iterator[tuple[str, Any]]:
    """The name and the part itself of each of *family*, by name.

    In the place of one that cannot be loaded, or not within *import_seconds*, stands one that raises SettingsError,
    which names its package and the mend, when it is called: a week loses what the part would have brought.
    """
    for point in _points(family):
        part = _loaded(point, import_seconds)
        yield point.name, _with_old_arguments(part) if point.group != f"weekly.{family}" else part


def is_ours(part: object) -> bool:
    """Whether *part* is of this package."""
    return str(getattr(part, "__module__", "")).startswith("weekly.") and not isinstance(part, _Unloadable)


def budget_of(part: object, seconds: float) -> Budget:
    """The time that *part* has for each call: *seconds* where a plugin brings it."""
    return Budget(None if is_ours(part) else seconds)


def ask(budget: Budget, call: Callable[[], T]) -> tuple[T | None, str]:
    """What *call* of a plugin returns within *budget*, and no fault; or nothing, and its fault in words."""
    try:
        return budget.call(call), ""
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own
        return None, fault(error)


def fault(error: Exception) -> str:
    """What a plugin did that raised *error*, in one line, to be said after its name."""
    if isinstance(error, OverBudget):
        return str(error)
    return one_line(f"failed: {error}" if isinstance(error, WeeklyError) else f"failed, {unexpected(error)}")


def unexpected(error: Exception) -> str:
    """*error* in words, where a plugin raised what nobody has told it to."""
    return one_line(f"unexpected {type(error).__name__}: {error}")


def sections() -> dict[str, dict[str, type]]:
    """The sections of weekly.toml that installed plugins bring, by family and name; only families that have some."""
    brought: dict[str, dict[str, type]] = {}
    for family in FAMILIES:
        if family == "classifiers":  # made in further processes, of topics and weights alone
            continue
        for point in _points(family):
            # Ours are fields of the settings already; and to load them takes a second.
            section = None if _names_ours(point) else getattr(_loaded(point), "section", None)
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


class _Unloadable:
    """Stands in the place of a part that cannot be loaded."""

    section = dict
    """Whatever its section says is taken: nobody knows the keys."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def __call__(self, *_: object, **__: object) -> NoReturn:
        raise SettingsError(self._reason)


_unloadable: dict[EntryPoint, _Unloadable] = {}
"""Nobody waits again for what did not load: a process loads a module once."""


def _loaded(point: EntryPoint, seconds: float = IMPORT_SECONDS) -> Any:
    if point in _unloadable:
        return _unloadable[point]
    try:
        return point.load() if _names_ours(point) else within(seconds, point.load)
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own, and is said where its part is missed
        name, package = _named(point)
        why = one_line(str(error) or type(error).__name__, 200)
        reason = f"plugin {name} of {package}: cannot be loaded: {why}: reinstall or remove it"
        _log.warning("%s", reason)
        return _unloadable.setdefault(point, _Unloadable(reason))


def _names_ours(point: EntryPoint) -> bool:
    return point.value.startswith("weekly.")


def _with_old_arguments(create: Callable[..., T]) -> Callable[[Any], T]:
    if isinstance(create, _Unloadable):
        return create

    @wraps(create)
    def with_context(context: Any) -> T:
        return create(context.settings, context.root)

    return with_context


def _named(point: EntryPoint) -> tuple[str, str]:
    return point.name, point.dist.name if point.dist else "an unknown package"
