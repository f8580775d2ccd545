"""Corrections in every form: files beside the issue, a note at the card, a mail to those who got it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment
from mjml import mjml2html

from weekly.models import Mail, Week
from weekly.render.places import folder
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
class Corrected:
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

    def files(self, issue: Corrected) -> dict[str, bytes]:
        """The files beside the issue, by name; none while nothing was corrected."""
        if not issue.corrections:
            return {}
        scene = self._scene(issue)
        texts = {
            "errata.md": self._templates.get_template("site/errata.md.j2").render(scene),
            "errata.html": self._templates.get_template("site/errata.html.j2").render(scene),
            "errata.json": json.dumps(_data(issue), ensure_ascii=False, indent=2) + "\n",
        }
        return {name: text.encode() for name, text in texts.items()}

    def mail(self, issue: Corrected, correction: Correction, reader: str, language: str = "") -> Mail:
        """The mail about one correction, in *language*, with the links of *reader*, a token."""
        newsletter = self._settings.newsletter
        scene = self._scene(issue) | {
            "language": language or issue.language,
            "one": correction,
            "unsubscribe": f"{newsletter.url}/unsubscribe/{reader}",
            "preferences": f"{newsletter.url}/preferences/{reader}",
        }
        word = vocabulary(scene["language"]).correction
        markup = self._templates.get_template("email/notice.mjml.j2").render(scene)
        return Mail(
            subject=f"{word}: {correction.name} · {newsletter.title} {issue.week}",
            html=mjml2html(markup, disable_comments=True),
            text=self._templates.get_template("email/notice.txt.j2").render(scene),
        )

    def _scene(self, issue: Corrected) -> dict[str, Any]:
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


def _data(issue: Corrected) -> dict[str, Any]:
    return {
        "week": str(issue.week),
        "number": issue.number,
        "hash": issue.hash,
        "errata": [
            {
                "number": one.number,
                "card": one.card,
                "name": one.name,
                "anchor": one.anchor,
                "text": one.text,
                "at": one.at.isoformat(),
            }
            for one in issue.corrections
        ],
    }


def noted(page: str, errata: Sequence[Mapping[str, Any]], templates: Environment, scene: Mapping[str, Any]) -> str:
    """The page of an issue with each correction at its card, or at the top where the card has no place of its own.

    Only what is served is changed so: the page on disk stays what was approved.
    """
    note = templates.get_template("site/erratum.html.j2")
    for one in reversed(errata):
        place = re.compile(rf'<article\b[^>]*\bid="{re.escape(str(one["anchor"]))}"[^>]*>')
        found = place.search(page) or re.search(r"<main\b[^>]*>", page) or re.search(r"<body\b[^>]*>", page)
        at = found.end() if found else 0
        page = f"{page[:at]}\n{note.render({**scene, 'one': one})}{page[at:]}"
    return page
