"""Cards as the extracting drafter makes them, under an opening of one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from weekly.drafting import Opening
from weekly.drafting.context import DraftingContext
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.models import Card
from weekly.plugins import configured_by
from weekly.render.markdown import escape
from weekly.settings import SettingsSection


class BriefSettings(SettingsSection):
    """[drafters.brief]."""

    sentence: str = "{names}."


@configured_by(BriefSettings)
def create(context: DraftingContext) -> BriefDrafter | None:
    """The drafter, where weekly.toml has its section."""
    return BriefDrafter(context) if context.section else None


class BriefDrafter:
    """An `OpeningDrafter`."""

    at_once = 1

    def __init__(self, context: DraftingContext) -> None:
        self._sentence = context.section.sentence
        self.card = ExtractiveDrafter(context).card

    def opening(self, cards: Sequence[Card]) -> Opening:
        """The best card as the headline, the names of the best three in the sentence of the settings."""
        names = ", ".join(card.name for card in cards[:3])
        return Opening(headlines=(cards[0].name,), summary=escape(self._sentence.format(names=names)))
