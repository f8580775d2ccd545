"""The issue around the cards: headlines and the opening summary."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import Environment

from weekly.drafting import Opening
from weekly.models import Card, Draft, Picture, Week
from weekly.render.opening import by_topic_of_first, headlines_of, summary_of
from weekly.settings import Settings


def compose(
    week: Week,
    cards: Sequence[Card],
    cover: Picture | None,
    settings: Settings,
    templates: Environment,
    opening: Opening | None = None,
) -> Draft:
    """The draft of the week: its cards grouped by topic, the topic of the best one first.

    *cards* come best first; headlines and summary name the best, wherever they stand in the issue. *opening* are
    headlines and a summary that somebody else wrote, or the note why nobody did.
    """
    language = settings.newsletter.language
    given = opening or Opening()
    return Draft(
        week=str(week),
        language=language,
        headlines=given.headlines or headlines_of(cards, settings, language),
        summary=given.summary or summary_of(cards, settings, templates, language),
        notes=(given.note,) if given.note else (),
        cards=by_topic_of_first(cards),
        cover=cover,
        cover_credit=settings.newsletter.cover_credit if cover else "",
    )
