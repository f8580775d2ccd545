"""A second, cheaper model reads what the first wrote: whether each sentence says what its sources say."""

from __future__ import annotations

import json

from weekly.drafting.answer_schemas import CardAnswer, VerdictsAnswer
from weekly.drafting.context import DraftingContext
from weekly.drafting.llm.chat_model import ChatModel
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.numbered_sources import NumberedSources
from weekly.text import one_line


class SecondReading:
    """Yes or no for each sentence, about direction and swapped parts; a no is a warning to the editor."""

    def __init__(self, context: DraftingContext, model: ChatModel) -> None:
        self._context, self._model = context, model

    @classmethod
    def create(cls, context: DraftingContext) -> SecondReading | None:
        """The reading by `[llm] check_model`, in the budget of the issue; None where the owner names none."""
        llm = context.settings.llm
        if llm is None or not llm.check_model:
            return None
        second = llm.model_copy(update={"model": llm.check_model})
        return cls(context, ChatModel(second, context.settings.http, context.usage, context.account))

    def doubts(self, answer: CardAnswer, numbered: NumberedSources) -> list[str]:
        """A note for each sentence of the card that the model says its sources do not hold."""
        pairs = [
            {"number": at, "sentence": sentence.plain, "sources": numbered.quotes(sentence)}
            for at, sentence in enumerate(answer.sentences, 1)
        ]
        system = self._context.templates.get_template("prompts/check.md.j2").render()
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": json.dumps({"sentences": pairs}, ensure_ascii=False)},
        ]
        try:
            verdicts = self._model.ask(messages, VerdictsAnswer, "; ".join).verdicts
        except NoAnswer as reason:
            return [f"the second model did not read the text ({reason})"]
        texts = {pair["number"]: pair["sentence"] for pair in pairs}
        return [
            f"the second model doubts “{texts[verdict.number]}”: {one_line(verdict.reason, 200) or 'no reason given'}"
            for verdict in verdicts
            if not verdict.holds and verdict.number in texts
        ]
