"""The text of a report, whatever it is written in: parts, charsets, HTML, encoded subjects."""

from __future__ import annotations

import re
from email import message_from_string
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from html import unescape

MOST_PARTS = 200
"""No report has so many parts."""
LONGEST = 20_000
"""Characters of a part that are looked at."""
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "us-ascii": "utf-8", "ascii": "utf-8"}
"""Charsets that contain what mail programs really send under a name: https://encoding.spec.whatwg.org/#names-and-labels"""
_HIDDEN = re.compile(r"<(style|script)\b[^>]{0,500}>.{0,20000}?</\1>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/td|/tr|/li|/h\d)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<[a-z/!][^<>@]{0,2000}>", re.IGNORECASE)


def walk(message: Message) -> list[Message]:
    """The parts of the report itself, not those of the mail that it returns."""
    parts: list[Message] = []
    waiting = [message]
    while waiting and len(parts) <= MOST_PARTS:
        part = waiting.pop(0)
        parts.append(part)
        if part.get_content_maintype() == "multipart":
            waiting += inner(part)
    return parts


def inner(part: Message) -> list[Message]:
    """The messages directly inside *part*."""
    payload: object = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def blocks(part: Message) -> list[dict[str, str]]:
    """The fields of a report in its form, block by block (RFC 3464, 2.1), names in lower case."""
    sources = inner(part)
    if len(sources) <= 1:
        # Only of message/delivery-status does the standard library make blocks.
        text = sources[0].as_string() if sources else decoded(part)
        texts = re.split(r"\n[ \t]*\n", text[:LONGEST].replace("\r\n", "\n").strip())
        sources = [message_from_string(each.strip()) for each in texts[:MOST_PARTS]]
    return [{name.lower(): str(value) for name, value in source.items()} for source in sources]


def decoded(part: Message) -> str:
    """The text of a part in its charset, or what it is most likely to be where that is wrong."""
    payload = part.get_payload(decode=True)
    data = payload[: 4 * LONGEST] if isinstance(payload, bytes) else b""
    named = str(part.get_content_charset("utf-8") or "utf-8").lower()
    for charset in (_WIDER.get(named, named), "utf-8", "gb18030"):
        try:
            return data.decode(charset)[:LONGEST]
        except (LookupError, UnicodeError):
            continue
    return data.decode("utf-8", "replace")[:LONGEST]


def readable(message: Message) -> str:
    """All the text of a report; of HTML what is shown."""
    texts = []
    for part in walk(message):
        kind = part.get_content_type()
        if kind == "text/plain":
            texts.append(decoded(part))
        elif kind == "text/html":
            shown = _BREAK.sub("\n", _HIDDEN.sub(" ", decoded(part)))
            texts.append(unescape(_TAG.sub(" ", shown)))
    return "\n".join(texts)[:LONGEST]


def header(message: Message, name: str) -> str:
    """A header field on one line, its encoded words decoded (RFC 2047); of several the first."""
    value = " ".join(str(message.get(name, ""))[:2000].split())
    try:
        words = decode_header(value)
    except (HeaderParseError, ValueError):
        return value
    return "".join(word if isinstance(word, str) else _word(word, charset) for word, charset in words)


def _word(data: bytes, charset: str | None) -> str:
    named = (charset or "utf-8").lower()
    try:
        return data.decode(_WIDER.get(named, named), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
