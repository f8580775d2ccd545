"""The workspace's settings from weekly.toml and the environment.

Every key of the file is also an environment variable, WEEKLY_<SECTION>__<KEY>; the variable wins. Secrets are
environment variables only (or files named by NAME_FILE): a weekly.toml can be committed and shown.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from weekly.errors import SettingsError, WorkspaceError
from weekly.settings.messages import explanation, refuse_unknown_variables, sets_key
from weekly.settings.root import PREFIX, Settings, settings_model

FILE = "weekly.toml"


def find_workspace(given: Path | None = None) -> Path:
    """The workspace: *given*, else WEEKLY_WORKSPACE, else the nearest folder upwards that has a weekly.toml."""
    named = given or (Path(value) if (value := os.environ.get("WEEKLY_WORKSPACE")) else None)
    if named is not None:
        if not (named / FILE).is_file():
            raise WorkspaceError(f"{named} is no workspace, it has no {FILE}: make one with 'weekly init {named}'")
        return named.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceError(
        f"no {FILE} in {here} or above it: make a workspace with 'weekly init', or name one with --workspace"
    )


def read_file(root: Path) -> dict[str, Any]:
    """weekly.toml as it stands; raises SettingsError with the line when it is not TOML."""
    path = root / FILE
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error


def load(root: Path) -> Settings:
    """The settings of the workspace at *root*; raises SettingsError, one line, for whatever is wrong with them."""
    written = read_file(root)
    refuse_unknown_variables()
    try:
        return settings_model()(**written)
    except ValidationError as error:
        raise SettingsError(explanation(error, root / FILE, written)) from None
    except ValueError as error:  # pydantic-settings: an environment variable that should be JSON and is not
        raise SettingsError(f"environment: {str(error).splitlines()[0]}: write lists and tables as JSON") from error


def secret(*names: str) -> str:
    """The first of the environment variables *names* that is set, or the text of the file that NAME_FILE names."""
    for name in names:
        if value := os.environ.get(name, "").strip():
            return value
        if path := os.environ.get(f"{name}_FILE", ""):
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(f"{name}_FILE: cannot read {path}: {error}") from error
    return ""


def origins(settings: Settings, root: Path) -> Iterator[tuple[str, Any, str]]:
    """Every key with its effective value and where that came from: a variable's name, weekly.toml or default."""
    written = read_file(root)
    for path, value in _leaves(settings.model_dump(mode="json", by_alias=True), ()):
        variables = [PREFIX + "__".join(path[:depth]).upper() for depth in range(1, len(path) + 1)]
        variable = next((name for name in reversed(variables) if name in os.environ), None)
        yield ".".join(path), _without_password(value), variable or (FILE if sets_key(written, path) else "default")


def _without_password(value: Any) -> Any:
    """A database's address may hold one."""
    return re.sub(r"(://[^:/@\s]*):[^@/\s]*@", r"\1:***@", value) if isinstance(value, str) else value


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping) and value and path[:1] != ("topics",):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    else:
        yield path, value
