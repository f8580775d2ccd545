"""Feeds of the issues and of each topic: Atom (RFC 4287) and JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import chain

from jinja2 import Environment
from markupsafe import escape

from weekly.render.markdown import lawful, to_html, to_text
from weekly.render.site.issues import ArchivedCard, ArchivedIssue
from weekly.settings import NewsletterSettings
from weekly.text.vocabulary import vocabulary

ISSUES, CARDS = 12, 30
"""Entries of the feed of all issues, each of them whole, and of a topic's."""
Label = Callable[[str], str]
"""What readers call a topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An issue, or a card of one."""

    id: str
    """Its address, which never changes."""
    title: str
    published: str
    summary: str
    """Plain text."""
    content: str
    """HTML."""
    image: str
    tags: tuple[str, ...]


def of_issue(issue: ArchivedIssue, newsletter: NewsletterSettings, label: Label) -> FeedEntry:
    """An issue with its summary and all of its cards."""
    address = f"{newsletter.url}/{issue.folder}/"
    cards = (
        f'<h2><a href="{escape(f"{address}#{item.anchor}")}">{escape(item.title)}</a></h2>{_card(item, newsletter)}'
        for item in issue.items
    )
    return FeedEntry(
        id=address,
        title=issue.title,
        published=issue.published.isoformat(),
        summary=issue.excerpt,
        content="".join((to_html(issue.summary), _blocks(issue, opening=True), *cards, _blocks(issue, opening=False))),
        image=f"{newsletter.url}/{issue.cover}" if issue.cover else "",
        tags=_names(label(item.topic) for item in issue.items),
    )


def _card(item: ArchivedCard, newsletter: NewsletterSettings) -> str:
    """Picture, text and links of a card."""
    words = vocabulary(item.issue.language).links
    picture = (
        f'<p><img src="{escape(f"{newsletter.url}/{item.image}")}" alt="{escape(item.alt)}"></p>' if item.image else ""
    )
    links = "".join(f'<li><a href="{escape(url)}">{escape(words.get(kind, url))}</a></li>' for kind, url in item.links)
    return f"{picture}{to_html(item.summary)}<ul>{links}</ul>"


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, names)))


def _blocks(issue: ArchivedIssue, *, opening: bool) -> str:
    """The words beside the cards, marked: those before the first card, or the others."""
    words = vocabulary(issue.language).blocks
    return "".join(
        f"<h3>{escape(block['title'])}</h3><p><strong>{escape(words[block['kind']])}</strong></p>{to_html(block['body'])}"
        for block in issue.blocks
        if (not block["after"]) is opening
    )


def of_errata(issue: ArchivedIssue, newsletter: NewsletterSettings) -> list[FeedEntry]:
    """What was corrected in an issue since, each an entry of its own."""
    word = vocabulary(newsletter.language).correction
    return [
        FeedEntry(
            id=f"{newsletter.url}/{issue.folder}/errata.html#erratum-{one['number']}",
            title=f"{word}: {one['name']} · {issue.week}",
            published=one["at"].astimezone(issue.published.tzinfo).isoformat(),
            summary=to_text(one["text"]),
            content=to_html(one["text"]),
            image="",
            tags=(),
        )
        for one in issue.errata
    ]


def of_item(item: ArchivedCard, newsletter: NewsletterSettings, label: Label) -> FeedEntry:
    """A card with its picture, its text and its links."""
    return FeedEntry(
        id=f"{newsletter.url}/{item.issue.folder}/#{item.anchor}",
        title=item.title,
        published=item.issue.published.isoformat(),
        summary=item.excerpt,
        content=_card(item, newsletter),
        image=f"{newsletter.url}/{item.image}" if item.image else "",
        tags=_names((label(item.topic), *item.tags)),
    )


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed in both forms; `place` is its path without the ending."""

    place: str
    title: str
    home: str
    of: Sequence[ArchivedIssue | ArchivedCard]
    newsletter: NewsletterSettings
    label: Label

    @cached_property
    def entries(self) -> list[FeedEntry]:
        """Its entries, newest first."""
        return list(chain.from_iterable(_entries(each, self.newsletter, self.label) for each in self.of))

    def atom(self, templates: Environment) -> str:
        """As Atom."""
        context = {
            "newsletter": self.newsletter,
            "language": self.newsletter.language,
            "title": self.title,
            "home": self.home,
            "own": f"{self.newsletter.url}/{self.place}",
            "updated": max((entry.published for entry in self.entries), default="1970-01-01T00:00:00+00:00"),
            "entries": self.entries,
        }
        return lawful(templates.get_template("site/feed.xml.j2").render(context))

    def json(self, _: Environment) -> str:
        """As JSON Feed."""
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": self.home,
            "feed_url": f"{self.newsletter.url}/{self.place}.json",
            "language": "zh-Hans" if self.newsletter.language == "zh" else "en",
            "authors": [{"name": self.newsletter.title, "url": f"{self.newsletter.url}/"}],
            "items": [_json_item(entry) for entry in self.entries],
        }
        return json.dumps(feed, ensure_ascii=False, indent=1) + "\n"


def _entries(of: ArchivedIssue | ArchivedCard, newsletter: NewsletterSettings, label: Label) -> Iterator[FeedEntry]:
    if isinstance(of, ArchivedCard):
        yield of_item(of, newsletter, label)
    else:
        yield of_issue(of, newsletter, label)
        yield from of_errata(of, newsletter)


def _json_item(entry: FeedEntry) -> dict[str, object]:
    known = asdict(entry)
    item = {
        "id": entry.id,
        "url": entry.id,
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": entry.published,
    }
    return item | {name: known[name] for name in ("image", "tags") if known[name]}
