"""The ways in which endpoints differ in what they take, learned from their refusals.

Known: OpenAI's reasoning models take `max_completion_tokens` for `max_tokens` and no `temperature`; DeepSeek takes no
`json_schema`; hosted Qwen3 wants `enable_thinking` off where it is not streamed; some models only stream; a server with
a small window refuses to reserve much of it for an answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

GROWTH = 4
"""How much more room an answer gets, once, when it was cut off: thoughts take it."""
_LEAST_TOKENS = 512
_FORMATS: tuple[Literal["json_schema", "json_object", "words"], ...] = ("json_schema", "json_object", "words")
"""How the form is asked for, the strictest first."""
_UNKNOWN = re.compile(r"unsupported|not support|unknown|unrecogni[sz]ed|not permitted|not allowed|unexpected|forbidden")
_TOO_MUCH = re.compile(r"context|too (?:large|long|many|high)|maximum|at most|exceed|less than|range")

Message = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How an endpoint is spoken to."""

    max_tokens: int
    """Of an answer."""
    limit: Literal["max_tokens", "max_completion_tokens", ""] = "max_tokens"
    """The key that says so; none for an endpoint that knows neither."""
    answer_format: Literal["json_schema", "json_object", "words"] = "json_schema"
    temperature: bool = True
    stream: bool = False
    thinking: bool = True
    """Whether the model may think; without it is told not to."""
    grown: bool = False

    def body(self, messages: Sequence[Message], name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The request for an answer in the form of *schema*, without the model's name."""
        body: dict[str, Any] = {"messages": list(messages), "stream": self.stream}
        if self.limit:
            body[self.limit] = self.max_tokens
        if self.temperature:
            body["temperature"] = 0
        if not self.thinking:
            body["enable_thinking"] = False
        if self.answer_format == "json_schema":
            named = {"name": name, "strict": True, "schema": schema}
            return {**body, "response_format": {"type": "json_schema", "json_schema": named}}
        words = f"Answer with one JSON object of this schema and nothing else: {json.dumps(schema)}"
        body["messages"] = [{"role": "system", "content": words}, *messages]
        if self.answer_format == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def mend(self, detail: str) -> Dialect | None:
        """The dialect to try next after an error that says *detail*; None when there is none left.

        Each mend gives something up for good, so that there is an end to them.
        """
        said = detail.casefold()
        return next((mended for mended in self._mends(said) if mended != self), None)

    def _mends(self, said: str) -> Iterator[Dialect]:
        if "max_completion_tokens" in said and self.limit == "max_tokens":
            yield replace(self, limit="max_completion_tokens")
        if self.limit and self.limit in said and _UNKNOWN.search(said):
            yield replace(self, limit="max_completion_tokens" if self.limit == "max_tokens" else "")
        if "temperature" in said:
            yield replace(self, temperature=False)
        if "enable_thinking" in said:
            yield replace(self, thinking=False)
        if "stream" in said:
            yield replace(self, stream=True)
        if re.search("token|context", said) and _TOO_MUCH.search(said) and self.max_tokens > _LEAST_TOKENS:
            yield replace(self, max_tokens=max(_LEAST_TOKENS, self.max_tokens // 2), grown=True)
        at = _FORMATS.index(self.answer_format)
        yield replace(self, answer_format=_FORMATS[min(at + 1, len(_FORMATS) - 1)])
        if not re.search("model|key|quota|credit|filter", said):  # what no wording mends
            yield replace(self, temperature=False)

    def grow(self) -> Dialect | None:
        """The dialect with more room for answers; None when there was more already."""
        return None if self.grown else replace(self, max_tokens=GROWTH * self.max_tokens, grown=True)

    def ways(self) -> Iterator[str]:
        """What is out of the ordinary about the endpoint, in words for the owner."""
        forms = {"json_object": "takes no json_schema", "words": "takes no response_format"}
        if self.answer_format in forms:
            yield forms[self.answer_format]
        if self.limit != "max_tokens":
            yield f"takes {self.limit} for max_tokens" if self.limit else "takes no max_tokens"
        if not self.temperature:
            yield "takes no temperature"
        if not self.thinking:
            yield "answers with enable_thinking = false"
        if self.stream:
            yield "answers in a stream only"
        if self.grown:
            yield f"has {self.max_tokens:,} tokens for an answer"
