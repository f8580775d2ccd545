"""[llm]: an optional language model."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from weekly.settings.section import HttpAddress, Language, SettingsSection


class LlmSettings(SettingsSection):
    """An optional model behind an OpenAI-compatible endpoint; its key comes from WEEKLY_LLM_API_KEY.

    `budget` is what an issue may cost, in the currency of the prices, which are for a million tokens. `extra` goes into
    each request as it stands; `check_model` is a second model that reads what the first wrote.
    """

    base_url: HttpAddress
    model: str
    check_model: str = ""
    extra: dict[str, Any] = Field(default_factory=dict)
    language: Language | None = None
    budget: float = Field(default=1.0, ge=0)
    price_in: float = Field(default=0.0, ge=0)
    price_out: float = Field(default=0.0, ge=0)
    timeout: float = Field(default=120, gt=0, le=3600)
    max_tokens: int = Field(default=4000, ge=64, le=100_000)
    concurrency: int = Field(default=2, ge=1, le=32)
    tries: int = Field(default=3, ge=1, le=10)
