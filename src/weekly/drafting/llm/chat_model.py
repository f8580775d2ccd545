"""A language model behind an OpenAI-compatible endpoint, asked for JSON of a given form.

https://platform.openai.com/docs/api-reference/chat/create — spoken by llama.cpp, vLLM, Ollama and most providers.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from weekly.drafting.llm.usage import ModelUsage
from weekly.models import Spent
from weekly.settings import Http, Llm, secret
from weekly.waits import retry_after

LARGEST = 512 * 1024
"""Bytes of an answer, beyond which it is no answer."""
PATIENCE = 3
"""An answer must be whole after so many timeouts."""
_FORMS = ("json_schema", "json_object", "prompt")
"""How the form is asked for, the strictest first; an endpoint that does not know one is asked by the next."""
_UNKNOWN_FORM = frozenset({400, 404, 405, 415, 422, 501})
_NOT_LET_IN = frozenset({401, 403})
_MILLION = 1_000_000
_REFUSALS = re.compile(
    r"^\W*(?:I(?:'|’)?m sorry|I am sorry|Sorry,|I can(?:'|’)?t|I cannot|As an AI\b"
    r"|抱歉|很抱歉|对不起|我无法|作为一个?(?:AI|人工智能))",
    re.IGNORECASE,
)
Message = dict[str, str]
Form = TypeVar("Form", bound=BaseModel)


class NoAnswer(Exception):
    """Why the model gave nothing that can be used, in words for the editor."""


class _Again(Exception):
    """A try that failed and may be repeated after *wait* seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Completion:
    """What one call brought."""

    content: str
    spent: Spent


