"""Prompt injection: sentences of a source that speak to language models instead of readers."""

from __future__ import annotations

import re

from weekly.text.sentences import split

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,30}\b(?:previous|prior|above|earlier|all|any|your|the)\b.{0,30}"
    r"\b(?:instructions?|prompts?|rules?|guidelines?)\b|\byou (?:are|must) now\b|\bas an ai (?:language )?model\b"
    r"|\bsystem prompt\b.{0,20}[:：]|忽略.{0,12}(?:指令|提示|要求)",
    re.IGNORECASE,
)
_HINTS = ("ignore", "disregard", "forget", "override", " now ", "as an ai", "system prompt", "忽略")
"""A look for plain words is twenty times quicker than the rule, which most sentences have no use for."""


def gives_orders(sentence: str) -> bool:
    """Whether the sentence is addressed to a language model instead of a reader."""
    lowered = sentence.lower()
    return any(hint in lowered for hint in _HINTS) and bool(_ORDERS.search(sentence))


def without_orders(text: str) -> str:
    """*text* without the sentences that give orders to language models: they are no source of anything."""
    if not gives_orders(text):
        return text
    return "\n".join(" ".join(one for one in split(line) if not gives_orders(one)) for line in text.split("\n"))
