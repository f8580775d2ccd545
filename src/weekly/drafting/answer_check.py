"""Whether a model's answer may be used: nothing in it that no source holds, in the language that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from weekly.claims import Sources
from weekly.drafting.answer_schemas import CardAnswer, QuestionAnswer, SentenceAnswer, WorkAnswer
from weekly.drafting.injection import gives_orders
from weekly.drafting.material import SourceMaterial
from weekly.drafting.numbered_sources import NumberedSources
from weekly.text import one_line

PARTS = ("overview", "method", "experiments", "plain", "introduction", "features", "principle", "uses", "answer")
"""What the evergreen publications say, but for further questions."""
_SHORTEST = 30
"""Characters of a card's text."""
_LANGUAGES = {"zh": "Chinese", "en": "English"}


class AnswerCheck:
    """The answers about one work, held against what was gathered about it."""

    def __init__(self, material: SourceMaterial, numbered: NumberedSources, language: str) -> None:
        self.numbered = numbered
        self.language = language
        self._sources = material.sources

    def faults(self, answer: CardAnswer) -> list[str]:
        """What is wrong with an answer, for the model to mend; each fault quotes its sentence."""
        found = self.card_faults(answer)
        if isinstance(answer, WorkAnswer):
            found += [fault for part in PARTS for fault in self.part_faults(part, getattr(answer, part))]
            found += [fault for asked in answer.questions for fault in self.question_faults(asked)]
        return list(dict.fromkeys(found))

    def card_faults(self, answer: CardAnswer) -> list[str]:
        """What is wrong with the card's line and sentences."""
        text = " ".join(sentence.plain for sentence in answer.sentences)
        found = list(faults_of_text(answer.line, self._sources, ""))
        found += self.part_faults("sentences", answer.sentences)
        return [*found, *(["the text is too short"] if len(text) < _SHORTEST else ())]

    def part_faults(self, part: str, sentences: Sequence[SentenceAnswer]) -> list[str]:
        """What is wrong with the sentences of one part; everyday words need no source sentence of their own."""
        found: list[str] = []
        for sentence in sentences:
            found += faults_of_text(sentence.plain, self._sources, "")
            if part != "plain" and not self.numbered.meant(sentence):
                found.append(f"no source is given for “{one_line(sentence.plain, 60)}”")
        return [*found, *_manner(" ".join(sentence.plain for sentence in sentences), self.language)]

    def question_faults(self, asked: QuestionAnswer) -> list[str]:
        """What is wrong with a question and its answer."""
        return [*faults_of_text(asked.question, self._sources, ""), *self.part_faults("answer", asked.answer)]

    def holds(self, text: str) -> bool:
        """Whether the sources hold a short text."""
        return not self._sources.unsupported(text)


def faults_of_text(text: str, sources: Sources, language: str) -> Iterator[str]:
    """The claims of *text* that no source holds, with the sentence; and its manner, where a *language* is asked for."""
    quoted = one_line(text, 160)
    for claim in dict.fromkeys(sources.unsupported(text)):
        yield f"“{claim.text}” is in no source ({claim.about.value}): “{quoted}”"
    if language:
        yield from _manner(text, language)


def _manner(text: str, language: str) -> Iterator[str]:
    """What is wrong with a text whatever its sources say."""
    if gives_orders(text):
        yield "the text gives orders instead of news"
    balance = len(re.findall(r"[\u4e00-\u9fff]", text)) - len(re.findall(r"\b[a-z]{2,}\b", text))
    if balance < 0 if language == "zh" else balance > 0:
        yield f"the text is not in {_LANGUAGES[language]}: “{one_line(text, 60)}”"
