"""A published issue in every form that readers get: Markdown, JSON, HTML, mail; all from the same content."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment

from weekly.formats.digest import BlockSection, Cover, Digest, Image, Item, Labels, Reference
from weekly.models import Card, Draft, Issue, Link, Mail, Week
from weekly.render.bibtex import bibliography
from weekly.render.block_views import block_views
from weekly.render.card_views import (
    LONGEST,
    LONGEST_TITLE,
    Group,
    IssueCard,
    anchors,
    card_anchors,
    groups,
    heading,
    link_label,
    references,
    topic_name,
)
from weekly.render.documents import render
from weekly.render.mail import IssueMail
from weekly.render.markdown import escape, lawful
from weekly.render.paths import PICTURES, folder, social, step
from weekly.render.reading_time import days, minutes
from weekly.render.selection import Selection, compose_selection
from weekly.render.site.linked_data import news_article
from weekly.settings import Settings
from weekly.text.vocabulary import vocabulary


class IssueRenderer:
    """Renders issues for one newsletter; equal issues give equal bytes."""

    def __init__(self, settings: Settings, templates: Environment) -> None:
        self._settings = settings
        self._templates = templates

    def files(self, issue: Issue) -> dict[str, bytes]:
        """The issue's files by name, but for its pictures."""
        mail = self.mail(issue)
        texts = {
            "issue.md": render(self.digest(issue.draft), self._templates),
            "issue.json": json.dumps(self.data(issue), ensure_ascii=False, indent=2) + "\n",
            "index.html": self._page(issue),
            "email.html": mail.html,
            "email.txt": mail.text,
            "issue.bib": self.bibtex(issue),
        }
        return {name: text.encode() for name, text in texts.items()}

    def bibtex(self, issue: Issue) -> str:
        """The works of the issue as a BibTeX file."""
        week = Week.parse(issue.draft.week)
        head = (
            f"{self._settings.newsletter.title} · {week} · No. {issue.number}",
            self.address(week),
            f"SHA-256 of the approved content: {issue.hash}",
        )
        return bibliography(issue.draft.cards, head)

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
            blocks=tuple(self._blocks(draft, labels)),
        )

    @staticmethod
    def _blocks(draft: Draft, labels: Labels) -> Iterator[BlockSection]:
        titles = [escape(heading(card, labels)) for card in draft.cards]
        names = [title if titles.count(title) == 1 else str(at) for at, title in enumerate(titles, 1)]
        places = dict(zip((card.id for card in draft.cards), names, strict=True))
        for block in draft.blocks:
            title, after = escape(block.title), places.get(block.after, "")
            yield BlockSection(kind=block.kind, title=title, body=block.body, after=after)

    def labels(self, language: str) -> Labels:
        """The words of the form, with the newsletter's name."""
        return Labels.of(vocabulary(language), self._settings.newsletter.title)

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

    def data(self, issue: Issue) -> dict[str, Any]:
        """The issue as plain JSON values, for programs."""
        draft, labels = issue.draft, self.labels(issue.draft.language)
        return {
            "week": draft.week,
            "number": issue.number,
            "hash": issue.hash,
            "published_at": issue.published_at.isoformat(),
            "newsletter": self._settings.newsletter.title,
            "language": draft.language,
            "title": self.title(draft),
            "headlines": list(draft.headlines),
            "cover": _picture(draft.cover, draft.cover_credit),
            "summary": draft.summary,
            "items": [
                self._card(card, anchor, labels)
                for card, anchor in zip(draft.cards, anchors(draft.cards, labels), strict=True)
            ],
            "references": [{"label": label, "url": link.url} for label, link in self.references(draft)],
            **({"blocks": [asdict(block) for block in draft.blocks]} if draft.blocks else {}),
        }

    def _card(self, card: Card, anchor: str, labels: Labels) -> dict[str, Any]:
        return {
            "id": card.id,
            "kind": card.kind.value,
            "topic": card.topic,
            "title": heading(card, labels),
            "anchor": anchor,
            "name": card.name,
            "line": card.line,
            "original_title": card.title,
            "institutions": list(card.institutions),
            "authors": [fact.value for fact in card.facts if fact.name == "author" and fact.value != "et al."],
            "image": _picture(card.picture, ""),
            "summary": card.summary,
            "tags": list(card.tags),
            "links": [{"kind": link.kind.value, "url": link.url} for link in card.links],
            "evidence": [{"quote": proof.quote, "url": proof.url} for proof in card.evidence],
            "keys": list(card.keys),
        }

    def title(self, draft: Draft) -> str:
        """The issue's title, as in the heading of the digest and the subject of the mail."""
        return re.sub(r"[ \t\r\n]+", " ", " | ".join(draft.headlines)) + self.labels(draft.language).tail

    def address(self, week: Week) -> str:
        """Where readers find the issue on the web."""
        return f"{self._settings.newsletter.url}/{folder(week)}/"

    def mail(self, issue: Issue, reader: str = "", selection: Selection | None = None) -> Mail:
        """The mail of the issue, or of a *selection* of it: whatever it says is said of what it holds.

        Its links for *reader*, a token, are theirs, and without one those of nobody.
        """
        chosen = selection or Selection(language=issue.draft.language)
        draft = self._select(issue, chosen)
        shown = groups(draft, self.labels(draft.language), self._settings, LONGEST_TITLE, self._places(issue))
        context = self._context(replace(issue, draft=draft), self.address(Week.parse(draft.week)))
        context |= self._selected(issue, chosen)
        issue_mail = IssueMail(self._templates, context, draft, shown)
        own = {name: self._own(name, reader) for name in ("unsubscribe", "preferences")}
        return Mail(
            subject=self.title(draft),
            html=issue_mail.html(own),
            text=issue_mail.text(own),
            cut=len(draft.cards) - issue_mail.cut.whole,
        )

    def page(self, issue: Issue, selection: Selection) -> str:
        """The page of a *selection* of the issue, which the mail of the same selection leads to."""
        return self._page(issue, selection)

    def _select(self, issue: Issue, selection: Selection) -> Draft:
        return compose_selection(issue.draft, selection, self._settings, self._templates)

    def _places(self, issue: Issue) -> dict[str, str]:
        return card_anchors(issue.draft, self.labels(issue.draft.language))

    def _selected(self, issue: Issue, selection: Selection) -> dict[str, Any]:
        """What a template says of a selection: the topics that were chosen, how much is left out, where it stands."""
        draft, week = issue.draft, Week.parse(issue.week)
        query = {"topics": ",".join(selection.topics)} if selection.topics else {}
        query |= {"language": selection.language} if selection.language != draft.language else {}
        seen = f"{self._settings.newsletter.url}/issues/{week}?{urlencode(query, safe=',')}"
        kept = [card for card in draft.cards if not selection.topics or card.topic in selection.topics]
        return {
            "chosen": [topic_name(slug, selection.language, self._settings) for slug in selection.topics],
            "missed": selection.missed,
            "left_out": len(draft.cards) - len(kept),
            "view": seen if query else self.address(week),
        }

    def mail_of_card(self, issue: Issue, identifier: str) -> str:
        """The mail's HTML with one card of the issue alone, numbered as in the issue; empty without such a card."""
        draft = replace(issue.draft, blocks=())
        for group in groups(draft, self.labels(draft.language), self._settings, LONGEST_TITLE):
            alone = tuple(shown for shown in group.cards if shown.card.id == identifier)
            if alone:
                context = self._context(issue, self.address(Week.parse(draft.week)))
                context |= self._selected(issue, Selection(language=draft.language))
                mail = IssueMail(self._templates, context, draft, (replace(group, cards=alone[:1]),))
                return mail.html({"unsubscribe": "", "preferences": ""})
        return ""

    def _own(self, page: str, reader: str) -> str:
        return "/".join(filter(None, (self._settings.newsletter.url, page, reader)))

    def _page(self, issue: Issue, selection: Selection | None = None) -> str:
        chosen = selection or Selection(language=issue.draft.language)
        draft = self._select(issue, chosen)
        shown = groups(draft, self.labels(draft.language), self._settings, places=self._places(issue))
        context = (
            self._context(replace(issue, draft=draft), "")
            | self._selected(issue, chosen)
            | {
                "root": "../../",
                "groups": shown,
                "highlights": _highlights(draft, shown),
                "minutes": minutes([draft.summary, *(one.markdown for group in shown for one in group.cards)]),
                "references": references(shown),
                "opening_blocks": block_views(draft, LONGEST).get("", ()),
                "social": social(draft.week),
                "steps": {where: step(draft.week, where) for where in ("previous", "next")},
                "bibtex": "issue.bib",
                "hash": issue.hash,
                "linked": self._linked(replace(issue, draft=draft)),
            }
        )
        return lawful(self._templates.get_template("site/issue.html.j2").render(context))

    def _linked(self, issue: Issue) -> Any:
        newsletter, draft = self._settings.newsletter, issue.draft
        named = anchors(draft.cards, self.labels(draft.language))
        image = f"{newsletter.url}/{social(draft.week)}"
        return news_article(issue, named, self.address(Week.parse(draft.week)), image, newsletter)

    def _context(self, issue: Issue, base: str) -> dict[str, Any]:
        """What the templates of mail and page see; *base* stands before the pictures' addresses."""
        draft, newsletter = issue.draft, self._settings.newsletter
        return {
            "newsletter": newsletter,
            "language": draft.language,
            "labels": self.labels(draft.language),
            "title": self.title(draft),
            "headlines": draft.headlines,
            "number": issue.number,
            "week": draft.week,
            "published": issue.published_at.astimezone(newsletter.zone),
            "address": self.address(Week.parse(draft.week)),
            "cover": draft.cover,
            "cover_credit": draft.cover_credit,
            "pictures": f"{base}{PICTURES}/",
            "summary": draft.summary,
            "days": days(Week.parse(draft.week), draft.language),
        }


def _highlights(draft: Draft, shown: Iterable[Group]) -> list[IssueCard]:
    """The cards with pictures that the headlines name, each picture once."""
    named = [one for group in shown for one in group.cards if any(one.name in headline for headline in draft.headlines)]
    pictured = {one.card.picture.file: one for one in reversed(named) if one.card.picture}
    return sorted(pictured.values(), key=lambda one: one.number) if len(pictured) > 1 else []


def _picture(picture: Any, credit: str) -> dict[str, Any] | None:
    if picture is None:
        return None
    plain = {"alt": picture.alt, "url": f"{PICTURES}/{picture.file}", "origin": picture.origin}
    plain |= {"width": picture.width, "height": picture.height}
    return {**plain, "credit": credit} if credit else plain
