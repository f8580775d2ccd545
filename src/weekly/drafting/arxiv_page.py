"""What an arXiv HTML page tells beyond the API: affiliations, the first figure, links, and the paper's own sections.

The pages are made by LaTeXML: https://math.nist.gov/~BMiller/LaTeXML/manual/schema/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree, html

from weekly.claims import institutions
from weekly.select.urls import joined
from weekly.text import one_line
from weekly.text.latex import readable

_INSTITUTION = re.compile(
    r"\b(?:universit\w*|institut\w*|college|school|academy|lab\w*|research|center|centre|inc|corp\w*|ltd|group|team"
    r"|AI)\b|大学|学院|研究院|实验室|公司|集团",
    re.IGNORECASE,
)
_PARTS = {
    "introduction": re.compile(r"\bintroduction\b", re.IGNORECASE),
    "method": re.compile(
        r"\b(?:methods?|methodology|approach|framework|model|architecture|our \w+|proposed \w+)\b", re.IGNORECASE
    ),
    "experiments": re.compile(r"\b(?:experiments?|experimental|evaluations?|results?)\b", re.IGNORECASE),
    "conclusion": re.compile(r"\b(?:conclusions?|discussion)\b", re.IGNORECASE),
}
_MOST = 6
"""Institutions of a page that are kept, and paragraphs of a section."""
_SECTION = 6_000
"""Characters of a section that are kept."""


FIGURES = 24
"""Pictures of a page that an editor may choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivPage:
    """What was read from the page."""

    url: str = ""
    institutions: tuple[str, ...] = ()
    """As the authors wrote them."""
    figure: str = ""
    """The address of the first figure's picture."""
    figures: tuple[tuple[str, str], ...] = ()
    """Of the first `FIGURES` pictures in figures, the address and the caption."""
    caption: str = ""
    links: tuple[str, ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    """(`introduction`, `method`, `experiments` or `conclusion`, its beginning as plain text)."""

    def section(self, part: str) -> str:
        """The text of one part; empty when the page has none."""
        return dict(self.sections).get(part, "")


def read(body: bytes, url: str) -> ArxivPage:
    """The facts of the page at *url*; an empty `ArxivPage` when it is not one of LaTeXML's."""
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.LxmlError, ValueError):
        return ArxivPage(url=url)
    figures = _figures(tree, url)
    figure, caption = figures[0] if figures else ("", "")
    return ArxivPage(
        url=url,
        institutions=_institutions(tree),
        figure=figure,
        caption=caption,
        figures=figures,
        links=tuple(_links(tree)),
        sections=tuple(_sections(tree)),
    )


def _figures(tree: html.HtmlElement, url: str) -> tuple[tuple[str, str], ...]:
    base = next(iter(tree.xpath("//base/@href")), "")
    pictures = tree.xpath(f"//figure[{_has('ltx_figure')}]//img[{_has('ltx_graphics')}][@src]")[:FIGURES]
    return tuple(
        (joined(joined(_folder(url), str(base)), picture.get("src")), _caption(picture)) for picture in pictures
    )


def _caption(picture: html.HtmlElement) -> str:
    caption = next(iter(picture.xpath("ancestor::figure[1]//figcaption")), None)
    words = one_line(_words(caption), 300) if caption is not None else ""
    return re.sub(r"^Fig(?:ure|\.)?\s*\d+\s*[:.]\s*", "", words)


def _institutions(tree: html.HtmlElement) -> tuple[str, ...]:
    """Affiliations as the authors wrote them; without any, the institutions that the authors' block names outright."""
    found: list[str] = []
    for element in tree.xpath(f"//*[{_has('ltx_role_affiliation')}]")[:60]:
        found += _affiliations(one_line(element.text_content(), 400))
    if not found:
        for block in tree.xpath(f"//*[{_has('ltx_authors')}]")[:1]:
            named = institutions.mentions(re.sub(r"\d+", " ", one_line(block.text_content(), 4000)))
            found += [one.text for one in named if len(one.text) >= 4 and one.known]  # noqa: PLR2004 - MIT may be HIT
    return tuple(dict.fromkeys(found))[:_MOST]


def _affiliations(text: str) -> Iterator[str]:
    """The institutions of one affiliation, without departments and addresses."""
    known = [mention.text for mention in institutions.mentions(text) if mention.known]
    if known:
        yield from known
        return
    for part in re.split(r"[;\n]|(?<=\w),\s+(?=\S)", text):
        name = re.sub(r"^[\d\s∗*†‡§,]+|[\s∗*†‡§,.]+$", "", part)
        if _INSTITUTION.search(name) and "@" not in name and len(name) <= 80:  # noqa: PLR2004 - longer is an address
            yield name


def _links(tree: html.HtmlElement) -> Iterator[str]:
    """Addresses in the title, the authors' block, the abstract and the first section's notes."""
    places = f"//*[{_has('ltx_authors')} or {_has('ltx_abstract')} or {_has('ltx_title_document')}]//a/@href"
    for address in tree.xpath(places)[:40]:
        if re.match(r"https?://", address) and not re.search(r"orcid\.org|creativecommons\.org|mailto:", address):
            yield str(address)


def _sections(tree: html.HtmlElement) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for section in tree.xpath(f"//section[{_has('ltx_section')}]")[:30]:
        heading = next(iter(section.xpath("./*[self::h2 or self::h3][1]")), None)
        title = one_line(heading.text_content(), 200) if heading is not None else ""
        part = next((name for name, rule in _PARTS.items() if name not in taken and rule.search(title)), "")
        if part and (text := _paragraphs(section)):
            taken.add(part)
            yield part, text


def _paragraphs(section: html.HtmlElement) -> str:
    """The first paragraphs of a section, without captions, as plain text."""
    paragraphs = section.xpath(f".//p[{_has('ltx_p')}][not(ancestor::figure)][not(ancestor::table)]")[:_MOST]
    return "\n\n".join(filter(None, (one_line(_words(one), _SECTION) for one in paragraphs)))[:_SECTION]


def _words(element: html.HtmlElement) -> str:
    """The words of an element; formulas as they read, without footnotes and numbered citations."""
    if not isinstance(element.tag, str):
        return ""
    if element.tag == "math":
        return readable(f"${element.get('alttext') or ''}$").replace("\\", "")
    classes = element.get("class") or ""
    if "ltx_note" in classes or "ltx_tag_note" in classes:
        return ""
    parts = [element.text or ""]
    for child in element:
        parts += [_words(child), child.tail or ""]
    text = "".join(parts)
    return "" if element.tag == "cite" and re.match(r"\s*[\[(]", text) else text


def _has(name: str) -> str:
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def _folder(url: str) -> str:
    """LaTeXML's pictures are relative to the page as a folder, though its address has no final slash."""
    return url if url.endswith("/") or "." in urlsplit(url).path.rpartition("/")[2].partition("v")[2] else url + "/"
