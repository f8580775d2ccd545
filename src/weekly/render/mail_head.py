"""The header of an issue's mail, as far as it is the same for every subscriber (RFC 5322, RFC 2919, RFC 3834).

It is composed when a draft is checked and before an issue is published, too: what cannot stand in a header is refused
while it can still be mended.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP

from weekly.errors import ParseError
from weekly.settings import NewsletterSettings

_SEPARATORS = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]")
_WORDS = re.compile(r"[A-Za-z0-9 ]+")
_LINE = 70
"""Characters of a line of a header (RFC 5322, 2.1.1, would have 78)."""


def compose_head(subject: str, newsletter: NewsletterSettings, fields: Mapping[str, str]) -> EmailMessage:
    """A message with nothing but its header; raises ParseError naming the field that cannot be written."""
    message, sender = EmailMessage(policy=SMTP), newsletter.mailbox
    for name, value in {"Subject": subject, "From": sender, **fields}.items():
        if mark := _SEPARATORS.search(str(value)):
            raise ParseError(f"{name}: the character U+{ord(mark[0]):04X} cannot stand in a header: take it out")
        try:
            if value is sender and sender.display_name.isascii() and len(str(sender)) > _LINE:
                # Folding it, the standard library loses its quotation marks: a comma would make two mailboxes of it.
                message.set_raw(name, format_mailbox(sender.display_name, sender.addr_spec))
            else:
                message[name] = value
            message.as_bytes()
        except (ValueError, UnicodeError, IndexError) as error:
            raise ParseError(f"{name} cannot be written into a mail: {error}") from error
    return message


def format_mailbox(name: str, address: str) -> str:
    """A mailbox as From and To have it. A name cannot add fields: what is not printable becomes a blank."""
    plain = "".join(char if char.isprintable() else " " for char in name).strip()[:100]
    if not plain:
        return address if address.isascii() else f"<{address}>"
    if _WORDS.fullmatch(plain) and len(plain) + len(address) < _LINE:
        return f'"{plain}" <{address}>'
    encoded = Header(plain, "utf-8", maxlinelen=_LINE, header_name="To").encode(linesep="\r\n")
    return f"{encoded}\r\n <{address}>"


def list_fields(newsletter: NewsletterSettings, mailing: str) -> dict[str, str]:
    """The fields of a mailing list for the mails of *mailing*, an issue or a notice about it.

    Two newsletters of one domain are two lists: the local part of the sender tells them apart.
    """
    mailbox = newsletter.mailbox
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", mailbox.username).strip(".-").lower() or "weekly"
    return {
        **({"Reply-To": newsletter.reply_to} if newsletter.reply_to else {}),
        "List-Id": f"<{name}.{mailbox.domain}>",
        "List-Archive": f"<{newsletter.url}/>",
        "Feedback-ID": f"{mailing.lower()}:issue:{name}:{mailbox.domain}",
        # RFC 3834: no vacation notices in answer; Precedence is for those who are older than it.
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
    }
