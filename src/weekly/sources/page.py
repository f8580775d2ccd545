"""One page of the web as an entry: a paper by its citation tags, anything else by what it says of itself.

https://scholar.google.com/intl/en/scholar/inclusion.html#indexing and https://ogp.me/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree, html

from weekly.errors import FetchError
from weekly.models import Entry, Kind
from weekly.select.urls import arxiv_id, model_name
from weekly.sources.dates import parse_date
from weekly.text import one_line, paragraphs

NAME = "page"
"""The source that such entries have."""
_LONGEST = 6_000
"""Characters of a page's own text that are taken."""
_MOST_AUTHORS = 100
_TITLES = ("citation_title", "dc.title", "og:title", "twitter:title")
_TEXTS = ("citation_abstract", "dc.description", "og:description", "twitter:description", "description")
_AUTHORS = ("citation_author", "dc.creator", "article:author", "author")
_DATES = ("citation_publication_date", "citation_online_date", "citation_date", "article:published_time", "date")


def read(body: bytes, url: str) -> Entry | str:
    """What the page at *url* tells of itself; the arXiv identifier where it gives one as its paper's.

    Raises FetchError when it is no page with a title.
    """
    tree, meta = _parse(body, url)
    paper = _first(meta, ("citation_arxiv_id",))
    return paper if arxiv_id(f"https://arxiv.org/abs/{paper}") else _entry(tree, meta, url)


def _entry(tree: html.HtmlElement, meta: Mapping[str, list[str]], url: str) -> Entry:
    title = _first(meta, _TITLES) or one_line(" ".join(tree.xpath("//h1[1]//text() | //title[1]//text()")[:20]), 500)
    if not title:
        raise FetchError(f"{url}: the page has no title: write the item by hand", url=url, status=200)
    summary, own = paragraphs(_first(meta, _TEXTS)), "\n\n".join(_paragraphs(tree))
    authors = next((meta[name] for name in _AUTHORS if name in meta), [])
    dates = (parse_date(_first(meta, (name,))) for name in _DATES if name in meta)
    doi = _first(meta, ("citation_doi", "dc.identifier")).removeprefix("doi:").strip()
    paper = "citation_title" in meta
    return Entry(
        source=NAME,
        key=url[:500],
        kind=Kind.PAPER if paper else Kind.MODEL if model_name(url) else Kind.POST,
        title=one_line(title, 500),
        url=url,
        text=summary if paper and summary else "\n\n".join(filter(None, [summary, own]))[:_LONGEST],
        authors=tuple(one_line(name, 200) for name in authors[:_MOST_AUTHORS] if "://" not in name),
        affiliations=tuple(dict.fromkeys(one_line(name, 200) for name in meta.get("citation_author_institution", []))),
        published=next(filter(None, dates), None),
        links=(f"https://doi.org/{doi}",) if doi.startswith("10.") else (),
    )


def _parse(body: bytes, url: str) -> tuple[html.HtmlElement, Mapping[str, list[str]]]:
    """The page, and its meta elements by their names in lower case."""
    try:
        body.decode()
        encoding = "utf-8"
    except UnicodeDecodeError:
        encoding = None  # as the page says itself
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding=encoding))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise FetchError(f"{url}: no page that can be read: {error}", url=url, status=200) from error
    meta: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().casefold()
        if name and (text := (element.get("content") or "").strip()):
            meta.setdefault(name, []).append(text)
    return tree, meta


def _first(meta: Mapping[str, list[str]], names: tuple[str, ...]) -> str:
    return next((meta[name][0] for name in names if name in meta), "")


def _paragraphs(tree: html.HtmlElement) -> Iterator[str]:
    """The running text of the page's article, or of the page."""
    places = tree.xpath("//article") or tree.xpath("//main") or [tree]
    for paragraph in places[0].iter("p"):
        if text := one_line(paragraph.text_content(), 2_000):
            yield text
