"""A mail as a template of bytes: built once, filled with name and links for each subscriber.

RFC 5322 and MIME; the fields that mailing lists have (RFC 2369, RFC 2919, RFC 8058); a Message-ID that a second try
repeats, and an envelope sender that tells which delivery came back (https://cr.yp.to/proto/verp.txt).
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime
from functools import lru_cache
from typing import Self
from urllib.parse import urlsplit

import idna

from weekly.errors import ParseError
from weekly.models import Delivery, Mail, Message
from weekly.render.mail_head import compose_head, format_mailbox
from weekly.settings import NewsletterSettings, is_loopback
from weekly.signing import Signer

SUBSCRIBER = "reader"
"""The purpose of the tokens in a subscriber's links; as it was when the first mails left, whose links still work."""
_MAIL = "mail"
_ADDRESS = re.compile(r"[^\s<>,;:\"\\()\[\]\x00-\x1f\x7f@]+@[^\s<>,;:\"\\()\[\]\x00-\x1f\x7f@]+")
_LINE = re.compile(r"\r\n|\r|[\v\f\x1c-\x1e\x85\u2028\u2029]")
Signature = Callable[[bytes], bytes]
"""From a message to the header field that signs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsubscribeFields:
    """The fields that let mail programs offer a button (RFC 2369, RFC 8058)."""

    address: str
    mail: tuple[str, str]
    """What stands before and after the token in the address that mail goes to."""
    one_click: bool

    @classmethod
    def at(cls, newsletter: NewsletterSettings, sender: str = "") -> Self:
        """Those of *newsletter*; one click is promised only where its POST is encrypted, or stays on this machine.

        Programs drop the subject of a mail, never its address, which holds the token unless *sender* is a fixed one.
        """
        mailbox = newsletter.mailbox
        own = (f"mailto:{mailbox.username}+u-", f"@{mailbox.domain}?subject=unsubscribe")
        parts = urlsplit(newsletter.url)
        return cls(
            address=f"{newsletter.url}/unsubscribe/",
            mail=(f"mailto:{sender}?subject=unsubscribe%20", "") if sender else own,
            one_click=parts.scheme == "https" or is_loopback(parts.hostname or ""),
        )

    def fields(self, token: str) -> str:
        """The lines for the subscriber of *token*."""
        line = f"List-Unsubscribe: <{self.address}{token}>,\r\n <{token.join(self.mail)}>\r\n"
        return f"{line}List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if self.one_click else line


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplate:
    """A mail without its recipient: what is the same for everyone, in pieces around a subscriber's token."""

    sender: Address
    unsubscribe: UnsubscribeFields
    signer: Signer
    pieces: tuple[bytes, ...]
    """The first begins with the header fields that everyone gets."""
    signature: Signature | None = None
    fixed_sender: str = ""

    @classmethod
    def of(
        cls,
        mail: Mail,
        newsletter: NewsletterSettings,
        signer: Signer,
        *,
        slot: str,
        boundary: str,
        fields: dict[str, str],
        signature: Signature | None = None,
        fixed_sender: str = "",
    ) -> Self:
        """The mail with its holes where *slot* stands; *fields* are further header fields.

        *fixed_sender* is the envelope sender of every mail, where each must not have one of its own.

        Whoever can guess *slot* could have a stranger's token written into a text of theirs: draw it at random.
        """
        message = compose_head(mail.subject, newsletter, fields)
        message["MIME-Version"] = "1.0"
        message["Content-Type"] = f'multipart/alternative; boundary="{boundary}"'
        parts = (("plain", mail.text), ("html", mail.html)) if mail.html else (("plain", mail.text),)
        body = "".join(f"\r\n--{boundary}\r\n{_part(kind)}\r\n{_quote_printable(text, slot)}" for kind, text in parts)
        whole = f"{body}\r\n--{boundary}--\r\n".encode("ascii")
        head = message.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
        first, *others = whole.split(slot.encode())
        return cls(
            sender=newsletter.mailbox,
            unsubscribe=UnsubscribeFields.at(newsletter, fixed_sender),
            signer=signer,
            pieces=(head + first, *others),
            signature=signature,
            fixed_sender=fixed_sender,
        )

    def fill(self, delivery: Delivery, at: datetime) -> Message:
        """The mail for the subscriber of *delivery*; raises ParseError when their address cannot be written to."""
        token = self.signer.number(SUBSCRIBER, delivery.subscriber)
        return self._message(delivery, at, self.unsubscribe.fields(token), token)

    def plain(self, delivery: Delivery, at: datetime) -> Message:
        """The same without what belongs to a subscriber: no links of theirs, no list to leave."""
        return self._message(delivery, at, "", "")

    def _message(self, delivery: Delivery, at: datetime, more: str, token: str) -> Message:
        recipient = mailbox(delivery.email)
        local, domain = self.sender.username, self.sender.domain
        identity = identify(self.signer, delivery.week, delivery.email)
        identifier = message_id(delivery.week, identity, domain)
        own = (
            f"To: {format_mailbox(delivery.name, recipient)}\r\nDate: {_date(at.replace(microsecond=0))}\r\n"
            f"Message-ID: {identifier}\r\n{more}"
        )
        first, *others = self.pieces
        pieces = [own.encode(), first]
        theirs = token.encode()
        for other in others:
            pieces += (theirs, other)
        if self.signature is not None:
            pieces.insert(0, self.signature(b"".join(pieces)))
        return Message(
            sender=self.fixed_sender or f"{local}+b-{delivery.id:x}-{identity[16:24].hex()}@{domain}",
            recipient=recipient,
            message_id=identifier,
            pieces=tuple(pieces),
            dotless=True,
        )


