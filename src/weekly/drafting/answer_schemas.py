"""The forms that a model's answers must have: untrusted text, bounded; what nobody asked for is passed over."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from weekly.render.markdown import escape
from weekly.text import one_line

_BOLD = re.compile(r"\*\*([^*\n]{1,80})\*\*")
_Text = Annotated[str, Field(max_length=1200)]
_SENTENCES = re.compile(r"(?<=[。！？])|(?<=[.!?])\s+(?=[A-Z\u4e00-\u9fff])")


def _listed(value: Any) -> Any:
    """A single value where a list was asked for, as a list."""
    return [] if value in (None, "") else value if isinstance(value, list) else [value]


def _sentences(value: Any) -> Any:
    """Sentences that came as running text, or as texts without their sources, in the form that was asked for."""
    if isinstance(value, str):
        value = [part for part in _SENTENCES.split(value) if part.strip()]
    listed = _listed(value)
    return [{"text": item} if isinstance(item, str) else item for item in listed] if isinstance(listed, list) else value


_Source = Annotated[int | str, Field(union_mode="left_to_right"), WithJsonSchema({"type": "integer"})]


class _AnswerSchema(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SentenceAnswer(_AnswerSchema):
    """A sentence and the source sentences that it rests on: by their numbers, or by their words."""

    text: _Text
    sources: Annotated[list[_Source], BeforeValidator(_listed), Field(max_length=40)] = []

    @property
    def plain(self) -> str:
        """Its words on one line, without the stars of bold ones."""
        return one_line(self.text.replace("**", ""), 1200)

    @property
    def markdown(self) -> str:
        """The same as Markdown in which what stands between pairs of stars is bold, and everything else is text."""
        pieces = _BOLD.split(one_line(self.text, 1200))
        made = escape(pieces[0].replace("**", ""))
        for bold, after in zip(pieces[1::2], pieces[2::2], strict=True):
            strong, rest = bold.strip(), after.replace("**", "")
            # A run of stars beside a sign opens and closes only where a blank or a sign stands on its other side:
            # https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run
            before = " " if made[-1:].isalnum() and not strong[:1].isalnum() else ""
            behind = " " if rest[:1].isalnum() and not strong[-1:].isalnum() else ""
            made += f"{before}**{escape(strong)}**{behind}{escape(rest)}" if strong else escape(rest)
        return made


_Sentences = Annotated[list[SentenceAnswer], BeforeValidator(_sentences), Field(max_length=16)]


class QuestionAnswer(_AnswerSchema):
    """A question of a handbook with its answer."""

    question: Annotated[str, Field(max_length=120)]
    answer: _Sentences = []


class CardAnswer(_AnswerSchema):
    """A card as a model writes it."""

    name: Annotated[str, Field(max_length=200)] = ""
    kind: Annotated[str, Field(max_length=60)] = ""
    line: Annotated[str, Field(max_length=200)]
    sentences: Annotated[_Sentences, Field(min_length=1)]
    tags: Annotated[list[Annotated[str, Field(max_length=60)]], BeforeValidator(_listed), Field(max_length=20)] = []


class WorkAnswer(CardAnswer):
    """A card with what the evergreen publications say about the work."""

    overview: _Sentences = []
    method: _Sentences = []
    experiments: _Sentences = []
    plain: _Sentences = []
    introduction: _Sentences = []
    features: _Sentences = []
    principle: _Sentences = []
    uses: _Sentences = []
    answer: _Sentences = []
    questions: Annotated[list[QuestionAnswer], Field(max_length=6)] = []


class OpeningAnswer(_AnswerSchema):
    """Headlines and opening summary as a model writes them."""

    headlines: Annotated[list[Annotated[str, Field(max_length=120)]], Field(min_length=1, max_length=6)]
    summary: _Text


class SentenceVerdict(_AnswerSchema):
    """Whether a sentence says what its sources say."""

    number: int
    holds: bool
    reason: Annotated[str, Field(max_length=400)] = ""


class VerdictsAnswer(_AnswerSchema):
    """What a second model says of each sentence."""

    verdicts: Annotated[list[SentenceVerdict], Field(max_length=60)]
