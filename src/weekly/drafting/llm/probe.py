"""One question to a model, as long as that about a card, to find out what it and its endpoint are like."""

from __future__ import annotations

import secrets
import time

from pydantic import BaseModel, Field

from weekly.drafting.llm.chat_model import ChatModel
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.usage import UsageInMemory
from weekly.settings import HttpSettings, LlmSettings

_LINES = 160
"""Of some twenty tokens each: a card with its paper's sections asks about as much."""


class ProbeAnswer(BaseModel):
    """The answer to the question."""

    word: str = Field(max_length=200)


def probe(llm: LlmSettings, http: HttpSettings) -> str:
    """What was found out about the model, in a line; raises NoAnswer when it cannot write cards as it stands."""
    model = ChatModel(llm, http, UsageInMemory(), "probe")
    word = secrets.token_hex(4)
    lines = "\n".join(f"Line {at}: the gauge at pier {at} read {90 + at} cm in the morning." for at in range(_LINES))
    messages = [
        {"role": "system", "content": "Answer as JSON with one key, `word`: the word that the first line names."},
        {"role": "user", "content": f"The word is {word}.\n{lines}\nWhich word does the first line name?"},
    ]
    started = time.monotonic()
    try:
        answer = model.ask(messages, ProbeAnswer, "; ".join)
    finally:
        model.close()
    seconds = time.monotonic() - started
    if model.window:
        raise NoAnswer(f"{llm.model}: {model.window}")
    found = [f"{llm.model} answered in {seconds:.1f} s", *model.dialect.ways()]
    if model.last and model.last.thinks:
        found.append("thinks before it answers")
    if model.last and model.last.streamed and not model.dialect.stream:
        found.append("streams unasked")
    if model.last and model.last.tokens_out is None:
        found.append("counts no tokens, so that costs are estimates")
    if word not in answer.word:
        found.append("missed a word at the beginning of a long question: it is small, or its window is")
    return "; ".join(found)