def identify(signer: Signer, week: str, email: str) -> bytes:
    """What only we can know about a delivery: half of it is in the Message-ID, a quarter in the envelope sender."""
    return signer.mac(_MAIL, f"{week}\n{email}".encode())


def is_identity(signer: Signer, week: str, email: str, part: slice, text: str) -> bool:
    """Whether *text* is the *part* of what `identify` gave, in hexadecimal, under this secret or an earlier one."""
    return signer.made(_MAIL, f"{week}\n{email}".encode(), part, text)


def message_id(week: str, identity: bytes, domain: str) -> str:
    """The same for every try of the same delivery (RFC 5322, 3.6.4)."""
    return f"<{week.lower()}.{identity[:16].hex()}@{domain}>"


def mailbox(email: str) -> str:
    """The address as an envelope has it: a domain in letters of the world in its ASCII form (RFC 5890).

    Raises ParseError for what would break out of a command or a header field.
    """
    if not _ADDRESS.fullmatch(email):
        raise ParseError(f"{email[:80]!r} cannot stand in an envelope")
    if email.isascii():
        return email
    local, _, domain = email.rpartition("@")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as error:
        raise ParseError(f"{email[:80]!r}: {error}") from error


@lru_cache(2)
def _date(at: datetime) -> str:
    return format_datetime(at)


def _part(kind: str) -> str:
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n'


def _quote_printable(text: str, slot: str) -> str:
    """Quoted-printable (RFC 2045, 6.7) with *slot* on lines of its own, so that what fills it breaks no rule."""
    pieces = (b2a_qp(piece.encode(), istext=True) for piece in _LINE.sub("\n", text).split(slot))
    quoted = f"=\n{slot}=\n".join(piece.decode("ascii") for piece in pieces)
    # The codec breaks lines as its input does, and a piece without any line break gets bare line feeds. It also lets
    # a line grow by a quoted blank at its end, as does the soft break in front of a slot.
    return "\r\n".join(part for line in quoted.split("\n") for part in _fold(line))


def _fold(line: str) -> Iterator[str]:
    """*line* in parts of 76 characters at most (RFC 2045, 6.7), none of which begins with a dot or like an mbox entry.

    What stores mail in an mbox writes ">From ", which no signature survives (RFC 4155, appendix A).
    """
    while True:
        if line.startswith("."):
            line = f"=2E{line[1:]}"
        elif line.startswith("From "):
            line = f"=46{line[1:]}"
        if len(line) <= 76:  # noqa: PLR2004 - RFC 2045, 6.7
            yield line
            return
        cut = line.rfind("=", 70, 72)  # never inside of =XX
        cut = cut if cut > 0 else 72
        yield f"{line[:cut]}="
        line = line[cut:]
