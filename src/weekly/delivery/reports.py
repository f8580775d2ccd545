"""What mail servers and mail services report about mail that we sent, read from the report's own form.

Delivery reports: RFC 3464 and RFC 6533, and the plain ones of qmail (https://cr.yp.to/proto/qsbmf.txt), Exim, QQ and
others that have no such part. Complaints: RFC 5965, and Outlook's JMRP. Rejections by a mailbox's own rules: RFC 5429,
5.2. Requests to unsubscribe: RFC 2369.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses

from weekly.delivery.refusals import RefusalCause, any_of, judge, judge_text, statuses
from weekly.delivery.report_text import MOST_PARTS, blocks, decoded, header, inner, readable, walk
from weekly.store.suppressions import BounceKind
from weekly.text import one_line

LARGEST = 512 * 1024
"""Bytes of a report that we look at: one with a mail of ours in it has a third of that, and what is made to cost time
costs a second."""
# Fifteen digits are what a database's integer of 64 bits holds, whatever they are.
_VERP = re.compile(r"\+b-([0-9a-f]{1,15})-([0-9a-f]{16})@", re.IGNORECASE)
_IDENTIFIER = re.compile(r"<(\d{4}-w\d\d(?:\+\d{1,5})?)\.([0-9a-f]{32})@[^<>\s]{1,255}>", re.IGNORECASE)
_TOKEN_ADDRESS = re.compile(r"\+u-([0-9a-z]+-[0-9a-f]{32})@", re.IGNORECASE)
_TOKEN = re.compile(r"unsubscribe\s+([0-9a-z]+-[0-9a-f]{32})", re.IGNORECASE)
_DAEMON = any_of(
    r"""
    mailer[-_. ]?daemon|post ?master|postmast|mail ?delivery|mail(?:er)? (?:system|administrator)|mdaemon|maildaemon
    system administrator|microsoftexchange|delivery (?:sub)?system|系统退信|^<>$
    """
)
"""How the programs call themselves that return mail."""
_SUBJECT = any_of(
    r"""
    undeliver|delivery (?:status|failure|failed|report|has failed|notification|error|problem)
    returned (?:mail|e-?mail|message)|failure (?:notice|delivery|notification)
    mail (?:delivery )?(?:fail|system error|could not|returned|undeliver|error)
    mail delivery (?:problem|error|status|system)
    message (?:undeliver|delivery fail|status - undeliver|not delivered|could not)|non[- ]?deliver
    notification d|nondeliverable|unzustellbar|(?:来自|系统|邮件)?\S{0,20}退信|无法(?:投递|送达)|rejected|failed mail
    unknown (?:address|user)|user unknown|warning: message|automatically rejected
    .*\(?(?:delivery failed|failed delivery|non remis)\)?$
    """
)
_PLAIN = any_of(
    r"""
    this is the (?:qmail-send|mail (?:system|delivery)|postfix|\S+ (?:mail )?program)|undeliver|退信|无法(?:投递|送达)
    mail (?:delivery )?(?:failed|failure)|delivery (?:status notification|has failed|failure|failed|attempt|error)
    returned (?:mail|to (?:the )?sender|message)
    (?:could|can|was|were|is|did|has|have)(?:n[o'’]t| not)(?: be| been)? (?:be |able to )?(?:deliver|reach|sent?\b)
    unable to (?:be )?(?:deliver|send)|not (?:been |be )?deliver
    (?:returned|rejected|bounced) (?:by|from|to|because|for)|transcript of session|permanent (?:fatal )?error
    fatal errors|failed (?:recipient|address|permanently)|could not deliver|no such (?:user|mailbox|account)
    user unknown|unknown user|unknown (?:address|recipient)
    """
)
_DELAY = any_of(
    r"""
    warning message only|a warning only|will (?:keep|continue|be retried|retry|try again)
    still (?:being )?(?:retr|try)|(?:do not|don't) need to re-?send
    (?:not (?:yet )?been|not be) delivered (?:yet|for|after|since)|warning: (?:could not|message|mail|delivery)
    deliver(?:y|ed) (?:has been |is |temporarily )?(?:delayed|suspended|deferred)|message (?:\S+ )?delayed|\(delay\)
    没有投递成功.{0,20}继续|延迟
    """
)
_AUTOMATIC = any_of(
    r"""
    auto(?:matic|mated)?[- ]?(?:reply|response|matic)|autoreply|out of (?:the )?office|ooo\b|vacation
    on (?:holiday|leave|vacation)|abwesen|absence|自动(?:回复|答复)|休假
    """
)
_AWAY = any_of(
    r"""
    vacation|holiday|out of (?:the )?office|on leave|until|return|\bback\b|maternity|休假|假期|出差
    """
)
_LEFT = any_of(
    r"""
    \bi no longer work|\bi(?: have|'ve| am)? (?:left|no longer (?:with|at|employed))
    no longer (?:works?|working|employed|with the company|an employee)|has left (?:the|our|us)
    mailbox is (?:unmonitored|no longer)|已(?:经)?离职
    """
)
_COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
"""Feedback types of people (RFC 5965, 7.3): auth-failure (RFC 6591) and virus are about machines, not-spam takes one
back."""
_FAILED = frozenset({"failed", "failure", "error"})
_COPY = any_of(
    r"""
    ^[ \t>*#=-]*(?:list-unsubscribe|received|return-path):
    ^[ \t>*#=-]*(?:below this line|this is a copy|(?:the )?original (?:message|mail)|old message|message header)
    ^[ \t>*#=-]*(?:(?:unsent|returned) message|下面|附件中)
    """
)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"'（）：]{1,64}@[^\s<>()\[\]:;,\"'@（）]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport:
    """What a message says about one of ours. Nothing of it is proven yet: anybody can write a report."""

    kind: BounceKind
    detail: str
    cause: RefusalCause = RefusalCause.UNCLEAR
    """Of a bounce: what it was refused for."""
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
    parts = walk(message)
    if len(parts) > MOST_PARTS:
        return None
    by_type = {part.get_content_type(): part for part in reversed(parts)}
    if (part := by_type.get("message/feedback-report")) is not None:
        return _complaint(message, part)
    if "x-hmxmroriginalrecipient" in f"{message.keys()}{_returned_head(message)}".lower():
        return _about(message, BounceKind.COMPLAINT, "complaint: JMRP", "")
    for name in ("message/delivery-status", "message/global-delivery-status"):
        if name in by_type:
            report, says = _delivery(message, by_type[name])
            if report is not None or says:
                return report
    if (part := by_type.get("message/disposition-notification")) is not None:
        return _disposition(message, part)
    return _unsubscribe(message) or _plain(message)


def _complaint(message: Message, part: Message) -> MailReport | None:
    fields = next(iter(blocks(part)), {})
    kind = fields.get("feedback-type", "abuse").strip().lower()[:40]
    if kind not in _COMPLAINTS:
        return None
    return _about(message, BounceKind.COMPLAINT, f"complaint: {kind}", fields.get("original-rcpt-to", "").strip("<> "))


def _delivery(message: Message, part: Message) -> tuple[MailReport | None, bool]:
    """The first failure that a report in the form tells, and whether it tells of any recipient at all."""
    actions = False
    for fields in blocks(part):
        action = re.sub(r"\(.*?\)", "", fields.get("action", "")).strip().lower().partition(" ")[0]
        actions = actions or bool(action)
        if action not in _FAILED:
            continue
        whom = (fields.get("original-recipient") or fields.get("final-recipient", "")).rpartition(";")[2].strip("<> \t")
        diagnostic = " ".join(fields.get("diagnostic-code", "").rpartition("smtp;")[2].split())[:600]
        code = statuses(fields.get("status", ""))[:1]
        status = code[0] if code else ""
        cause = judge(diagnostic, status=status)
        if cause is RefusalCause.UNCLEAR:
            cause, words = judge_text(_before_copy(readable(message)))
            diagnostic = diagnostic or words
        return _bounce(message, cause, f"{status} {diagnostic}".strip(), whom), True
    return None, actions


def _disposition(message: Message, part: Message) -> MailReport | None:
    """A mailbox's own rules rejected it (RFC 5429), or a person read or threw it away, which is no bounce."""
    fields = next((fields for fields in blocks(part) if "disposition" in fields), {})
    text = readable(message)
    automatic = "automatic-action" in fields.get("disposition", "").lower()
    if not automatic or not re.search(r"reject|refus|could not be|undeliver|not deliver", text, re.IGNORECASE):
        return None
    return _bounce(message, *judge_text(text), fields.get("final-recipient", "").rpartition(";")[2].strip())


def _plain(message: Message) -> MailReport | None:
    """Reports without a form: known by their words, and only believed about an address that they prove to know."""
    failed = header(message, "X-Failed-Recipients").split(",")[0].strip()
    subject, text = header(message, "Subject"), readable(message)
    if _AUTOMATIC.match(_opening(subject)):
        return _departure(message, f"{subject}\n{text}")
    said = _before_copy(text)
    senders = f"{header(message, 'From')} {header(message, 'Sender')}"
    daemon = _DAEMON.search(senders) or str(message.get("Return-Path", "")).strip() == "<>"
    if (
        not failed
        and not _SUBJECT.match(_opening(subject))
        and not (daemon and _PLAIN.search(f"{subject}\n{said[:4000]}"))
    ):
        return None
    if _DELAY.search(f"{subject}\n{said[:2000]}"):
        return None
    return _bounce(message, *judge_text(said), failed)


def _departure(message: Message, text: str) -> MailReport | None:
    """An automatic answer of somebody who is gone for good; of one who comes back, nothing."""
    if not _LEFT.search(text) or _AWAY.search(text):
        return None
    return _bounce(message, RefusalCause.ADDRESS, "an automatic answer says that they have left", "")


def _unsubscribe(message: Message) -> MailReport | None:
    """A request by mail: to the address of List-Unsubscribe, whatever it says, or with a token in its subject."""
    asked = _TOKEN_ADDRESS.search("\n".join(_envelopes(message)))
    answers = str(message.get("Auto-Submitted", "no")).strip().lower() != "no"
    asked = None if answers else asked or _TOKEN.match(_opening(header(message, "Subject")))
    if asked is None:
        return None
    return MailReport(kind=BounceKind.UNSUBSCRIBE, detail="asked by mail", token=asked[1].lower())


def _bounce(message: Message, cause: RefusalCause, detail: str, recipient: str) -> MailReport:
    kind = BounceKind.HARD if cause is RefusalCause.ADDRESS else BounceKind.SOFT
    return _about(message, kind, detail, recipient, cause)


def _about(
    message: Message, kind: BounceKind, detail: str, recipient: str, cause: RefusalCause = RefusalCause.UNCLEAR
) -> MailReport:
    whole, returned = "\n".join(_envelopes(message)), _returned_head(message)
    back, ours = _VERP.search(whole), _IDENTIFIER.search(returned)
    token = re.search(r"/unsubscribe/([0-9a-z]+-[0-9a-f]{32})", returned)
    return MailReport(
        kind=kind,
        detail=one_line(detail),
        cause=cause,
        delivery=int(back[1], 16) if back else 0,
        proof=back[2].lower() if back else "",
        week=ours[1].upper() if ours else "",
        identifier=ours[2].lower() if ours else "",
        recipient=one_line(recipient or _named(readable(message)), 320),
        token=token[1] if token else "",
    )


def _named(text: str) -> str:
    """The first address in the text of a report; whether it is of one of ours, the proof beside it shows."""
    address = _ADDRESS.search(text)
    return address[0] if address else ""


def _envelopes(message: Message) -> list[str]:
    names = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
    return [address for name in names for _, address in getaddresses([str(v) for v in message.get_all(name, [])][:20])]


def _returned_head(message: Message) -> str:
    """The head of our mail, as the report returns it in a part of its own or in its text."""
    for part in walk(message):
        kind = part.get_content_type()
        if kind in {"message/rfc822", "message/global"}:
            fields = (field for each in inner(part)[:1] for field in each.items())
            return "\n".join(f"{name}: {' '.join(str(value).split())}" for name, value in fields)
        if kind in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}:
            return re.sub(r"\r?\n[ \t]+", " ", decoded(part))
    return re.sub(r"\r?\n[ \t]+", " ", readable(message))


def _opening(subject: str) -> str:
    """A subject without the marks in front of its first word."""
    return re.sub(r"^\W+", "", subject)


def _before_copy(text: str) -> str:
    """The text of a report without the mail that it returns."""
    copy = _COPY.search(text)
    return text[: copy.start()] if copy else text
