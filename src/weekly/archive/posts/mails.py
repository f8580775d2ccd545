"""Posts that were mails: single messages, mailboxes in one file (RFC 4155) and the files of a Maildir."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage

from weekly.archive.posts.post import EarlierPost
from weekly.sources.dates import parse_date
from weekly.text import one_line

MAILBOX = b"From "
HEADER = re.compile(
    rb"\A\s{0,8}(?:return-path|received|delivered-to|message-id|mime-version|from|to|subject|date|x-[\w-]+|dkim-signature"
    rb"|list-[\w-]+|content-type|arc-[\w-]+|authentication-results|reply-to|sender):[ \t]*\S",
    re.IGNORECASE,
)
_STRONG = re.compile(rb"^(?:message-id|mime-version|received|content-type|return-path):", re.IGNORECASE | re.MULTILINE)
_ENVELOPE = re.compile(rb"^From [^\n]*\n", re.MULTILINE)


def is_mail(content: bytes) -> bool:
    """Whether *content* begins as a message does, and not only as a post with `Date:` and `Subject:` lines."""
    head = re.split(rb"\r?\n\r?\n", content[:100_000].lstrip(), maxsplit=1)[0]
    return bool(HEADER.match(content) and _STRONG.search(head))


def read_mailbox(content: bytes) -> Iterator[EarlierPost]:
    """The posts of a mailbox."""
    for message in filter(bytes.strip, _ENVELOPE.split(content)):
        yield from read_mail(message)


def read_mail(content: bytes) -> Iterator[EarlierPost]:
    """The texts of a message, each as a post: what is HTML there and what is not may lead to different places."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    title, at = one_line(_header(message, "subject")), parse_date(_header(message, "date"))
    for part in message.walk():
        if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
            continue
        text = _content(part)
        yield EarlierPost(text=text, html=part.get_content_subtype() == "html", title=title, at=at)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except Exception:  # noqa: BLE001 - the library raises whatever a broken header makes it stumble over
        return ""


def _content(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset("utf-8")
    try:
        return data.decode("gb18030" if charset in {"gb2312", "gbk"} else charset, errors="replace")
    except LookupError:
        return data.decode(errors="replace")
