"""The JSON object in a model's words, as an untrusted value of a given form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from weekly.drafting.llm.failures import NoAnswer

Form = TypeVar("Form", bound=BaseModel)
_REFUSALS = re.compile(
    r"^\W*(?:I(?:'|’)?m sorry|I am sorry|Sorry,|I can(?:'|’)?t|I cannot|As an AI\b"
    r"|抱歉|很抱歉|对不起|我无法|作为一个?(?:AI|人工智能))",
    re.IGNORECASE,
)
_MOST_OBJECTS = 40
"""Beginnings of an object that are tried in one answer."""


def parse(content: str, form: type[Form]) -> Form:
    """The last JSON object in *content* that has the *form*, or that holds one; raises NoAnswer with what is wrong."""
    objects = list(_objects(content))
    if not objects and _REFUSALS.match(content):
        raise NoAnswer(f"the model refused: {' '.join(content.split())[:120]}")
    if not objects:
        raise NoAnswer("the answer holds no JSON object")
    inner = [value for whole in objects for value in whole.values() if isinstance(value, dict)]
    fault: ValidationError | None = None
    for candidate in [*reversed(objects), *reversed(inner)]:
        try:
            return form.model_validate_json(json.dumps(candidate))
        except ValidationError as error:
            fault = fault or error
    assert fault is not None  # noqa: S101 - the loop ran
    first = fault.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"])) or "JSON"
    raise NoAnswer(f"the answer has the wrong form: {place}: {first['msg']}") from fault


def _objects(content: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), content.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(content, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield value
        at = content.find("{", end)


def schema(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of *form* for an endpoint: without bounds, which some refuse, and with every key required.

    That every key is required and no other allowed is what "strict" asks for
    (https://platform.openai.com/docs/guides/structured-outputs#supported-schemas); answers are held to the bounds here.
    """
    plain: dict[str, Any] = _plain(form.model_json_schema())
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    left_out = {"maxLength", "minLength", "maxItems", "minItems", "default", "maximum", "minimum"}
    made = {key: _plain(item) for key, item in value.items() if key not in left_out}
    if made.get("type") == "object" and isinstance(made.get("properties"), dict):
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return made
