"""The head of a post: front matter in YAML, TOML or JSON, or lines such as `Date: 2025-04-12` under the title.

https://gohugo.io/content-management/front-matter/, https://jekyllrb.com/docs/front-matter/,
https://docs.getpelican.com/en/latest/content.html, and the properties of a page that Notion exports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from weekly.archive.posts.fields import date_of, is_published, title_of
from weekly.archive.posts.post import EarlierPost
from weekly.sources.dates import parse_date

_FENCED = re.compile(r"\A\s*(---|\+\+\+)[ \t]*\r?\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^([\w-]{1,40})[ \t]*[:=：][ \t]*(\S.*)$", re.MULTILINE)
_HEADING = re.compile(r"\A\s*#[ \t]+(.{1,300})$", re.MULTILINE)
_LOOKED_AT = 15
"""Lines at the beginning of a post that may say when it was published."""
_OWN = re.compile(
    r"^(?:canonical|permalink|slug|url|image|images|cover|thumbnail|avatar|aliases|guid|id)", re.IGNORECASE
)
"""Fields whose addresses are those of the post itself, or of its pictures."""
_PAGE_ID = re.compile(r"[ \t]+[0-9a-f]{32}$")
"""What Notion puts behind titles."""


def read_markdown(text: str) -> EarlierPost:
    """The post that *text* is, what its head says of it taken out; other addresses of the head stay in the text."""
    fields, head, body = _split(text)
    title = title_of(fields)
    if not title and (match := _HEADING.match(body)):
        title = _PAGE_ID.sub("", match[1].strip())
    return EarlierPost(
        text=f"{head}\n\n{body}" if head else body,
        title=title,
        at=date_of(fields) or _date_below_title(body),
        published=is_published(fields),
    )


def _split(text: str) -> tuple[Mapping[str, Any], str, str]:
    """The fields of the head, its lines that may hold links, and what follows it."""
    if match := _FENCED.match(text):
        return dict(_fields(match[2])), _links(match[2]), text[match.end() :]
    if text.lstrip().startswith("{"):
        try:
            fields, end = json.JSONDecoder().raw_decode(text.lstrip())
        except (ValueError, RecursionError):
            return {}, "", text
        return (fields, "", text.lstrip()[end:]) if isinstance(fields, dict) else ({}, "", text)
    block = re.split(r"\r?\n[ \t]*\r?\n", text, maxsplit=1)
    lines = block[0].strip().splitlines()
    if len(lines) > 1 and all(_FIELD.match(line) and "](" not in line for line in lines):
        return dict(_fields(block[0])), _links(block[0]), block[1] if len(block) > 1 else ""
    return {}, "", text


def _fields(head: str) -> Iterator[tuple[str, str]]:
    for name, value in _FIELD.findall(head):
        yield name, value.strip().strip("\"'")


def _links(head: str) -> str:
    return "\n".join(line for line in head.splitlines() if "://" in line and not _OWN.match(line.lstrip(" -")))


def _date_below_title(body: str) -> datetime | None:
    """The date of a line that says nothing else, or says what it is the date of: `Created: April 12, 2025`."""
    for line in body.splitlines()[:_LOOKED_AT]:
        bare = line.strip(" \t*_>#")
        name, mark, value = bare.replace("：", ":", 1).partition(":")
        if mark and date_of({name.strip(): value.strip()}):
            return date_of({name.strip(): value.strip()})
        if len(bare) < 30 and re.match(r"\d{4}|[A-Z][a-z]{2}", bare) and (day := parse_date(bare)):  # noqa: PLR2004
            return day
    return None
