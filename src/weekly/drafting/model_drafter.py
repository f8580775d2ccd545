"""Cards in the words of a model, held against the sources before anybody sees them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from weekly.claims import Sources
from weekly.drafting import Opening
from weekly.drafting.answer_check import AnswerCheck, faults_of_text
from weekly.drafting.answer_schemas import CardAnswer, OpeningAnswer, WorkAnswer
from weekly.drafting.context import DraftingContext
from weekly.drafting.extractive_drafter import TAGS, ExtractiveDrafter
from weekly.drafting.llm.chat_model import ChatModel
from weekly.drafting.llm.dialect import Message
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.json_answer import Form
from weekly.drafting.material import SourceMaterial, gather
from weekly.drafting.model_sections import model_sections
from weekly.drafting.numbered_sources import NumberedSources
from weekly.drafting.second_reading import SecondReading
from weekly.models import Candidate, Card, Fact, Kind
from weekly.render.markdown import escape, to_text
from weekly.text import one_line
from weekly.text.tags import distinct_tags

_NOTED = 400
"""Characters of a note about what was wrong with an answer."""


def create(context: DraftingContext) -> ModelDrafter | None:
    """The drafter that asks the owner's model; None for settings that have none."""
    llm = context.settings.llm
    if llm is None:
        return None
    return ModelDrafter(context, ChatModel(llm, context.settings.http, context.usage, context.account))


class ModelDrafter:
    """An `OpeningDrafter` that lets a model write, and takes of its text what the sources hold."""

    def __init__(self, context: DraftingContext, model: ChatModel) -> None:
        llm = context.settings.llm
        assert llm is not None  # noqa: S101 - `create` looked
        self.at_once = llm.concurrency
        self._context, self._model = context, model
        self._language = llm.language or context.settings.newsletter.language
        self._extractive = ExtractiveDrafter(context)
        self._second_reading = SecondReading.create(context)

    def card(self, candidate: Candidate) -> Card:
        """The card of *candidate*: the model's, or the marked extract with a note that says why."""
        material = gather(candidate, self._context)
        numbered = NumberedSources(material)
        check = AnswerCheck(material, numbered, self._language)
        form = WorkAnswer if self._context.evergreen else CardAnswer
        answers, faults = self._answers("card", numbered.as_json(), form, check.faults)
        return self._composed(candidate, material, check, answers, faults)

    def _composed(
        self,
        candidate: Candidate,
        material: SourceMaterial,
        check: AnswerCheck,
        answers: Sequence[CardAnswer],
        faults: Sequence[str],
    ) -> Card:
        """The card of the last answer whose text holds; each part of its sections falls back by itself."""
        best = next((answer for answer in reversed(answers) if not check.card_faults(answer)), None)
        if best is not None:
            _correct_name(material, best)
        card = self._extractive.card_of(candidate, material)
        if self._model.window:
            card = replace(card, notes=(*card.notes, f"the model: {self._model.window}"))
        said = "; ".join(faults)[:_NOTED]
        if best is None:
            note = f"the model's text is not used ({said}): the extract stands in its place"
            card = replace(card, notes=(*card.notes, note))
        else:
            card = self._with_words(card, best, material, check)
            if faults:
                note = f"the model was asked again: its first text was not used ({said})"
                card = replace(card, notes=(*card.notes, note))
            if self._second_reading:
                card = replace(card, notes=(*card.notes, *self._second_reading.doubts(best, check.numbered)))
        works = [answer for answer in answers if isinstance(answer, WorkAnswer)]
        return model_sections(card, works, check) if works else card

    def _with_words(self, card: Card, answer: CardAnswer, material: SourceMaterial, check: AnswerCheck) -> Card:
        joint = "" if self._language == "zh" else " "
        known, held = self._context.glossary.known, material.sources
        tags = [term for term in answer.tags if known(term) or not held.unsupported(term)]
        kind = one_line(answer.kind, 40)
        stated = (Fact(name="kind", value=kind, origin="model"),) if kind and check.holds(kind) else ()
        return replace(
            card,
            line=one_line(answer.line, 160) or card.line,
            summary=self._extractive.around(joint.join(one.markdown for one in answer.sentences), material),
            # The topic, the model's, and from the end of the extract's own, where the work's name stands.
            tags=distinct_tags([*[*card.tags[:1], *tags][: TAGS - 1], *card.tags[:0:-1]])[:TAGS],
            evidence=check.numbered.supporting(answer.sentences),
            facts=(*(fact for fact in card.facts if not stated or fact.name != "kind"), *stated),
        )

    def opening(self, cards: Sequence[Card]) -> Opening:
        """Headlines and summary of an issue of *cards*, the best first; a note where the model's words do not hold."""
        items = [
            {"name": card.name, "line": card.line, "topic": card.topic, "text": to_text(card.summary)[:600]}
            for card in cards[:8]
        ]
        held = Sources([f"{one['name']}\n{one['line']}\n{one['text']}" for one in items])

        def faults(answer: OpeningAnswer) -> list[str]:
            lines = (fault for line in answer.headlines for fault in faults_of_text(line, held, ""))
            return [*lines, *faults_of_text(answer.summary, held, self._language)]

        answers, seen = self._answers("issue", json.dumps({"items": items}, ensure_ascii=False), OpeningAnswer, faults)
        if wrong := faults(answers[-1]) if answers else seen:
            return Opening(note=f"headlines and summary are the template's ({'; '.join(wrong)})")
        headlines = tuple(one_line(line, 60) for line in answers[-1].headlines[:3])
        return Opening(headlines=headlines, summary=escape(one_line(answers[-1].summary, 1000)))

    def _answers(
        self, prompt: str, material: str, form: type[Form], faults: Callable[[Form], list[str]]
    ) -> tuple[list[Form], list[str]]:
        """The model's answer, and another when the first has faults; with everything that was wrong on the way."""
        system = self._context.templates.get_template(f"prompts/{prompt}.md.j2").render(
            language=self._language, evergreen=self._context.evergreen
        )
        messages: list[Message] = [{"role": "system", "content": system}, {"role": "user", "content": material}]
        answers: list[Form] = []
        wrong: list[str] = []
        try:
            answers.append(self._model.ask(messages, form, self._complaint))
            if wrong := faults(answers[0]):
                messages += [
                    {"role": "assistant", "content": answers[0].model_dump_json()},
                    {"role": "user", "content": self._complaint(wrong)},
                ]
                answers.append(self._model.ask(messages, form, self._complaint))
        except NoAnswer as reason:
            wrong = [*wrong, str(reason)]
        return answers, list(dict.fromkeys(wrong))

    def _complaint(self, faults: Sequence[str]) -> str:
        return self._context.templates.get_template("prompts/again.md.j2").render(problems=faults)


def _correct_name(material: SourceMaterial, answer: CardAnswer) -> None:
    """The name that the model gives the work, where a source has it; a repository's name is its own."""
    name = one_line(answer.name.replace("**", ""), 60)
    if name and material.work.lead.kind in {Kind.PAPER, Kind.POST} and name in material.sources.text:
        material.name, material.line = name, material.line or one_line(material.work.lead.title, 160)
