"""Corrections in every form: files beside the issue, a note at the card, a mail to those who got it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment

from weekly.models import Mail, Week
from weekly.render.mail import mail_html
from weekly.render.paths import folder
from weekly.settings import Settings
from weekly.text.vocabulary import vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction as readers see it."""

    number: int
    card: str
    """The card's id."""
    name: str
    anchor: str
    """Where the card stands on the issue's page."""
    text: str
    """Markdown."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedIssue:
    """An issue and what was wrong in it, oldest first."""

    week: Week
    number: int
    hash: str
    title: str
    language: str
    corrections: tuple[Correction, ...]


class ErrataRenderer:
    """Renders corrections for one newsletter; equal ones give equal bytes."""

    def __init__(self, settings: Settings, templates: Environment) -> None:
        self._settings, self._templates = settings, templates

    def files(self, issue: CorrectedIssue) -> dict[str, bytes]:
        """The files beside the issue, by name; none while nothing was corrected."""
        if not issue.corrections:
            return {}
        context = self._context(issue)
        texts = {
            "errata.md": self._templates.get_template("site/errata.md.j2").render(context),
            "errata.html": self._templates.get_template("site/errata.html.j2").render(context),
            "errata.json": json.dumps(_data(issue), ensure_ascii=False, indent=2) + "\n",
        }
        return {name: text.encode() for name, text in texts.items()}

    def mail(self, issue: CorrectedIssue, correction: Correction, reader: str, language: str = "") -> Mail:
        """The mail about one correction, in *language*, with the links of *reader*, a token."""
        newsletter = self._settings.newsletter
        context = self._context(issue) | {
            "language": language or issue.language,
            "one": correction,
            "unsubscribe": f"{newsletter.url}/unsubscribe/{reader}",
            "preferences": f"{newsletter.url}/preferences/{reader}",
        }
        word = vocabulary(context["language"]).correction
        markup = self._templates.get_template("email/notice.mjml.j2").render(context)
        return Mail(
            subject=f"{word}: {correction.name} · {newsletter.title} {issue.week}",
            html=mail_html(markup),
            text=self._templates.get_template("email/notice.txt.j2").render(context),
        )

    def _context(self, issue: CorrectedIssue) -> dict[str, Any]:
        newsletter = self._settings.newsletter
        return {
            "newsletter": newsletter,
            "zone": newsletter.zone,
            "language": issue.language,
            "week": str(issue.week),
            "number": issue.number,
            "title": issue.title,
            "address": f"{newsletter.url}/{folder(issue.week)}/",
            "errata": issue.corrections,
        }


def _data(issue: CorrectedIssue) -> dict[str, Any]:
    return {
        "week": str(issue.week),
        "number": issue.number,
        "hash": issue.hash,
        "errata": [
            {
                "number": correction.number,
                "card": correction.card,
                "name": correction.name,
                "anchor": correction.anchor,
                "text": correction.text,
                "at": correction.at.isoformat(),
            }
            for correction in issue.corrections
        ],
    }


def add_notes(
    page: str, errata: Sequence[Mapping[str, Any]], templates: Environment, context: Mapping[str, Any]
) -> str:
    """The page of an issue with each correction at its card, or at the top where the card has no place of its own.

    Only what is served is changed so: the page on disk stays what was approved.
    """
    note = templates.get_template("site/erratum.html.j2")
    for erratum in reversed(errata):
        place = re.compile(rf'<article\b[^>]*\bid="{re.escape(str(erratum["anchor"]))}"[^>]*>')
        match = place.search(page) or re.search(r"<main\b[^>]*>", page) or re.search(r"<body\b[^>]*>", page)
        at = match.end() if match else 0
        page = f"{page[:at]}\n{note.render({**context, 'one': erratum})}{page[at:]}"
    return page
