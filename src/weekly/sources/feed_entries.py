"""An entry out of a row of a feed, or why there is none; titles and addresses are mended where their sense is clear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from weekly import isolated
from weekly.errors import OverBudget, Refused
from weekly.models import Entry, Kind, LeftOut, Omission
from weekly.select.urls import model_name
from weekly.sources.feed_format import date_of
from weekly.text import from_html, one_line, title_from_html

_TITLE = 80
"""Characters of its text that stand in for a title."""
_LONGEST = 2000
_HOST = re.compile(r"[^\s<>\"'`\\{}|^%]+")
_HREF = re.compile(r"""href=(?:"(https?://[^"\s<>]{1,500})"|'(https?://[^'\s<>]{1,500})')""")
_HOST_FIRST = re.compile(r"www\.[\w-]+\.[a-z]{2,}(?=[/?#]|$)", re.IGNORECASE)
_RESERVED = "!#$%&'()*+,/:;=?@[]~"
"""What a written address may hold beside letters, digits and -._ (RFC 3986, section 2)."""


def entries_of(rows: Sequence[Mapping[str, Any]], source: str, kind: Kind, base: str) -> list[Entry | LeftOut]:
    """Each of *rows* as `entry_of` reads it; raises Refused when that takes too long."""
    try:
        return isolated.call(_entries_of, rows, source, kind, base)
    except OverBudget as error:
        raise Refused(f"{base}: {error}", url=base) from error


def _entries_of(rows: Sequence[Mapping[str, Any]], source: str, kind: Kind, base: str) -> list[Entry | LeftOut]:
    return [entry_of(row, source, kind, base) for row in rows]


def entry_of(row: Mapping[str, Any], source: str, kind: Kind, base: str) -> Entry | LeftOut:
    """The entry of *source* that feedparser read as *row*; addresses without a host are those of *base*."""
    contents = row.get("content") or [{"value": row.get("summary") or ""}]
    markup = str(contents[0].get("value") or "")
    text = from_html(markup)
    url = next(_addresses(row, base), "")
    title = title_from_html(str(row.get("title") or "")) or _first_words(text) or url.rpartition("/")[2]
    key = one_line(str(row.get("id") or url or title), 450)
    if not url or not title:
        reason = "no address that can be given to a reader" if not url else "neither title nor text"
        written = one_line(str(row.get("link") or ""), 200)
        return LeftOut(
            source=source, key=key or "-", omission=Omission.UNUSABLE, reason=reason, title=title, url=written
        )
    return Entry(
        source=source,
        key=key,
        kind=Kind.MODEL if kind is Kind.POST and model_name(url) else kind,
        title=title,
        url=url,
        text=text,
        authors=tuple(one_line(from_html(str(a["name"]))) for a in row.get("authors") or () if a.get("name")),
        categories=tuple(one_line(str(t["term"]), 60) for t in row.get("tags") or () if t.get("term")),
        published=date_of(row),
        links=tuple(dict.fromkeys(link for link in _links(markup) if web_address(link) == link)),
    )


def _links(markup: str) -> Iterator[str]:
    return (unescape(found[1] or found[2]) for found in _HREF.finditer(markup))


def web_address(url: str, base: str = "") -> str:
    """*url* as a link for readers, blanks and other odd characters escaped; empty when it is none."""
    try:
        whole = urljoin(base, "".join(url.split("\n")).strip()) if base else url.strip()
        parts = urlsplit(whole)
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _HOST.fullmatch(parts.netloc):
        return ""
    # Escapes that are there stay; a per cent sign that begins none is meant as one.
    escaped = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", urlunsplit(parts))
    written = "".join(one if one.isalnum() else quote(one, safe=_RESERVED) for one in escaped).replace("'", "%27")
    return written if written.isprintable() and len(written) <= _LONGEST else ""


def _addresses(row: Mapping[str, Any], base: str) -> Iterator[str]:
    """Where a row may lead, best first: its page, what it names itself by, what is enclosed."""
    links = [one for one in row.get("links") or () if one.get("href")]
    written = [row.get("feedburner_origlink"), row.get("link")]
    written += [one["href"] for one in links if one.get("rel") == "alternate"]
    written += [
        one["href"] for one in links if one.get("rel") not in {"alternate", "enclosure", "self", "replies", "edit"}
    ]
    for one in filter(None, written):
        if found := web_address(str(one), base):
            yield _with_scheme(found, base)
    enclosed = [one.get("href") for one in (*(row.get("enclosures") or ()), *links) if one.get("href")]
    for one in (row.get("id"), *enclosed):
        if one and (found := web_address(str(one))):
            yield found


def _with_scheme(url: str, base: str) -> str:
    """*url*, or the address that was written without https:// and taken for a path below *base*."""
    folder, own = urljoin(base, "."), urlsplit(base).netloc
    rest = url.removeprefix(folder)
    return f"https://{rest}" if rest != url and (_HOST_FIRST.match(rest) or rest.startswith(f"{own}/")) else url


def _first_words(text: str) -> str:
    """The beginning of *text*, cut between words."""
    line = one_line(text, _TITLE)
    return line if not line.endswith("…") or " " not in line else line.rpartition(" ")[0] + "…"
