"""What a page says of itself to programs, in the terms of https://schema.org, as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from weekly.models import Card, Issue, Kind, LinkKind
from weekly.render.site.evergreen import CollectionPage, DepthPage, HandbookPage
from weekly.settings import NewsletterSettings
from weekly.text.vocabulary import vocabulary

_TYPES = {
    Kind.PAPER: "ScholarlyArticle",
    Kind.PROJECT: "SoftwareSourceCode",
    Kind.RELEASE: "SoftwareSourceCode",
    Kind.POST: "Article",
    Kind.MODEL: "SoftwareSourceCode",
}


def page(kind: str, name: str, address: str, newsletter: NewsletterSettings, **more: Any) -> dict[str, Any]:
    """A page of the type *kind* at *address*; what is empty is left out."""
    site = {"@type": "WebSite", "name": newsletter.title, "url": f"{newsletter.url}/"}
    whole = {
        "@context": "https://schema.org",
        "@type": kind,
        "name": name,
        "url": address,
        "inLanguage": vocabulary(newsletter.language).lang,
        "isPartOf": site if kind != "WebSite" else None,
        **more,
    }
    return {key: value for key, value in whole.items() if value}


def site(newsletter: NewsletterSettings, description: str) -> dict[str, Any]:
    """The archive as a whole, and how it is searched (https://schema.org/SearchAction)."""
    search = {
        "@type": "SearchAction",
        "target": f"{newsletter.url}/search.html?q={{query}}",
        "query-input": "required name=query",
    }
    address = f"{newsletter.url}/"
    return page("WebSite", newsletter.title, address, newsletter, description=description, potentialAction=search)


def evergreen(
    shown: CollectionPage | HandbookPage | DepthPage, address: str, newsletter: NewsletterSettings
) -> Mapping[str, Any]:
    """A collection with its entries, a chapter with its questions, or the papers of a week in depth."""
    if isinstance(shown, HandbookPage):
        questions = [(anchor, title) for _, found in shown.chapters for anchor, title, _ in found]
        parts = _parts("Question", questions, address)
        return page("CollectionPage", shown.title, address, newsletter, hasPart=parts)
    if isinstance(shown, DepthPage):
        papers = ((part.anchor, part.title) for part in shown.papers)
        return page(
            "CollectionPage", shown.stem, address, newsletter, hasPart=_parts("ScholarlyArticle", papers, address)
        )
    entries = ((part.anchor, part.title) for part in shown.entries)
    return page("CollectionPage", shown.title, address, newsletter, hasPart=_parts("CreativeWork", entries, address))


def _parts(kind: str, named: Iterable[tuple[str, str]], address: str) -> list[dict[str, str]]:
    return [{"@type": kind, "name": title, "url": f"{address}#{anchor}"} for anchor, title in named]


def news_article(issue: Issue, anchors: Iterable[str], address: str, image: str, newsletter: NewsletterSettings) -> Any:
    """An issue with its cards; *anchors* are theirs, in their order."""
    cards = zip(issue.draft.cards, anchors, strict=True)
    publisher = {"@type": "Organization", "name": newsletter.title, "url": f"{newsletter.url}/"}
    return page(
        "NewsArticle",
        " | ".join(issue.draft.headlines),
        address,
        newsletter,
        headline=" | ".join(issue.draft.headlines)[:110],
        inLanguage=vocabulary(issue.draft.language).lang,
        datePublished=issue.published_at.isoformat(),
        image=[image],
        author=publisher,
        publisher=publisher,
        hasPart=[_work(card, f"{address}#{anchor}") for card, anchor in cards],
    )


def _work(card: Card, address: str) -> dict[str, Any]:
    authors = [fact.value for fact in card.facts if fact.name == "author" and fact.value != "et al."]
    works = [link.url for link in card.links if link.kind in {LinkKind.PAPER, LinkKind.CODE}]
    known = {
        "@type": _TYPES[card.kind],
        "name": card.title or card.name,
        "url": address,
        "author": [{"@type": "Person", "name": name} for name in authors],
        "sameAs": works,
        "keywords": list(card.tags),
    }
    return {key: value for key, value in known.items() if value}
