"""The owner's model, asked for JSON of a given form: answers kept, costs booked, the endpoint's ways learned."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx
from pydantic import BaseModel

from weekly.drafting.llm import completion
from weekly.drafting.llm.completion import Completion, ErrorInAnswer
from weekly.drafting.llm.dialect import Dialect, Message
from weekly.drafting.llm.endpoint import ChatEndpoint
from weekly.drafting.llm.failures import CutOff, NoAnswer, RequestRefused, TryAgain
from weekly.drafting.llm.json_answer import Form, parse, schema
from weekly.drafting.llm.usage import ModelUsage
from weekly.drafting.llm.window import small_window
from weekly.models import Spent
from weekly.net.retries import retry_after
from weekly.settings import HttpSettings, LlmSettings

_ABOUT_THE_REQUEST = frozenset({400, 404, 405, 413, 415, 422, 501})
_NOT_LET_IN = frozenset({401, 403})
_MILLION = 1_000_000


class ChatModel:
    """One model of one endpoint. Its answers are kept, its costs are booked before they arise."""

    def __init__(
        self,
        llm: LlmSettings,
        http: HttpSettings,
        usage: ModelUsage,
        account: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """*account* is what the costs are booked under; while a recording is replayed nothing is asked."""
        self._llm, self._http, self._usage, self._account = llm, http, usage, account
        self._sleep = sleep
        self._closed = ""
        self._turns = threading.BoundedSemaphore(llm.concurrency)
        self._endpoint = ChatEndpoint(llm, http.user_agent, transport)
        self.dialect = Dialect(max_tokens=llm.max_tokens)
        """The one in which the endpoint last answered."""
        self.last: Completion | None = None
        """What the last call brought."""
        self.window = ""
        """What is wrong with the model's window, in words, when it was too small for a question."""

    def ask(self, messages: Sequence[Message], form: type[Form], complain: Callable[[list[str]], str]) -> Form:
        """The answer to *messages* in the shape of *form*; raises NoAnswer.

        An answer of another shape is sent back once, with what *complain* makes of the faults.
        """
        content = self._content(messages, form)
        try:
            return parse(content, form)
        except NoAnswer as fault:
            again = [
                *messages,
                {"role": "assistant", "content": content[:4000]},
                {"role": "user", "content": complain([str(fault)])},
            ]
        return parse(self._content(again, form), form)

    def _content(self, messages: Sequence[Message], form: type[BaseModel]) -> str:
        """The model's words, kept from before or asked for now."""
        llm = self._llm
        asked = [llm.base_url, llm.model, list(messages), form.model_json_schema(), llm.max_tokens, llm.extra]
        key = hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()
        if (kept := self._usage.answer(key)) is not None:
            return kept
        if self._http.replay:
            raise NoAnswer("a recording is replayed, the model is not asked")
        with self._turns:
            return self._answer(messages, form, key)

    def _answer(self, messages: Sequence[Message], form: type[BaseModel], key: str) -> str:
        """The words of an answer: tried again after failures that pass, in another dialect after others."""
        dialect, waited, tries = self.dialect, 0.0, 0
        while True:
            if self._closed:
                raise NoAnswer(self._closed)
            try:
                content = self._call(dialect.body(messages, form.__name__.lower(), schema(form)), dialect, key)
            except TryAgain as again:
                tries += 1
                pause = max(again.wait, 2.0 ** (tries - 1))
                waited += pause
                if tries >= self._llm.tries or waited > self._http.max_wait:
                    self._close_if_down(again)
                    raise NoAnswer(str(again)) from again
                self._sleep(pause)
            except (RequestRefused, CutOff) as refusal:
                mended = dialect.mend(refusal.detail) if isinstance(refusal, RequestRefused) else dialect.grow()
                if mended is None:
                    raise NoAnswer(str(refusal)) from refusal
                dialect = mended
            else:
                self.dialect = dialect
                return content

    def _close_if_down(self, again: TryAgain) -> None:
        """An endpoint that nobody answers at is not asked for every card of an issue."""
        if isinstance(again.__cause__, httpx.TransportError):
            self._closed = f"{again}, not asked again in this run"

    def _call(self, body: Mapping[str, Any], dialect: Dialect, key: str) -> str:
        """The words of one call, its cost booked whatever comes of it."""
        sent = json.dumps({**body, "model": self._llm.model, **self._llm.extra}, ensure_ascii=False).encode()
        most = self._price(len(sent), dialect.max_tokens)  # no token is shorter than a byte
        booking = self._usage.reserve(self._account, most, self._llm.budget)
        if booking is None:
            raise NoAnswer(f"the budget of {self._llm.budget:g} for {self._account} is used up: see [llm] budget")
        spent = Spent(cost=most, outcome="no answer")
        kept = ""
        try:
            answer = self._endpoint.post(sent)
            if answer.status != httpx.codes.OK:
                spent = Spent(outcome=f"HTTP {answer.status}")
                wait = retry_after(answer.headers)
                raise self._failure(answer.status, answer.body.decode("utf-8", "replace"), wait)
            try:
                brought = completion.read(answer.body)
            except ErrorInAnswer as error:
                spent = Spent(outcome=f"an error with status 200: {error.status}")
                raise self._failure(error.status, error.detail, 0.0) from error
            spent = self._spent(brought, sent)
            kept = self._words(brought, dialect, body)
            return kept
        finally:
            self._usage.settle(booking, spent, *((key, kept) if kept else ()))

    def _failure(self, status: int, detail: str, wait: float) -> NoAnswer:
        """What an error of the endpoint means for the question."""
        said = " ".join(detail.split())[:300]
        where = f"{self._llm.base_url}: {f'HTTP {status}' if status else 'an error'}: {said}"
        if status in _ABOUT_THE_REQUEST:
            return RequestRefused(where, said)
        if status in _NOT_LET_IN:
            self._closed = f"{where}: not let in: set WEEKLY_LLM_API_KEY"
            return NoAnswer(self._closed)
        passes = status in {0, 408, 409, 425, 429} or status >= httpx.codes.INTERNAL_SERVER_ERROR
        return TryAgain(where, wait) if passes else NoAnswer(where)

    def _words(self, brought: Completion, dialect: Dialect, body: Mapping[str, Any]) -> str:
        """The words of a completion; raises for a refusal, for one that was cut off, for one that holds nothing."""
        self.last = brought
        sent = sum(len(message["content"].encode()) for message in body["messages"])
        self.window = small_window(brought, sent, dialect.max_tokens) or self.window
        if brought.refusal or brought.finish == "content_filter":
            raise NoAnswer(f"the model refused: {' '.join((brought.refusal or brought.finish).split())[:120]}")
        if brought.finish == "length":
            used = f"{brought.tokens_out:,}" if brought.tokens_out is not None else f"some {dialect.max_tokens:,}"
            thoughts = ", its thoughts among them" if brought.thinks else ""
            cut = f"the model was cut off after {used} tokens{thoughts}"
            raise NoAnswer(f"{cut}: {self.window}") if self.window else CutOff(f"{cut}: raise [llm] max_tokens")
        if not brought.content.strip():
            raise TryAgain("the model answered with nothing")
        return brought.content

    def _spent(self, brought: Completion, sent: bytes) -> Spent:
        tokens_in = len(sent) // 3 if brought.tokens_in is None else brought.tokens_in
        tokens_out = len(brought.content) if brought.tokens_out is None else brought.tokens_out
        outcome = "cut off" if brought.finish == "length" else "answered"
        cost = self._price(tokens_in, tokens_out)
        return Spent(tokens_in=tokens_in, tokens_out=tokens_out, cost=cost, outcome=outcome)

    def _price(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self._llm.price_in + tokens_out * self._llm.price_out) / _MILLION

    def close(self) -> None:
        """Closes the connections."""
        self._endpoint.close()
