"""What the evergreen publications say about a work in a model's words, each part of it held against the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from weekly.drafting.answer_check import PARTS, AnswerCheck
from weekly.drafting.answer_schemas import SentenceAnswer, WorkAnswer
from weekly.models import Card, Section
from weekly.text import one_line
from weekly.text.vocabulary import vocabulary

_STEPS = 3
"""Sentences of a method that are worth a list: one that says the idea, and its steps."""


def model_sections(card: Card, answers: Sequence[WorkAnswer], check: AnswerCheck) -> Card:
    """*card* with the parts of the last answers that hold; a part that holds in none stays as it is, with a note."""
    language = check.language
    headings = [(name, one) for name, found in vocabulary(language).sections.items() for one in found]
    sections = {(one.publication, one.heading): one for one in card.sections}
    refused: list[str] = []
    for place, part in zip(headings, PARTS, strict=True):
        written = [sentences for answer in reversed(answers) if (sentences := getattr(answer, part))]
        good = next((sentences for sentences in written if not check.part_faults(part, sentences)), None)
        if good:
            sections[place] = Section(
                publication=place[0],
                heading=place[1],
                body=_body(part, good, language),
                evidence=check.numbered.supporting(good),
            )
        elif written:
            refused.append(place[1])
    note = f"the model's text is not used for {'、'.join(refused)}: the extract stands in its place"
    ordered = [sections[place] for place in headings if place in sections]
    return replace(
        card,
        sections=(*ordered, *_questions(answers[-1], check, language)),
        notes=(*card.notes, note) if refused else card.notes,
    )


def _questions(answer: WorkAnswer, check: AnswerCheck, language: str) -> list[Section]:
    """Further questions of the handbook, those whose answers hold."""
    return [
        Section(
            publication="handbook",
            heading=one_line(asked.question, 120),
            body=_body("answer", asked.answer, language),
            evidence=check.numbered.supporting(asked.answer),
        )
        for asked in answer.questions
        if asked.question.strip() and asked.answer and not check.question_faults(asked)
    ]


def _body(part: str, sentences: Sequence[SentenceAnswer], language: str) -> str:
    """The Markdown of a part: running text, points for features and uses, steps for a method that has some."""
    texts = [sentence.markdown for sentence in sentences]
    if part in {"features", "uses"}:
        return "\n".join(f"- {text}" for text in texts)
    if part == "method" and len(texts) >= _STEPS:
        return "\n".join([texts[0], "", *(f"{at}. {text}" for at, text in enumerate(texts[1:], 1))])
    return ("" if language == "zh" else " ").join(texts)
