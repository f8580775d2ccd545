"""The published issues as the site's pages look them up: by year, topic, tag and institution; newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from jinja2.runtime import Macro

from weekly.formats.anchors import Slugger
from weekly.models import Week
from weekly.render.card_views import CardView, labels_of
from weekly.render.markdown import beginning, excerpt, to_text
from weekly.render.paths import folder, on_the_web
from weekly.text import one_line

EXCERPT = 160
SEARCHED = 3_000
"""Characters of a card's text that it is found by."""


@dataclass(frozen=True, kw_only=True)
class ArchivedCard(CardView):
    """A card of a published issue, on the pages that lead to it."""

    issue: ArchivedIssue
    kind: str
    topic: str
    """The topic's slug."""
    original: str
    """The title that the work has by itself."""
    authors: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    """Kind and address of each."""
    summary: str
    image: str
    """The picture's path from the archive's top; empty without one."""
    alt: str

    @cached_property
    def digest(self) -> str:
        """Another one as soon as anything of it or its issue is another."""
        return f"{self.issue.digest}#{self.anchor}"

    @property
    def title(self) -> str:
        """Its heading."""
        return self.heading

    @cached_property
    def place(self) -> str:
        """Where it stands, from the archive's top."""
        return f"{self.issue.place}#{self.anchor}"

    @cached_property
    def _shown(self) -> dict[tuple[Any, ...], str]:
        return {}

    def shown_by(self, macro: Macro, *more: Any) -> str:
        """What *macro* of a template makes of it with *more*: once for all the lists in which it stands so."""
        if (shown := self._shown.get((macro, *more))) is None:
            shown = self._shown[macro, *more] = macro(self, *more)
        return shown

    @cached_property
    def text(self) -> str:
        """Its text in plain words, as far as a mail would show it."""
        return to_text(self.summary[:SEARCHED])

    @cached_property
    def excerpt(self) -> str:
        """The beginning of its text."""
        return beginning(self.text, EXCERPT)


@dataclass(frozen=True, kw_only=True)
class ArchivedIssue:
    """A published issue, from its issue.json."""

    digest: str
    """Another one as soon as anything of it is another, or was corrected."""
    week: str
    number: int
    published: datetime
    language: str
    headline: str
    title: str
    summary: str
    cover: str
    """The cover's path from the archive's top; without a cover that of the first card's picture, empty without any."""
    alt: str
    width: int
    height: int
    items: tuple[ArchivedCard, ...] = field(default=(), compare=False, repr=False)
    blocks: tuple[Mapping[str, str], ...] = field(default=(), compare=False, repr=False)
    """Words beside the cards, each with its `kind`, `title`, `body` and the card that it follows."""
    errata: tuple[Mapping[str, Any], ...] = field(default=(), compare=False, repr=False)
    """What was corrected in it since, from its errata.json."""

    @cached_property
    def folder(self) -> str:
        """Its folder, from the archive's top."""
        return folder(Week.parse(self.week))

    @cached_property
    def place(self) -> str:
        """Its page, from the archive's top."""
        return f"{self.folder}/index.html"

    @cached_property
    def day(self) -> str:
        """The date on which it was published, ISO 8601."""
        return f"{self.published:%Y-%m-%d}"

    @property
    def year(self) -> str:
        """The year of its week."""
        return self.week[:4]

    @cached_property
    def excerpt(self) -> str:
        """The beginning of its summary."""
        return excerpt(self.summary, 2 * EXCERPT)


class IssueIndex:
    """Every issue of the archive, newest first."""

    def __init__(self, issues: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> None:
        """*issues* are the values of the issue.json files."""
        read = (_issue(data, zone) for data in issues)
        self.issues = sorted(read, key=lambda issue: issue.week, reverse=True)
        self.items = [item for issue in self.issues for item in issue.items]

    @cached_property
    def years(self) -> dict[str, list[ArchivedIssue]]:
        """The issues by year."""
        return _grouped(self.issues, lambda issue: [issue.year])

    @cached_property
    def topics(self) -> dict[str, list[ArchivedCard]]:
        """The items by their topic's slug."""
        return _grouped(self.items, lambda item: [item.topic])

    @cached_property
    def tags(self) -> dict[str, list[ArchivedCard]]:
        """The items by tag; a tag that is the item's own name leads nowhere."""
        return _grouped(self.items, lambda item: filter(item.shares, item.tags))

    @cached_property
    def institutions(self) -> dict[str, list[ArchivedCard]]:
        """The items by institution."""
        return _grouped(self.items, lambda item: item.institutions)

    @cached_property
    def people(self) -> dict[str, list[ArchivedCard]]:
        """The items by author, for authors of more than one."""
        return {name: items for name, items in _grouped(self.items, lambda item: item.authors).items() if items[1:]}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where among the issues that of each week stands."""
        return {issue.week: at for at, issue in enumerate(self.issues)}

    def neighbours(self, week: str) -> tuple[ArchivedIssue | None, ArchivedIssue | None]:
        """The issues before and after that of *week*."""
        at = self.places[week]
        before = self.issues[at + 1] if at + 1 < len(self.issues) else None
        return before, self.issues[at - 1] if at else None


def _grouped(rows: Sequence[Any], keys: Callable[[Any], Iterable[str]]) -> dict[str, list[Any]]:
    """*rows* under each of their keys; keys that differ in case alone are one, in its newest spelling."""
    spelled: dict[str, str] = {}
    groups: dict[str, list[Any]] = {}
    for row in rows:
        for key in dict.fromkeys(spelled.setdefault(key.casefold(), key) for key in keys(row) if key):
            groups.setdefault(key, []).append(row)
    return groups


def _issue(data: Mapping[str, Any], zone: ZoneInfo) -> ArchivedIssue:
    pictures = (row["image"] for row in data["items"] if row.get("image"))
    cover: Mapping[str, Any] = data.get("cover") or next(pictures, {})
    place = folder(Week.parse(data["week"]))
    issue = ArchivedIssue(
        digest=data.get("digest", ""),
        week=data["week"],
        number=data["number"],
        published=datetime.fromisoformat(data["published_at"]).astimezone(zone),
        language=data["language"],
        headline=one_line(" | ".join(data["headlines"])),
        title=one_line(data["title"]),
        summary=data["summary"],
        cover=f"{place}/{cover['url']}" if cover else "",
        alt=one_line(cover.get("alt", "")),
        width=cover.get("width", 0),
        height=cover.get("height", 0),
        errata=tuple(data.get("errata", ())),
        blocks=tuple(data.get("blocks", ())),
    )
    slugger = Slugger()
    items = tuple(_item(row, issue, row.get("anchor") or slugger.slug(row["title"])) for row in data["items"])
    object.__setattr__(issue, "items", items)
    return issue


def _item(row: Mapping[str, Any], issue: ArchivedIssue, anchor: str) -> ArchivedCard:
    image = row.get("image") or {}
    return ArchivedCard(
        issue=issue,
        heading=one_line(row["title"]),
        name=one_line(row["name"]),
        line=one_line(row.get("line", "")),
        anchor=anchor,
        kind=row["kind"],
        topic=row["topic"],
        original=one_line(row.get("original_title", "")),
        tags=labels_of(row["tags"]),
        institutions=labels_of(row["institutions"]),
        authors=labels_of(row.get("authors", ())),
        links=tuple((link["kind"], link["url"]) for link in row["links"] if on_the_web(link["url"])),
        summary=row["summary"],
        image=f"{issue.folder}/{image['url']}" if image else "",
        alt=one_line(image.get("alt", "")),
    )
