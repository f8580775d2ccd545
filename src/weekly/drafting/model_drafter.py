"""Cards in the words of a model, held against the sources before anybody sees them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel

from weekly.claims import Sources
from weekly.drafting import glossary
from weekly.drafting.answer_schemas import CardAnswer, OpeningAnswer, SentenceAnswer
from weekly.drafting.context import DraftingContext
from weekly.drafting.extractive_drafter import TAGS, ExtractiveDrafter, tag
from weekly.drafting.injection import gives_orders
from weekly.drafting.llm.chat_model import ChatModel, Message, NoAnswer
from weekly.drafting.material import SourceMaterial, gather
from weekly.drafting.sections import sections
from weekly.drafting.sentence_roles import usable_sentences
from weekly.models import Candidate, Card, Evidence
from weekly.render.markdown import escape, to_text
from weekly.text import one_line

_SOURCES = 40
"""Sentences that a model is given."""
_SECTION = 8
"""Sentences of each of the paper's own sections among them."""
_SHORTEST = 30
"""Characters of a card's text."""
Form = TypeVar("Form", bound=BaseModel)


def create(context: DraftingContext) -> ModelDrafter:
    """The drafter that asks the owner's model; only for settings that have one."""
    llm = context.settings.llm
    assert llm is not None
    return ModelDrafter(context, ChatModel(llm, context.settings.http, context.usage, context.account))


class ModelDrafter:
    """A `Drafter` that lets a model write, and takes its text only when the sources hold all of it."""

    def __init__(self, context: DraftingContext, model: ChatModel) -> None:
        llm = context.settings.llm
        assert llm is not None
        self.at_once = llm.concurrency
        self._context, self._model = context, model
        self._language = llm.language or context.settings.newsletter.language
        self._extract = ExtractiveDrafter(context)

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*: the model's, or the marked extract with a note that says why."""
        material = gather(candidate, self._context)
        plain = self._extract.card_of(candidate, material)
        numbered = list(_numbered(material))
        faults: list[str] = []
        try:
            answer = self._asked(
                "card",
                _material(material, numbered),
                CardAnswer,
                lambda got: self._faults(got, material, numbered),
                faults,
            )
        except NoAnswer as reason:
            said = [*faults, str(reason)] if str(reason) not in faults else faults
            note = f"the model's text is not used ({'; '.join(said)[:400]}): the extract stands in its place"
            return replace(plain, notes=(*plain.notes, note))
        noted = (
            [f"the model was asked again: its first text was not used ({'; '.join(faults)[:400]})"] if faults else []
        )
        return self._finished(plain, answer, material, numbered, noted)

    def opening(self, cards: Sequence[Card]) -> tuple[tuple[str, ...], str]:
        """Headlines and opening summary of an issue of *cards*, the best first; raises NoAnswer."""
        items = [
            {"name": card.name, "line": card.line, "topic": card.topic, "text": to_text(card.summary)[:600]}
            for card in cards[:8]
        ]
        held = Sources([f"{one['name']}\n{one['line']}\n{one['text']}" for one in items])

        def faults(answer: OpeningAnswer) -> list[str]:
            return [*_unsupported([*answer.headlines, answer.summary], held), *self._manner(answer.summary)]

        answer = self._asked("issue", json.dumps({"items": items}, ensure_ascii=False), OpeningAnswer, faults, [])
        headlines = tuple(one_line(one, 60) for one in answer.headlines[:3])
        return headlines, escape(one_line(answer.summary, 1000))

    def _asked(
        self, prompt: str, material: str, form: type[Form], faults: Callable[[Form], list[str]], seen: list[str]
    ) -> Form:
        """The model's answer without faults; it is told of them once. What was wrong at first is added to *seen*."""
        system = self._context.templates.get_template(f"prompts/{prompt}.md.j2").render(language=self._language)
        messages: list[Message] = [{"role": "system", "content": system}, {"role": "user", "content": material}]
        answer = self._model.ask(messages, form, self._again)
        if not (wrong := faults(answer)):
            return answer
        seen += wrong
        messages += [
            {"role": "assistant", "content": answer.model_dump_json()},
            {"role": "user", "content": self._again(wrong)},
        ]
        answer = self._model.ask(messages, form, self._again)
        if wrong := faults(answer):
            raise NoAnswer("; ".join(wrong))
        return answer

    def _again(self, problems: Sequence[str]) -> str:
        return self._context.templates.get_template("prompts/again.md.j2").render(problems=problems)

    def _faults(self, answer: CardAnswer, material: SourceMaterial, numbered: Sequence[Evidence]) -> list[str]:
        texts = [answer.line, answer.plain, *(one.text for one in answer.sentences)]
        found = _unsupported(texts, material.sources)
        known = range(1, len(numbered) + 1)
        for sentence in answer.sentences:
            if not any(number in known for number in sentence.sources):
                found.append(f"no source is given for “{one_line(sentence.text, 60)}”")
        return [*found, *self._manner(" ".join(one.text for one in answer.sentences))]

    def _manner(self, text: str) -> Iterator[str]:
        """What is wrong with a text whatever its sources say."""
        if len(text.strip()) < _SHORTEST:
            yield "the text is too short"
        if gives_orders(text):
            yield "the text gives orders instead of news"
        chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
        if self._language == "zh" and chinese < len(text) // 5:
            yield "the text is not in Chinese"
        if self._language == "en" and chinese > len(text) // 5:
            yield "the text is not in English"

    def _finished(
        self,
        plain: Card,
        answer: CardAnswer,
        material: SourceMaterial,
        numbered: Sequence[Evidence],
        noted: Sequence[str],
    ) -> Card:
        texts = [one_line(one.text, 1200) for one in answer.sentences]
        joint = "" if self._language == "zh" else " "
        tags = [tag(one) for one in answer.tags if glossary.known(one) or not material.sources.unsupported(one)]
        frame = self._extract.frame(material)
        return replace(
            plain,
            line=one_line(answer.line, 160) or plain.line,
            summary=escape(joint.join(texts)),
            tags=tuple(dict.fromkeys(filter(None, [*plain.tags[:1], *tags, *plain.tags[1:]])))[:TAGS],
            evidence=tuple(_pointed(answer.sentences, numbered, plain)),
            notes=(*plain.notes, *noted),
            sections=sections(material, frame, self._extract.language, escape(one_line(answer.plain, 1200))),
        )


