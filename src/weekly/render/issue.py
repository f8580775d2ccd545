"""A published issue in every form that readers get: Markdown, JSON, HTML, mail; all from the same content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment
from mjml import mjml2html

from weekly.formats.anchors import Slugger
from weekly.formats.digest import EN, ZH, Cover, Digest, Image, Item, Labels, Reference
from weekly.models import Card, Draft, Link, LinkKind, Mail, Week
from weekly.render.bibtex import bibliography
from weekly.render.documents import render
from weekly.render.markdown import escape
from weekly.settings import Settings

PICTURES = "images"
"""The folder of an issue's pictures, beside its pages."""

_LABELS = {
    "zh": {
        LinkKind.PROJECT: "项目主页",
        LinkKind.CODE: "GitHub 仓库",
        LinkKind.MODEL: "模型",
        LinkKind.PAPER: "论文链接",
        LinkKind.RELEASE: "发布说明",
        LinkKind.POST: "原文",
    },
    "en": {
        LinkKind.PROJECT: "project page",
        LinkKind.CODE: "GitHub repository",
        LinkKind.MODEL: "models",
        LinkKind.PAPER: "paper",
        LinkKind.RELEASE: "release notes",
        LinkKind.POST: "post",
    },
}


def link_label(kind: LinkKind, language: str) -> str:
    """What a link of that kind is called in *language*."""
    return _LABELS["en" if language == "en" else "zh"][kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The content of an issue with what publishing adds to it."""

    draft: Draft
    number: int
    hash: str
    published_at: datetime


class IssueRenderer:
    """Renders editions for one newsletter; equal editions give equal bytes."""

    def __init__(self, settings: Settings, templates: Environment) -> None:
        self._settings = settings
        self._templates = templates

    def files(self, edition: Edition) -> dict[str, bytes]:
        """The issue's files by name, but for its pictures."""
        mail = self.mail(edition)
        texts = {
            "issue.md": render(self.digest(edition.draft), self._templates),
            "issue.json": json.dumps(self.data(edition), ensure_ascii=False, indent=2) + "\n",
            "index.html": self._page(edition),
            "email.html": mail.html,
            "email.txt": mail.text,
            "issue.bib": self.bibtex(edition),
        }
        return {name: text.encode() for name, text in texts.items()}

    def bibtex(self, edition: Edition) -> str:
        """The works of the issue as a BibTeX file."""
        week = Week.parse(edition.draft.week)
        head = (
            f"{self._settings.newsletter.title} · {week} · No. {edition.number}",
            self.address(week),
            f"SHA-256 of the approved content: {edition.hash}",
        )
        return bibliography(edition.draft.cards, head)

    def digest(self, draft: Draft) -> Digest:
        """The draft as a document of the digest's form."""
        labels = self.labels(draft.language)
        cover = draft.cover
        return Digest(
            headlines=tuple(map(escape, draft.headlines)),
            cover=Cover(alt=escape(cover.alt), url=f"{PICTURES}/{cover.file}", credit=draft.cover_credit)
            if cover
            else None,
            summary=draft.summary,
            items=tuple(self._item(card, labels) for card in draft.cards),
            references=tuple(Reference(label=escape(label), url=link.url) for label, link in self.references(draft)),
            labels=labels,
        )

    def labels(self, language: str) -> Labels:
        """The words of the form, with the newsletter's name."""
        title = self._settings.newsletter.title
        known = EN if language == "en" else ZH
        tail = f" [{title}]" if language == "en" else f"【{title}】"
        return Labels(
            summary=known.summary,
            contents=known.contents,
            brief=known.brief,
            tags=known.tags,
            references=known.references,
            colon=known.colon,
            tail=tail,
        )

    def _item(self, card: Card, labels: Labels) -> Item:
        picture = card.picture
        return Item(
            title=escape(heading(card, labels)),
            image=Image(alt=escape(picture.alt), url=f"{PICTURES}/{picture.file}") if picture else None,
            summary=card.summary,
            tags=card.tags,
        )

    def references(self, draft: Draft) -> Iterator[tuple[str, Link]]:
        """Every link of the issue with its label, in the order of the cards."""
        for card in draft.cards:
            for link in card.links:
                yield f"{card.name} {link_label(link.kind, draft.language)}", link

    def data(self, edition: Edition) -> dict[str, Any]:
        """The issue as plain JSON values, for programs."""
        draft, labels = edition.draft, self.labels(edition.draft.language)
        return {
            "week": draft.week,
            "number": edition.number,
            "hash": edition.hash,
            "published_at": edition.published_at.isoformat(),
            "newsletter": self._settings.newsletter.title,
            "language": draft.language,
            "title": self.title(draft),
            "headlines": list(draft.headlines),
            "cover": _picture(draft.cover, draft.cover_credit),
            "summary": draft.summary,
            "items": [self._card(card, labels) for card in draft.cards],
            "references": [{"label": label, "url": link.url} for label, link in self.references(draft)],
        }

    def _card(self, card: Card, labels: Labels) -> dict[str, Any]:
        return {
            "id": card.id,
            "kind": card.kind.value,
            "topic": card.topic,
            "title": heading(card, labels),
            "name": card.name,
            "original_title": card.title,
            "institutions": list(card.institutions),
            "image": _picture(card.picture, ""),
            "summary": card.summary,
            "tags": list(card.tags),
            "links": [{"kind": link.kind.value, "url": link.url} for link in card.links],
            "evidence": [{"quote": proof.quote, "url": proof.url} for proof in card.evidence],
            "keys": list(card.keys),
        }

    def title(self, draft: Draft) -> str:
        """The issue's title, as in the heading of the digest and the subject of the mail."""
        return " | ".join(draft.headlines) + self.labels(draft.language).tail

    def address(self, week: Week) -> str:
        """Where readers find the issue on the web."""
        return f"{self._settings.newsletter.url}/{folder(week)}/"

    def mail(self, edition: Edition, reader: str = "") -> Mail:
        """The mail of the issue; its links for *reader*, a token, are theirs, and without one those of nobody."""
        scene = self._scene(edition, self.address(Week.parse(edition.draft.week)))
        scene |= {name: self._own(name, reader) for name in ("unsubscribe", "preferences")}
        markup = self._templates.get_template("email/issue.mjml.j2").render(scene)
        return Mail(
            subject=self.title(edition.draft),
            html=mjml2html(markup, disable_comments=True),
            text=self._templates.get_template("email/issue.txt.j2").render(scene),
        )

    def _own(self, page: str, reader: str) -> str:
        return "/".join(filter(None, (self._settings.newsletter.url, page, reader)))

    def _page(self, edition: Edition) -> str:
        return self._templates.get_template("site/issue.html.j2").render(self._scene(edition, ""))

    def _scene(self, edition: Edition, base: str) -> dict[str, Any]:
        """What the templates of mail and page see; *base* stands before the pictures' addresses."""
        draft, labels = edition.draft, self.labels(edition.draft.language)
        anchors = Slugger()
        topics = self._settings
        return {
            "newsletter": topics.newsletter,
            "language": draft.language,
            "labels": labels,
            "title": self.title(draft),
            "headlines": draft.headlines,
            "number": edition.number,
            "week": draft.week,
            "published": edition.published_at.astimezone(topics.newsletter.zone),
            "address": self.address(Week.parse(draft.week)),
            "cover": draft.cover,
            "cover_credit": draft.cover_credit,
            "pictures": f"{base}{PICTURES}/",
            "summary": draft.summary,
            "cards": [
                {
                    "card": card,
                    "heading": heading(card, labels),
                    "anchor": anchors.slug(heading(card, labels)),
                    "topic": "" if card.topic == "other" else topics.topic(card.topic).label(draft.language),
                    "links": [(link_label(link.kind, draft.language), link.url) for link in card.links],
                }
                for card in draft.cards
            ],
            "references": [(label, link.url) for label, link in self.references(draft)],
        }


def heading(card: Card, labels: Labels) -> str:
    """`name：one line`, or the name alone."""
    return f"{card.name}{labels.colon}{card.line}" if card.line else card.name


def folder(week: Week) -> str:
    """Where an issue stands in the archive: `2025/W15`."""
    return f"{week.year:04d}/W{week.number:02d}"


def _picture(picture: Any, credit: str) -> dict[str, Any] | None:
    if picture is None:
        return None
    plain = {"alt": picture.alt, "url": f"{PICTURES}/{picture.file}", "origin": picture.origin}
    return {**plain, "credit": credit} if credit else plain
