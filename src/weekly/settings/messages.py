"""Error messages for settings: one line that names the place and the mend."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from weekly.errors import SettingsError, did_you_mean
from weekly.settings.root import PREFIX, settings_model


def refuse_unknown_variables() -> None:
    """WEEKLY_NEWSLETER__TITLE would otherwise be ignored without a word."""
    for name in os.environ:
        if name.startswith(PREFIX) and "__" in name:
            path = name.removeprefix(PREFIX).lower().split("__")
            known = _keys_at(tuple(path[:-1]))
            if known is not None and path[-1] not in known:
                raise SettingsError(f"environment: {name}: unknown setting{did_you_mean(path[-1], known)}")
            if known is None:
                raise SettingsError(f"environment: {name}: unknown section{did_you_mean(path[0], _keys_at(()) or ())}")


_WORDS = {
    "tuple_type": 'should be a list, as in ["one", "two"]',
    "list_type": 'should be a list, as in ["one", "two"]',
    "dict_type": "should be a table, as in { key = 1 }",
    "model_type": "should be a table of its own, as in [section]",
    "bool_parsing": "should be true or false",
    "bool_type": "should be true or false",
    "string_type": 'should be a text in quotes, as in "text"',
}
"""What pydantic calls by Python's names."""


def _keys_at(path: tuple[Any, ...]) -> tuple[str, ...] | None:
    """The keys that the section at *path* may have, None when there is no such section."""
    model: Any = settings_model()
    for step in path:
        if isinstance(step, int):
            continue
        field = _field(model, str(step)) if isinstance(model, type) and issubclass(model, BaseModel) else None
        if field is None:
            return None
        model = section_of(field.annotation)
        if model is None:
            return None
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    return next((info for name, info in model.model_fields.items() if key in {name, info.alias}), None)


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The section that a field of this type holds, None for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := section_of(part)) is not None), None)


def explanation(error: ValidationError, path: Path, written: Mapping[str, Any]) -> str:
    """The first fault of *error* in one line: the place, what is wrong, and a near name for one that is unknown."""
    first = error.errors(include_url=False, include_input=False)[0]
    where, kind, place = first["loc"], first["type"], ".".join(map(str, first["loc"]))
    origin = str(path) if sets_key(written, tuple(str(step) for step in where[:1])) else "environment"
    if kind == "extra_forbidden":
        key = str(where[-1])
        known = _keys_at(tuple(where[:-1])) or ()
        if key in {"password", "token", "api_key", "key", "secret"}:
            return f"{origin}: {place}: secrets belong in the environment: WEEKLY_SMTP_PASSWORD, WEEKLY_LLM_API_KEY, …"
        return f"{origin}: {place}: unknown key{did_you_mean(key, known)}"
    # Written in the words of TOML (https://toml.io/en/v1.0.0#array), whose owner has never seen a tuple.
    message = _WORDS.get(kind) or str(first["msg"]).removeprefix("Value error, ")
    return f"{origin}: {place}: {message[0].lower() + message[1:]}"


def sets_key(written: Any, path: tuple[str, ...]) -> bool:
    """Whether weekly.toml, as it was *written*, sets the key at *path*."""
    for key in path:
        if not isinstance(written, Mapping) or key not in written:
            return False
        written = written[key]
    return True