class ChatModel:
    """The owner's model. Its answers are kept in the usage, its costs are booked there before they arise."""

    def __init__(
        self,
        llm: Llm,
        http: Http,
        usage: ModelUsage,
        account: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """*account* is what the costs are booked under; while a recording is replayed nothing is asked."""
        self._llm, self._http, self._usage, self._account = llm, http, usage, account
        self._sleep = sleep
        self._form = 0
        self._closed = ""
        self._turns = threading.BoundedSemaphore(llm.concurrency)
        self._timeout = llm.timeout or http.timeout
        headers = {"user-agent": http.user_agent, "content-type": "application/json"}
        if key := secret("WEEKLY_LLM_API_KEY"):
            headers["authorization"] = f"Bearer {key}"
        self._client = httpx.Client(
            transport=transport, timeout=self._timeout, headers=headers, follow_redirects=False, trust_env=True
        )

    def ask(self, messages: Sequence[Message], form: type[Form], repair: Callable[[list[str]], str]) -> Form:
        """The answer to *messages* in the shape of *form*; raises NoAnswer.

        An answer of another shape is sent back once, with what *repair* makes of the faults.
        """
        content = self._content(messages, form)
        try:
            return parse(content, form)
        except NoAnswer as fault:
            again = [
                *messages,
                {"role": "assistant", "content": content[:4000]},
                {"role": "user", "content": repair([str(fault)])},
            ]
        return parse(self._content(again, form), form)

    def _content(self, messages: Sequence[Message], form: type[BaseModel]) -> str:
        """The model's words, kept from before or asked for now."""
        asked = [self._llm.base_url, self._llm.model, list(messages), form.model_json_schema(), self._llm.max_tokens]
        key = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        if (kept := self._usage.answer(key)) is not None:
            return kept
        if self._http.replay:
            raise NoAnswer("a recording is replayed, the model is not asked")
        with self._turns:
            return self._tries(messages, form, key)

    def _tries(self, messages: Sequence[Message], form: type[BaseModel], key: str) -> str:
        waited, tries = 0.0, 0
        while True:
            if self._closed:
                raise NoAnswer(self._closed)
            try:
                return self._call(messages, form, key)
            except _Again as again:
                tries += 1
                pause = max(again.wait, 2.0 ** (tries - 1))
                waited += pause
                if tries >= self._llm.tries or waited > self._http.max_wait:
                    self._close_if_down(again)
                    raise NoAnswer(str(again)) from again
            self._sleep(pause)

    def _close_if_down(self, again: _Again) -> None:
        """An endpoint that nobody answers at is not asked for every card of an issue."""
        if isinstance(again.__cause__, httpx.TransportError):
            self._closed = f"{again}, not asked again in this run"

    def _call(self, messages: Sequence[Message], form: type[BaseModel], key: str) -> str:
        body = self._body(messages, form)
        sent = json.dumps(body, ensure_ascii=False).encode()
        most = self._price(len(sent), self._llm.max_tokens)  # no token is shorter than a byte
        booking = self._usage.reserve(self._account, most, self._llm.budget)
        if booking is None:
            raise NoAnswer(f"the budget of {self._llm.budget:g} for {self._account} is used up: see [llm] budget")
        spent = Spent(cost=most, outcome="no answer")
        try:
            status, headers, data = self._post(sent)
            if status != httpx.codes.OK:
                spent = Spent(outcome=f"HTTP {status}")
                return self._refused(status, headers, data, messages, form, key)
            spent = Spent(cost=most, outcome="broken answer")
            reply = self._read(data, len(sent))
            spent = reply.spent
            self._usage.settle(booking, spent, key, reply.content)
            booking = -1
            return reply.content
        finally:
            if booking >= 0:
                self._usage.settle(booking, spent)

    def _refused(
        self,
        status: int,
        headers: dict[str, str],
        data: bytes,
        messages: Sequence[Message],
        form: type[BaseModel],
        key: str,
    ) -> str:
        where = f"{self._llm.base_url}: HTTP {status}"
        if status == httpx.codes.TOO_MANY_REQUESTS or (status >= httpx.codes.INTERNAL_SERVER_ERROR and status != 501):  # noqa: PLR2004
            raise _Again(where, retry_after(headers, datetime.now(UTC)))
        if status in _NOT_LET_IN:
            self._closed = f"{where}: not let in: set WEEKLY_LLM_API_KEY"
            raise NoAnswer(self._closed)
        if status in _UNKNOWN_FORM and self._form + 1 < len(_FORMS):
            self._form += 1
            return self._call(messages, form, key)
        raise NoAnswer(f"{where}: {' '.join(data[:160].decode('utf-8', 'replace').split())}")

    def _body(self, messages: Sequence[Message], form: type[BaseModel]) -> dict[str, Any]:
        schema = _shape(form.model_json_schema())
        body: dict[str, Any] = {
            "model": self._llm.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": self._llm.max_tokens,
            "stream": False,
        }
        kind = _FORMS[self._form]
        if kind == "json_schema":
            named = {"name": form.__name__.lower(), "strict": True, "schema": schema}
            return {**body, "response_format": {"type": "json_schema", "json_schema": named}}
        words = f"Answer with one JSON object of this schema and nothing else: {json.dumps(schema)}"
        body["messages"] = [{"role": "system", "content": words}, *messages]
        return {**body, "response_format": {"type": "json_object"}} if kind == "json_object" else body

    def _post(self, sent: bytes) -> tuple[int, dict[str, str], bytes]:
        """One request; the answer is bounded in size and, as a whole, in time."""
        url = f"{self._llm.base_url}/chat/completions"
        deadline = time.monotonic() + PATIENCE * self._timeout
        parts, size = [], 0
        try:
            with self._client.stream("POST", url, content=sent) as response:
                for part in response.iter_bytes():
                    size += len(part)
                    if size > LARGEST:
                        raise NoAnswer(f"{url}: an answer of more than {LARGEST:,} bytes, not taken")
                    if time.monotonic() > deadline:
                        raise NoAnswer(f"{url}: still answering after {PATIENCE * self._timeout:g} s, not waited for")
                    parts.append(part)
        except httpx.TimeoutException as error:
            raise _Again(f"{url}: no answer within {self._timeout:g} s") from error
        except httpx.TransportError as error:
            raise _Again(f"{url}: cannot be reached: {str(error) or type(error).__name__}") from error
        except httpx.DecodingError as error:
            raise _Again(f"{url}: the answer is broken: {error}") from error
        return response.status_code, {k.lower(): v for k, v in response.headers.items()}, b"".join(parts)

    def _read(self, data: bytes, sent: int) -> Completion:
        """The words of a chat completion; raises NoAnswer for a refusal and for one that was cut off."""
        try:
            answer = json.loads(data)
            choice = answer["choices"][0]
            message = choice["message"]
            content, refusal = message.get("content"), message.get("refusal")
            reason = choice.get("finish_reason")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise _Again(f"{self._llm.base_url}: not a chat completion") from error
        if refusal or reason == "content_filter":
            raise NoAnswer(f"the model refused: {' '.join(str(refusal or reason).split())[:120]}")
        if reason == "length":
            raise NoAnswer(f"the model was cut off after {self._llm.max_tokens} tokens: raise [llm] max_tokens")
        if not isinstance(content, str) or not content.strip():
            raise NoAnswer("the model answered with nothing")
        usage = answer.get("usage") if isinstance(answer.get("usage"), dict) else {}
        tokens_in = _count(usage.get("prompt_tokens"), sent // 3)
        tokens_out = _count(usage.get("completion_tokens"), len(content))
        cost = self._price(tokens_in, tokens_out)
        return Completion(content, Spent(tokens_in=tokens_in, tokens_out=tokens_out, cost=cost, outcome="answered"))

    def _price(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self._llm.price_in + tokens_out * self._llm.price_out) / _MILLION

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


def parse(content: str, form: type[Form]) -> Form:
    """The JSON object in *content* as *form*; raises NoAnswer with what is wrong with it."""
    text = re.sub(r"<think>.*?</think>", "", content, flags=re.DOTALL)
    start, end = text.find("{"), text.rfind("}")
    if start < 0 and _REFUSALS.match(text):
        raise NoAnswer(f"the model refused: {' '.join(text.split())[:120]}")
    if start < 0 or end < start:
        raise NoAnswer("the answer holds no JSON object")
    try:
        return form.model_validate_json(text[start : end + 1])
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "JSON"
        raise NoAnswer(f"the answer has the wrong form: {place}: {first['msg']}") from error


def _shape(schema: Any) -> Any:
    """The schema without bounds, which some endpoints refuse; the answer is held to them here."""
    if isinstance(schema, dict):
        bounds = ("maxLength", "minLength", "maxItems", "minItems")
        return {key: _shape(value) for key, value in schema.items() if key not in bounds}
    return [_shape(one) for one in schema] if isinstance(schema, list) else schema


def _count(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and 0 <= value < 10**9 else otherwise
