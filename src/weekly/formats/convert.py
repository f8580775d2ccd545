"""Typed documents to JSON data and back."""

from __future__ import annotations

from dataclasses import Field, fields, is_dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from weekly.errors import ParseError

_Document = TypeVar("_Document")
_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def to_data(value: Any) -> Any:
    """*value* as dicts, lists and scalars; layout is left out where it is that of a fresh document."""
    if isinstance(value, tuple):
        return [to_data(each) for each in value]
    if not is_dataclass(value):
        return value
    return {field.name: to_data(getattr(value, field.name)) for field in fields(value) if _is_set(field, value)}


def _is_set(field: Field[Any], node: Any) -> bool:
    optional = {"layout", "optional"} & field.metadata.keys() or type(node).__name__ == "Piece"
    return not optional or getattr(node, field.name) != field.default


def from_data(kind: type[_Document], data: Any) -> _Document:
    """The document that *data* holds.

    Raises:
        ParseError: a value is missing or of the wrong kind; the message names its place, such as items[2].image.url.
    """
    try:
        document: _Document = _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise ParseError(f"{_place(first['loc'])}: {first['msg']}") from None
    return document


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def _place(loc: tuple[int | str, ...]) -> str:
    """`items[2].image.url` for the steps to a value."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return steps.removeprefix(".") or "the document"