def _numbered(material: SourceMaterial) -> Iterator[Evidence]:
    """The sentences that the model may rest on, in the order of their numbers."""
    url = material.work.lead.url
    yield Evidence(quote=material.work.lead.title, url=url, origin="title")
    for fact in material.facts:
        if fact.name in {"affiliation", "venue"}:
            yield Evidence(quote=fact.value, url=fact.origin if "://" in fact.origin else url, origin=fact.name)
    for sentence in usable_sentences(material.abstract)[:_SOURCES]:
        yield Evidence(quote=sentence, url=url, origin="abstract")
    for part in ("method", "experiments"):
        for sentence in usable_sentences(material.page.section(part))[:_SECTION]:
            yield Evidence(quote=sentence, url=material.page.url, origin=part)
    for sentence in usable_sentences(material.readme)[:_SECTION]:
        yield Evidence(quote=sentence, url=url, origin="readme")


def _material(material: SourceMaterial, numbered: Sequence[Evidence]) -> str:
    """What the model sees of the work: data, in JSON, so that no sentence of it can pose as ours."""
    work = {"name": material.name, "institutions": list(material.institutions[:4]), "topic": material.topic}
    told = [{"number": at, "from": one.origin, "text": one.quote} for at, one in enumerate(numbered, 1)]
    return json.dumps({"work": work, "sentences": told}, ensure_ascii=False)


def _unsupported(texts: Sequence[str], held: Sources) -> list[str]:
    claims = dict.fromkeys(claim for text in texts for claim in held.unsupported(text))
    return [f"“{claim.text}” is in no source ({claim.about.value})" for claim in claims]


def _pointed(sentences: Sequence[SentenceAnswer], numbered: Sequence[Evidence], plain: Card) -> Iterator[Evidence]:
    """The source sentences that the card rests on, each with the card's sentences that it supports.

    Where the ones that the model named do not hold a claim of its sentence, the first that does is added.
    """
    pointed: dict[int, list[str]] = {}
    facts = [fact.value for fact in plain.facts]
    for sentence in sentences:
        chosen = [number - 1 for number in sentence.sources if 0 < number <= len(numbered)]
        quotes = [numbered[index].quote for index in chosen]
        missing = Sources([*quotes, *facts]).unsupported(sentence.text)
        for index, one in enumerate(numbered):
            if not missing:
                break
            if index not in chosen and len(
                left := Sources([*quotes, one.quote, *facts]).unsupported(sentence.text)
            ) < len(missing):
                chosen.append(index)
                quotes.append(one.quote)
                missing = left
        for index in chosen:
            pointed.setdefault(index, []).append(one_line(sentence.text, 1200))
    for index in sorted(pointed):
        yield replace(numbered[index], supports=tuple(dict.fromkeys(pointed[index])))
