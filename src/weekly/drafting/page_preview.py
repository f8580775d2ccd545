"""The picture that a web page names for where it is linked to, https://ogp.me/."""

from __future__ import annotations

from lxml import etree, html

from weekly.select.urls import joined

_NAMED = "//meta[@property='og:image' or @name='og:image' or @name='twitter:image']/@content"
_LOOKED_AT = 1_000_000
"""Bytes of a page; the picture is named in its head."""


def preview_address(body: bytes, url: str) -> str:
    """The address of the picture that the page at *url* names; empty for none, and for what is no address."""
    try:
        parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
        named = next(iter(html.document_fromstring(body[:_LOOKED_AT], parser=parser).xpath(_NAMED)), "")
    except (etree.LxmlError, ValueError):
        return ""
    return joined(url, str(named)) if named else ""
