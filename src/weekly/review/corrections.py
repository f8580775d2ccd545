"""Corrections that a week calls for: what was published and was withdrawn or rewritten since, in words for readers."""

from __future__ import annotations

from dataclasses import dataclass

from weekly.checks.context import PublishedUpdate
from weekly.checks.week import is_major, is_renamed
from weekly.models import Week
from weekly.render.markdown import escape
from weekly.review.usual import published_updates
from weekly.text import one_line
from weekly.text.vocabulary import vocabulary
from weekly.workspace import Workspace

CALL_FOR_CORRECTION = ("withdrawn", "major update")
"""The checks whose findings a correction mends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCorrection:
    """A correction as it might stand, for an editor to confirm."""

    update: PublishedUpdate
    text: str
    """Markdown, in the newsletter's language."""


def prepared_corrections(workspace: Workspace, week: Week) -> list[PreparedCorrection]:
    """A correction for each published work of which the runs of *week* noticed that it was withdrawn or rewritten."""
    with workspace.store.read() as tx:
        updates = published_updates(tx, week)
    language = workspace.settings.newsletter.language
    return [
        PreparedCorrection(update=update, text=_text(update, language))
        for update in updates
        if update.withdrawn or is_major(update)
    ]


def _text(update: PublishedUpdate, language: str) -> str:
    words = vocabulary(language)
    said = words.said % escape(one_line(update.comment, 400)) if update.comment else ""
    if update.withdrawn:
        what = words.withdrawn
    elif is_renamed(update):
        what = words.renamed % (update.version, escape(one_line(update.new_title)))
    else:
        what = words.revised % update.version
    return " ".join(filter(None, (what, said))) if language == "en" else what + said
