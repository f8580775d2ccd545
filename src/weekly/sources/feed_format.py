"""RSS and Atom as feedparser reads them, https://feedparser.readthedocs.io/, and JSON Feed; nothing is fetched here."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import feedparser

from weekly import isolated
from weekly.errors import OverBudget, ParseError, Refused
from weekly.net.unpacking import LIMIT, gunzipped
from weekly.sources import json_feed
from weekly.sources.dates import parse_date
from weekly.text import one_line

_ENTITY = re.compile(rb"<!ENTITY\s{1,20}(?:%\s{1,20})?[\w.-]{1,100}\s{1,20}(?:\"([^\"]{0,2000})\"|'([^']{0,2000})')")
_REFERENCE = re.compile(rb"[&%][A-Za-z_][\w.-]{0,100};")
_GZIP = b"\x1f\x8b"
_ENTRY, _END = re.compile(rb"<(?:item|entry)[\s>]"), re.compile(rb"</(?:rss|feed|rdf:RDF)>\s*$")
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
"""What feedparser remarks about the headers of a feed that it could read whole."""


def parse(body: bytes, headers: Mapping[str, str], url: str) -> tuple[list[Mapping[str, Any]], str]:
    """The entries of a feed and what is wrong with it, as far as it could be read; raises ParseError if it is none.

    Raises Refused for an XML bomb, and for what takes too long to read: asking again would not help.
    """
    try:
        return isolated.call(_parse, body, dict(headers), url)
    except OverBudget as error:
        raise Refused(f"{url}: {error}", url=url) from error


def _parse(body: bytes, headers: Mapping[str, str], url: str) -> tuple[list[Mapping[str, Any]], str]:
    if body[:2] == _GZIP:
        body = gunzipped(body, url, LIMIT)
    rows = json_feed.rows_of(body)
    if rows is not None:
        return rows, ""
    _refuse_bombs(body, url)
    known = {"content-type": headers.get("content-type", ""), "content-location": url}
    try:
        feed = feedparser.parse(io.BytesIO(body), response_headers=known)
    except Exception as error:
        raise ParseError(f"{url}: feedparser gave up: {type(error).__name__}: {one_line(str(error), 120)}") from error
    problem = feed.get("bozo_exception") if feed.get("bozo") else None
    harmless = problem is None or isinstance(problem, _HARMLESS) or _is_whole(body, len(feed.entries))
    fault = "" if harmless else one_line(str(problem), 160)
    if not feed.entries and not feed.get("version"):
        raise ParseError(f"{url}: not a feed: {fault or 'nothing in it'}: correct the address")
    return list(feed.entries), f"broken, read as far as it goes: {fault}" if fault else ""


def _is_whole(body: bytes, entries: int) -> bool:
    """Whether a feed that is no sound XML, such as for a `&nbsp;`, was read to its end all the same."""
    return entries > 0 and bool(_END.search(body[-200:])) and len(_ENTRY.findall(body)) == entries


def title_of(body: bytes) -> str:
    """The title of the feed *body*, of RSS, Atom or JSON; raises OverBudget when that takes too long."""
    return isolated.call(_title_of, body)


def _title_of(body: bytes) -> str:
    if json_feed.rows_of(body) is not None:
        return json_feed.title_of(body)
    return str(feedparser.parse(io.BytesIO(body)).feed.get("title") or "")


def date_of(row: Mapping[str, Any], *fields: str) -> datetime | None:
    """The first of *fields* (`published`, `updated`, `created` unless named) that is a date; None when none is.

    feedparser's own reading of it is not asked: what a date leaves out it fills in from today's.
    """
    # A plain dictionary: feedparser's own would give one field for another.
    written = (str(dict(row).get(name) or "") for name in fields or ("published", "updated", "created"))
    return next((found for text in written if (found := parse_date(text))), None)


def _refuse_bombs(body: bytes, url: str) -> None:
    """Entities made of entities are how a small document grows without end; no feed needs them."""
    for start in re.finditer(rb"<!ENTITY", body[:200_000]):
        match = _ENTITY.match(body, start.start())
        if match and _REFERENCE.search(match[1] or match[2] or b""):
            raise Refused(f"{url}: declares entities made of entities (an XML bomb): refused", url=url)
