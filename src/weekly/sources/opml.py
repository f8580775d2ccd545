"""Lists of feeds as other programs keep them: http://opml.org/spec2.opml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

from weekly.errors import ParseError
from weekly.text import one_line


def feeds_of(body: bytes) -> Iterator[tuple[str, str]]:
    """The name and the address of each feed of an OPML document; raises ParseError for what is none."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"not OPML: {one_line(str(error), 120)}") from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise ParseError("not OPML: its root is no opml element")
    for outline in root.iter("outline"):
        if url := (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip():
            yield one_line(outline.get("title") or outline.get("text") or url, 60), url


def document(title: str, feeds: Iterable[tuple[str, str]]) -> str:
    """The feeds, name and address, as OPML 2.0."""
    lines = [
        f'    <outline type="rss" text={quoteattr(name)} title={quoteattr(name)} xmlUrl={quoteattr(url)}/>'
        for name, url in feeds
    ]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>{_text(title)}</title></head>'
    return "\n".join([head, "  <body>", *lines, "  </body>", "</opml>", ""])


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;")
