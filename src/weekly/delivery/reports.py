"""What mail servers and mail services report about mail that we sent, read from the report's own form.

Delivery reports: RFC 3464, and the plain ones of qmail (https://cr.yp.to/proto/qsbmf.txt), Exim and others that have
no such part. Complaints: RFC 5965. Requests to unsubscribe: RFC 2369.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from weekly.store.suppressions import BounceKind

LARGEST = 512 * 1024
"""Bytes of a report that we look at: one with a mail of ours in it has a third of that, and what is made to cost time
costs a second."""
_TEXT = 20_000
_VERP = re.compile(r"\+b-([0-9a-f]{1,16})-([0-9a-f]{16})@", re.IGNORECASE)
_IDENTIFIER = re.compile(r"<(\d{4}-w\d\d(?:\+\d{1,5})?)\.([0-9a-f]{32})@[^<>\s]{1,255}>", re.IGNORECASE)
_TOKEN = re.compile(r"unsubscribe\s+([0-9a-z]+-[0-9a-f]{32})", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_PLAIN = re.compile(
    r"this is the (?:qmail-send|mail (?:system|delivery))|mail delivery (?:failed|failure)|undeliver|"
    r"delivery (?:status notification|has failed|failure)|returned mail|could not be delivered|退信",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"user unknown|unknown user|no such (?:user|mailbox|recipient|address|person)|does ?n[o']t exist|"
    r"(?:mailbox|address|account|recipient) (?:not found|unknown|unavailable|disabled|rejected|invalid)|"
    r"invalid (?:recipient|mailbox|address)|no mailbox here|unrouteable address|host(?: or domain name)? not found",
    re.IGNORECASE,
)
_HARD = {("1", "0"), ("1", "1"), ("1", "2"), ("1", "3"), ("1", "6"), ("1", "10"), ("2", "1"), ("4", "4")}
"""Subject and detail of RFC 3463 codes that are about the address: not a full mailbox, not a policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What a message says about one of ours. Nothing of it is proven yet: anybody can write a report."""

    kind: BounceKind
    detail: str
    delivery: int = 0
    """The number in the envelope sender that it came back to, and the proof beside it."""
    proof: str = ""
    week: str = ""
    identifier: str = ""
    """The half of our Message-ID that only we can make, from the mail that the report returns."""
    recipient: str = ""
    """Whom it is about, by its own words."""
    token: str = ""
    """A subscriber's token, in a request to unsubscribe or a complaint that quotes the mail's header."""


def read(data: bytes) -> MailReport | None:
    """The report that a message is; None for an answer, a vacation notice, a delay, or anything else."""
    try:
        return _read(data)
    except Exception:  # noqa: BLE001 - parts in parts a thousand deep, charsets that are none: the standard library
        return None  # stumbles over some mails, and the next one is read all the same


def _read(data: bytes) -> MailReport | None:
    message = message_from_bytes(data[:LARGEST], policy=compat32)
    if len(list(_walk(message))) > 200:  # noqa: PLR2004 - no report has so many parts
        return None
    if (part := _part(message, "message/feedback-report")) is not None:
        return _complaint(message, part)
    if (part := _part(message, "message/delivery-status")) is not None:
        return _delivery(message, part)
    return _plain(message) or _unsubscribe(message)


def _complaint(message: Message, part: Message) -> MailReport | None:
    fields = _fields(part)
    if fields.get("feedback-type", "").strip().lower() == "not-spam":
        return None
    kind = fields.get("feedback-type", "abuse").strip()[:40]
    whom = fields.get("original-rcpt-to", "").strip("<> ")
    return _report(message, BounceKind.COMPLAINT, f"complaint: {kind}", whom)


def _delivery(message: Message, part: Message) -> MailReport | None:
    for block in _inner(part):
        fields = {name.lower(): str(value) for name, value in block.items()}
        if fields.get("action", "").strip().lower() != "failed":
            continue
        whom = (fields.get("original-recipient") or fields.get("final-recipient", "")).rpartition(";")[2].strip("<> \t")
        diagnostic = " ".join(fields.get("diagnostic-code", "").partition(";")[2].split())[:300]
        code = fields.get("status", "").split()[:1]
        status = code[0] if code else ""
        return _report(message, _severity(status, diagnostic), f"{status} {diagnostic}".strip(), whom)
    return None


def _plain(message: Message) -> MailReport | None:
    """Reports without a form: known by their words, and only believed about an address that they prove to know."""
    failed = str(message.get("X-Failed-Recipients", "")).split(",")[0].strip()
    text = _text(message)
    head = f"{message.get('Subject', '')}\n{text[:2000]}"
    sender = str(message.get("From", "")).lower()
    automatic = any(name in sender for name in ("mailer-daemon", "postmaster", "<>"))
    if not failed and not (automatic and _PLAIN.search(head)):
        return None
    if re.search(r"will (?:keep|continue to) try|temporar\w+ (?:delay|fail)|warning:|delayed", head, re.IGNORECASE):
        return None
    match = _STATUS.search(text)
    status = match[0] if match else ""
    return _report(message, _severity(status, text), f"{status} {_reason(text)}".strip(), failed)


def _unsubscribe(message: Message) -> MailReport | None:
    match = _TOKEN.search(str(message.get("Subject", ""))[:500])
    if match is None:
        return None
    return MailReport(kind=BounceKind.UNSUBSCRIBE, detail="asked by mail", token=match[1].lower())


def _severity(status: str, diagnostic: str) -> BounceKind:
    """Hard only when it is about the address and for good."""
    match = _STATUS.match(status)
    if match and match[1] == "4":
        return BounceKind.SOFT
    if match and (match[2], match[3]) in _HARD:
        return BounceKind.HARD
    vague = match is None or (match[2], match[3]) == ("0", "0")
    return BounceKind.HARD if vague and _GONE.search(diagnostic[:_TEXT]) else BounceKind.SOFT


def _report(message: Message, kind: BounceKind, detail: str, recipient: str) -> MailReport:
    whole = "\n".join(_envelopes(message))
    back, ours = _VERP.search(whole), _IDENTIFIER.search(_returned_head(message))
    token = re.search(r"/unsubscribe/([0-9a-z]+-[0-9a-f]{32})", _returned_head(message))
    return MailReport(
        kind=kind,
        detail=" ".join(detail.split())[:300],
        delivery=int(back[1], 16) if back else 0,
        proof=back[2].lower() if back else "",
        week=ours[1].upper() if ours else "",
        identifier=ours[2].lower() if ours else "",
        recipient=recipient[:320],
        token=token[1] if token else "",
    )


def _envelopes(message: Message) -> list[str]:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
    return [address for name in names for _, address in getaddresses([str(v) for v in message.get_all(name, [])][:20])]


def _returned_head(message: Message) -> str:
    """The head of our mail, as the report returns it in a part of its own or in its text."""
    for part in _walk(message):
        kind = part.get_content_type()
        if kind == "message/rfc822":
            fields = (field for inner in _inner(part)[:1] for field in inner.items())
            return "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in fields)
        if kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            return re.sub(r"\r?\n[ \t]+", " ", _decode(part))
    return re.sub(r"\r?\n[ \t]+", " ", _text(message))


def _part(message: Message, kind: str) -> Message | None:
    return next((part for part in _walk(message) if part.get_content_type() == kind), None)


def _walk(message: Message) -> list[Message]:
    """The parts of the report itself, not those of the mail that it returns."""
    parts: list[Message] = []
    waiting = [message]
    while waiting and len(parts) <= 200:  # noqa: PLR2004 - as above
        part = waiting.pop(0)
        parts.append(part)
        if part.get_content_maintype() == "multipart":
            waiting += _inner(part)
    return parts


def _inner(part: Message) -> list[Message]:
    payload: object = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _fields(part: Message) -> dict[str, str]:
    source = next(iter(_inner(part)), None) or message_from_bytes(_decode(part).encode())
    return {name.lower(): str(value) for name, value in source.items()}


def _decode(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_TEXT].decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _text(message: Message) -> str:
    return "\n".join(_decode(part) for part in _walk(message) if part.get_content_type() == "text/plain")[:_TEXT]


def _reason(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if _GONE.search(line) or re.match(r"[45]\d\d[ -]", line)), "")[:200]
