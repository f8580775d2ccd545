"""Our frozen dataclasses as canonical JSON and back; the JSON's hash is what approvals and archives are bound to."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type) -> TypeAdapter[Any]:
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def dump(value: Any) -> str:
    """Compact JSON with sorted keys: equal values give equal text.

    A field that came `later` is left out while it is empty, so that the hash of what was approved before still holds.
    """
    plain = _adapter(type(value)).dump_python(value, mode="json")
    for each in fields(value) if is_dataclass(value) else ():
        if each.metadata.get("later") and not plain[each.name]:
            del plain[each.name]
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def quick(value: Any) -> str:
    """Compact JSON with the keys in the order of the fields: for thousands of rows whose hash binds nobody."""
    return _adapter(type(value)).dump_json(value).decode()


def brief(value: Any) -> str:
    """Compact JSON without what stands at its default: for rows that are kept for ever and bind nobody."""
    return _adapter(type(value)).dump_json(value, exclude_defaults=True).decode()


def load(kind: type[T], text: str) -> T:
    """The value that `dump` wrote."""
    loaded: T = _adapter(kind).validate_json(text)
    return loaded


def plain(value: Any) -> Any:
    """The value as dictionaries, lists and strings, ready for `json.dumps`."""
    return _adapter(type(value)).dump_python(value, mode="json")


def digest(text: str) -> str:
    """SHA-256 of *text*, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def pack(text: str) -> bytes:
    """*text* in gzip's format (RFC 1952): packed texts one after the other are the packed text of all of them."""
    return gzip.compress(text.encode(), 6, mtime=0)


def unpack(data: bytes) -> str:
    """The text that `pack` packed."""
    return gzip.decompress(data).decode()
