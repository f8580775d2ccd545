"""What a drafter works with: the settings, the templates, the ways to pictures and pages, and a model's usage."""

from __future__ import annotations

from dataclasses import dataclass, field

from jinja2 import Environment

from weekly.context import PluginContext
from weekly.drafting.glossary import Glossary, glossary
from weekly.drafting.llm.usage import ModelUsage, UsageInMemory
from weekly.drafting.pictures import Pictures
from weekly.net.client import Fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftingContext(PluginContext):
    """What the factory of a drafter is given."""

    templates: Environment
    pictures: Pictures | None = None
    """Where pictures are kept; without it cards have none."""
    arxiv: Fetcher | None = None
    """The way to arXiv's HTML pages; without it nothing is fetched."""
    web: Fetcher | None = None
    """The way to READMEs and project pages."""
    glossary: Glossary = field(default_factory=glossary)
    """The field's terms: the package's, or with those of the workspace."""
    own_glossary: Glossary = field(default_factory=lambda: Glossary(()))
    """The terms of the workspace alone, for works of other fields than the package's terms are of."""
    evergreen: bool = True
    """Whether cards carry what the evergreen publications say about a work."""
    usage: ModelUsage = field(default_factory=UsageInMemory)
    """What a model has answered and cost so far."""
    account: str = ""
    """What a model's costs are booked under: the week."""
