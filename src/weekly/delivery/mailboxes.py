"""Where reports come in: a Maildir, an mbox file, a folder of messages, or a mailbox by IMAP (RFC 3501) over TLS."""

from __future__ import annotations

import binascii
import imaplib
import mailbox
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from weekly.delivery.oauth import access_token, xoauth2
from weekly.errors import ParseError, Unreachable
from weekly.settings import is_loopback, secret

TIMEOUT = 60.0


@dataclass(slots=True)
class IncomingMail:
    """A message of a mailbox."""

    data: bytes
    keep_unseen: bool = False
    """Set by whoever reads it where somebody else should see it: an answer of a subscriber is no report."""


def messages(place: str, token_command: str = "") -> Iterator[IncomingMail]:
    """The messages at *place*, a path or `imaps://USER@HOST/FOLDER`; raises a WeeklyError when it is no mailbox.

    By IMAP it logs in with the token that *token_command* prints, else with the password of WEEKLY_IMAP_PASSWORD.
    Nothing is removed. What was read of a Maildir or by IMAP is marked as seen once the reader of this is done with
    it, unless that one wants it kept unseen.
    """
    if "://" in place:
        return _imap(place, token_command)
    path = Path(place)
    if (path / "new").is_dir():
        return _maildir(path)
    if path.is_dir():
        return (IncomingMail(file.read_bytes()) for file in sorted(path.glob("*.eml")))
    if path.is_file():
        return _mbox(path)
    raise ParseError(f"{place}: no Maildir, mbox file or folder of .eml files, and no imaps:// address")


def _maildir(path: Path) -> Iterator[IncomingMail]:
    (path / "cur").mkdir(exist_ok=True)
    for file in sorted((path / "new").iterdir()):
        try:
            yield (mail := IncomingMail(file.read_bytes()))
            if not mail.keep_unseen:
                file.rename(path / "cur" / f"{file.name}:2,S")
        except FileNotFoundError:
            continue  # another program was quicker
    # What another program has moved was perhaps never read by us: reports count once however often they are read.
    for file in sorted((path / "cur").iterdir()):
        if not file.name.endswith(":2,S"):
            yield IncomingMail(file.read_bytes())


def _mbox(path: Path) -> Iterator[IncomingMail]:
    with path.open("rb") as file:
        if not file.read(5).startswith(b"From "):
            yield IncomingMail(path.read_bytes())
            return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield IncomingMail(box.get_bytes(key))
    finally:
        box.close()


def _imap(place: str, token_command: str) -> Iterator[IncomingMail]:
    parts = urlsplit(place)
    host, user = parts.hostname or "", unquote(parts.username or "")
    if parts.scheme != "imaps" and not (parts.scheme == "imap" and is_loopback(host)):
        raise ParseError("no login over plaintext: use imaps://USER@HOST/FOLDER")
    if parts.password:
        raise ParseError("leave the password out of the address: it comes from WEEKLY_IMAP_PASSWORD")
    folder = unquote(parts.path.strip("/")) or "INBOX"
    try:
        if parts.scheme == "imaps":
            context = ssl.create_default_context()
            box: imaplib.IMAP4 = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT)
        else:
            box = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT)
        with box:
            _log_in(box, user, token_command)
            if "ID" in box.capabilities:
                box.xatom("ID", '("name" "weekly")')  # NetEase opens no folder to who has not said so (RFC 2971)
            answer, data = box.select(_quote_folder(folder))
            if answer != "OK":
                raise ParseError(f"{parts.scheme}://{host}: no folder {folder!r}: {(data[0] or b'').decode()}")
            for number in box.search(None, "UNSEEN")[1][0].split():
                found = box.fetch(number, "(BODY.PEEK[])")[1]
                read = [IncomingMail(item[1]) for item in found if isinstance(item, tuple)]
                yield from read
                if not any(mail.keep_unseen for mail in read):
                    box.store(number, "+FLAGS", "\\Seen")
    except (OSError, imaplib.IMAP4.error, UnicodeError) as error:
        reason = " ".join(str(error).split())
        raise Unreachable(f"{parts.scheme}://{host}: {reason}: check address and password", url=host) from error


def _log_in(box: imaplib.IMAP4, user: str, token_command: str) -> None:
    if not token_command:
        box.login(user, secret("WEEKLY_IMAP_PASSWORD"))
        return
    said = [xoauth2(user, access_token(token_command, "[schedule] mailbox_token_command"))]
    # A server that refuses explains itself first, and waits for an empty line.
    box.authenticate("XOAUTH2", lambda _: said.pop() if said else b"")


def _quote_folder(folder: str) -> str:
    """A folder's name as the protocol wants it: quoted, and what is not ASCII in its own UTF-7 (RFC 3501, 5.1.3)."""

    def packed(match: re.Match[str]) -> str:
        encoded = binascii.b2a_base64(match[0].encode("utf-16-be"), newline=False).decode()
        return f"&{encoded.rstrip('=').replace('/', ',')}-"

    name = re.sub(r"[^ -~]+", packed, folder.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
