from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from weekly.archive.posts.files import SUFFIXES
from weekly.archive.posts.front_matter import read_markdown
from weekly.archive.posts.mails import MAILBOX, is_mail, read_mail, read_mailbox
from weekly.archive.posts.post import EarlierPost, date_in_name
from weekly.archive.posts.records import read_json, read_json_lines, read_table
from weekly.errors import FetchError, ParseError
from weekly.formats.texts import LARGEST
from weekly.sources import feed_format
from weekly.text import title_from_html

_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF)\b")
_HTML = re.compile(
    r"\A\s*(?:<!doctype html|<html|<head|<body|<div|<p\b|<h[1-6]\b|<table|<article|<section)", re.IGNORECASE
)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,500})</title>|<h1[^>]*>(.{1,500}?)</h1>", re.IGNORECASE | re.DOTALL)
_TIME = re.compile(
    r"(?:article:published_time[\"'][^>]{0,40}content=|<time[^>]{0,200}datetime=)[\"']([^\"']{8,40})", re.IGNORECASE
)
_DEEPEST = 2
"""Archives within archives: Notion packs one into another."""


def read_posts(name: str, content: bytes, depth: int = 0) -> Iterator[EarlierPost]:
    """The posts in the file *name*, told by what it holds and not by what it is called, but for tables.

    A post without a date of its own has that of the file's name.

    Raises:
        ParseError: it is no text, or a broken archive; without the file's name.
    """
    named = date_in_name(name)
    for post in _read(name, content, depth):
        yield post if post.at else replace(post, at=named)


def _read(name: str, content: bytes, depth: int) -> Iterator[EarlierPost]:
    if content.startswith(b"PK\x03\x04"):
        yield from _unpack(content, depth)
    elif content.startswith(MAILBOX):
        yield from read_mailbox(content)
    elif is_mail(content):
        yield from read_mail(content)
    elif _FEED.search(content[:2000]) or b"jsonfeed.org/version/" in content[:2000]:
        yield from _read_feed(name, content)
    else:
        yield from _read_text(name, _decode(content))


def _read_text(name: str, text: str) -> Iterator[EarlierPost]:
    suffix = PurePath(name).suffix.lower()
    if suffix in {".csv", ".tsv"}:
        yield from read_table(text)
    elif _HTML.match(text) or suffix in {".html", ".htm", ".xhtml"}:
        yield _read_html(text)
    elif text.lstrip()[:1] in {"{", "["} and suffix not in {".md", ".markdown", ".mdx"}:
        try:
            yield from read_json_lines(text) if suffix in {".jsonl", ".ndjson"} else read_json(text)
        except (ValueError, RecursionError):
            yield read_markdown(text)
    else:
        yield read_markdown(text)


def _read_html(text: str) -> EarlierPost:
    head = text[:100_000]
    post = read_markdown(text) if head.lstrip().startswith(("---", "+++")) else EarlierPost(text=text)
    if not post.title and (match := _TITLE.search(head)):
        post = replace(post, title=title_from_html(match[1] or match[2]))
    when = _TIME.search(head)
    return replace(post, html=True, at=post.at or (date_in_name(when[1]) if when else None))


def _read_feed(name: str, content: bytes) -> Iterator[EarlierPost]:
    try:
        rows, _ = feed_format.parse(content, {}, name)
    except (FetchError, ParseError):
        yield from _read_text(name, _decode(content))
        return
    for row in rows:
        texts = [str(part.get("value") or "") for part in row.get("content") or ()] or [str(row.get("summary") or "")]
        title, at = title_from_html(str(row.get("title") or "")), feed_format.date_of(row)
        yield EarlierPost(text="\n".join(texts), html=True, title=title, at=at)


def _unpack(content: bytes, depth: int) -> Iterator[EarlierPost]:
    """The posts of the files in an archive, which together may be as large as a single document."""
    left = LARGEST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.infolist():
                if PurePath(member.filename).suffix.lower() not in SUFFIXES or member.is_dir():
                    continue
                with packed.open(member) as file:
                    data = file.read(left + 1)
                left -= len(data)
                if left < 0 or depth >= _DEEPEST:
                    raise ParseError("more in it than 64 MB, or packed too deep: unpack it and import the folder")
                yield from read_posts(member.filename, data, depth + 1) if data.strip() else ()
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ParseError(f"an archive that cannot be unpacked: {error}") from error


def _decode(content: bytes) -> str:
    """The text of *content*: in UTF-8, in UTF-16 with its mark, else in the encoding of older Chinese files."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise ParseError("a binary file, not a text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
