"""The forms that a model's answers must have."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Text = Annotated[str, Field(max_length=1200)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SentenceAnswer(_Answer):
    """A sentence and the numbers of the source sentences that it rests on."""

    text: _Text
    sources: Annotated[list[int], Field(max_length=12)]


class CardAnswer(_Answer):
    """A card as a model writes it."""

    line: Annotated[str, Field(max_length=200)]
    sentences: Annotated[list[SentenceAnswer], Field(min_length=1, max_length=8)]
    plain: _Text
    tags: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=10)]


class OpeningAnswer(_Answer):
    """Headlines and opening summary as a model writes them."""

    headlines: Annotated[list[Annotated[str, Field(max_length=120)]], Field(min_length=1, max_length=6)]
    summary: _Text
