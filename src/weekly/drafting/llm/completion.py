"""Reading a chat completion: whole or as a stream, its content a text or parts, with or without thoughts before it.

https://platform.openai.com/docs/api-reference/chat/object, and what proxies and local servers make of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weekly.drafting.llm.failures import TryAgain

_THOUGHT_ENDS = re.compile(r"</(?:think|thinking|thought|reasoning)>|◁/think▷|<\|channel\|>final<\|message\|>")
_THOUGHT_BEGINS = re.compile(r"\s*(?:<(?:think|thinking|thought|reasoning)>|◁think▷)")
_STREAM = re.compile(r"\s*(?:data|event|id|retry)?:")
_MOST_TOKENS = 10**9


class ErrorInAnswer(Exception):
    """An error of the endpoint that came in the place of an answer; `status` is the HTTP status it names, or 0."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What one call brought."""

    content: str
    """The answer without the thoughts before it."""
    finish: str = ""
    """Why the model stopped: `stop`, `length`, `content_filter`, …"""
    refusal: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    """Thoughts included; None for what the endpoint does not count."""
    thinks: bool = False
    """Whether thoughts came before or beside the answer."""
    streamed: bool = False


def read(data: bytes) -> Completion:
    """The completion in the body of an answer; raises ErrorInAnswer for an error, TryAgain for anything else."""
    text = data.decode("utf-8", "replace")
    streamed = _STREAM.match(text) is not None
    try:
        return _joined(list(_events(text) if streamed else [json.loads(text)]), streamed=streamed)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise TryAgain("not a chat completion") from error


def _events(text: str) -> Iterator[Any]:
    """The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""
    for line in text.splitlines():
        if line.startswith("data:") and (data := line.removeprefix("data:").strip()) not in {"", "[DONE]"}:
            yield json.loads(data)


def _joined(events: list[dict[str, Any]], *, streamed: bool) -> Completion:
    words, refusal, finish = "", "", ""
    thoughts, found = False, False
    usage: dict[str, Any] = {}
    for event in events:
        _raise_error(event)
        usage = event["usage"] if isinstance(event.get("usage"), dict) else usage
        for choice in (event.get("choices") or [])[:1]:
            found = True
            _raise_error(choice)
            message = choice.get("message") or choice.get("delta") or {}
            words += _words(message.get("content"))
            refusal += str(message.get("refusal") or "")
            thoughts = thoughts or bool(message.get("reasoning_content") or message.get("reasoning"))
            finish = str(choice.get("finish_reason") or finish)
    if not found:
        raise ValueError("no choices")
    content = without_thoughts(words)
    return Completion(
        content=content,
        finish=finish,
        refusal=refusal,
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
        thinks=thoughts or content != words,
        streamed=streamed,
    )


def _raise_error(answer: dict[str, Any]) -> None:
    if not (error := answer.get("error")):
        return
    code = str((error.get("code") or error.get("status")) if isinstance(error, dict) else answer.get("code"))
    status = int(code) if re.fullmatch(r"[45]\d\d", code, re.ASCII) else 0
    raise ErrorInAnswer(status, json.dumps(error, ensure_ascii=False)[:2000])


def _words(content: Any) -> str:
    """A content that is a text, or a list of parts of which those of text count."""
    if isinstance(content, list):
        texts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def without_thoughts(text: str) -> str:
    """*text* after the last end of a thought; nothing when a thought began and never ended."""
    ends = list(_THOUGHT_ENDS.finditer(text))
    if ends:
        return text[ends[-1].end() :].strip()
    return "" if _THOUGHT_BEGINS.match(text) else text


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST_TOKENS else None
