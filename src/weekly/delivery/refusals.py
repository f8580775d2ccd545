"""What a refusal means, by one table for the answers of a mail server and for the reports that come back later.

What a server says outranks its code: relays put 5.1.1 in front of "over quota", and 550 in front of everything. Where
two readings are possible, the one that blames nobody's address stands.
"""

from __future__ import annotations

import re
from enum import StrEnum

LONGEST = 4000
"""Characters of a diagnostic that are looked at."""


class RefusalCause(StrEnum):
    """What a mail was refused for."""

    ADDRESS = "address"
    """There is no such mailbox, or no longer: for good."""
    MAILBOX = "mailbox"
    """The mailbox or its server cannot take it now: full, slow, unreachable."""
    SENDER = "sender"
    """Us: our reputation, content, rate, authentication or rights at the relay."""
    UNCLEAR = "unclear"


def any_of(words: str) -> re.Pattern[str]:
    """A pattern for any of *words*, expressions with bars or line breaks between them; their case is all one."""
    return re.compile("|".join(line.strip() for line in words.strip().splitlines()), re.IGNORECASE | re.MULTILINE)


_WHOSE = r"(?:user|recipient|mail ?box|address|account|addressee|host|domain)"
_WORDS: tuple[tuple[RefusalCause, str], ...] = (
    # Gmail: https://support.google.com/a/answer/3726730 (5.2.1 rate, 5.4.5 daily limit, 5.7.26 DMARC); QQ and
    # Tencent: https://open.work.weixin.qq.com/help2/pc/20049; Yahoo: https://senders.yahooinc.com/smtp-error-codes/
    (
        RefusalCause.SENDER,
        r"""
        too many (?:messages|recipients|mails|connections|emails|concurrent)
        (?:rate|frequency|daily)\W{1,3}(?:\w+ ){0,3}(?:limit|exceed|quota)|limit(?:ed)? exceeded
        receiving mail (?:at a rate|too quickly)|sending (?:limit|quota|rate)|this hour|per (?:hour|day)\b|throttl
        unusual (?:rate|volume)|frequency limited|user complaints
        """,
    ),
    # What is thought of the mail or of its sender.
    (
        RefusalCause.SENDER,
        r"""
        \bspam|\bblack ?list|\bblock(?:ed|list| ?list)\b|\bdnsbl|\brbl\b|\breputation|\bbanned\b|\bphish|\bvirus
        \bmalware|\bcontent (?:denied|rejected|filter)|message (?:content )?(?:rejected|refused|denied)|looks like
        \bpolicy\b|policies\b|\bunsolicited|\bbulk mail|\bsuspicious|垃圾邮件|反垃圾|内容(?:违规|拒绝)
        """,
    ),
    # NetEase's short codes: http://mail.163.com/help/help_spam_16.htm
    (
        RefusalCause.SENDER,
        r"""
        \b(?:dt:(?:spm|sum)|rp:(?:frl|trc|rcl|cel|drc|qrc)|mi:(?:spf|sts|stc|cel|nhd|dmc|imf|spb|sfq))\b
        \b(?:hl:(?:rep|itc|ihu|fpi|mep|ico)|ip:(?:ddn|mwk))\b
        """,
    ),
    # SPF, DKIM, DMARC: RFC 7208, 8.4; RFC 6376; RFC 7489, 10.3.
    (
        RefusalCause.SENDER,
        r"""
        \bspf\b|\bdkim\b|\bdmarc\b|unauthenticated|not authenticated
        authenticat\w+ (?:is )?(?:required|failed|failure|needed)
        sender (?:address |domain |verify |verification |id )*(?:rejected|denied|failed|refused|mismatch|unknown)
        sender (?:address |domain )?(?:is )?(?:invalid|blocked|not (?:allowed|owned|authori[sz]ed|valid|found))
        sender (?:address |domain )?(?:does not exist|could not be verified|cannot be verified)
        (?:invalid|bad|unknown) sender|mail from (?:must|address)|not (?:allowed|permitted|authori[sz]ed) to send
        reverse (?:dns|lookup)|\bptr\b|\bhelo\b
        """,
    ),
    # Rights at a relay (RFC 5321, 7.9), and an account of ours that was closed.
    (
        RefusalCause.SENDER,
        r"""
        relay(?:ing)? (?:access )?(?:is )?(?:denied|not (?:permitted|allowed)|prohibited)
        (?:unable|not permitted|not allowed) to relay|do(?:es)? not relay
        your (?:account|ip|host|server|domain) (?:\S+ ){0,4}(?:suspended|disabled|blocked|denied)|client host\b
        """,
    ),
    # RFC 1870, 6.1.
    (
        RefusalCause.SENDER,
        r"""
        (?:message|mail) (?:size|is too|too) (?:exceeds|large|big|long)|size (?:limit|exceed)|too large
        """,
    ),
    # RFC 3463, 3.3: full mailboxes and disks.
    (
        RefusalCause.MAILBOX,
        r"""
        over[ -]?(?:disk )?quota|quota violation|user(?:'s|s)? disk quota|mailbox quota|disk quota
        quota (?:is )?(?:exceeded|full|exhausted)|exceed\w* (?:\S+ ){0,4}(?:quota|storage|space)
        (?:mail ?box|inbox|account|maildir) (?:is |has been |has )?(?:full|exceeded)|mailfolder is full
        insufficient (?:\w+ )?(?:storage|space)|disk (?:full|quota|space)|no space left|out of (?:disk )?space
        not enough (?:\w+ )?(?:space|storage)|storage (?:limit|exceeded)|邮箱(?:已满|空间)|空间不足|容量
        """,
    ),
    # RFC 3463, 3.4 and 3.5: greylisting (RFC 6647), networks and name servers.
    (
        RefusalCause.MAILBOX,
        r"""
        grey ?list|gray ?list|(?:try|trying|retry) again (?:later|in\b|after)|try later|temporar|timed? ?out|timeout
        connection (?:refused|reset|lost|dropped)|network (?:is )?unreachable|no route to host|could not connect
        (?:unable|failed) to connect|(?:malformed|unexpected) (?:or \w+ )?name ?server|servfail
        server (?:is )?(?:busy|overloaded)|system resources|loops? back|too many hops|hop count|(?:routing|mail) loop
        local configuration error
        """,
    ),
    # The words of Postfix, Exim, qmail, sendmail, Exchange, Domino, GroupWise, Gmail, Yahoo, NetEase, Tencent for it.
    (
        RefusalCause.ADDRESS,
        r"""
        (?:no|not an?) such (?:\w+ )?(?:user|mail ?box|recipient|address|person|account|domain|host|name|alias)
        {whose}\S{0,3}(?: \S{1,80}){0,5}? (?:is |are |was )?(?:unknown|not (?:be )?found|unrecogni[sz]ed|invalid)
        {whose}\S{0,3}(?: \S{1,80}){0,5}? (?:is |was )?not (?:\w+ )?(?:exist|known|valid|listed|recogni[sz]ed|local)
        {whose}\S{0,3}(?: \S{1,80}){0,5}? (?:is |was |has been )?(?:not active|inactive|deactivated|disabled|suspended)
        {whose}\S{0,3}(?: \S{1,80}){0,5}? (?:is |was |has been )?(?:closed|terminated|expired|removed|no longer)
        {whose}\S{0,3}(?: \S{1,80}){0,5}? (?:is |was |has been )?(?:discontinued|deleted)
        unknown (?:or \w+ )?(?:\w+ )?(?:user|recipient|mail ?box|address|account|local|host|domain)
        (?:invalid|bad|incorrect|illegal|inactive|disabled|non-?existent) (?:\w+ )?(?:{whose}|destination|final)
        does ?n[o'’]t exist|do not exist|not exist|does ?n[o'’]t have an?\b
        (?:is )?no longer (?:\w+ )?(?:valid|active|available|in use|exists?|employed|works?|with us|on server)
        no (?:mail ?box|account|user|recipient|address)\b|unrouteable|undeliverable address
        not (?:a )?(?:valid|known|listed|local|our) (?:\w+ )?(?:{whose}|customer)
        not (?:listed|found) in|(?:can(?:no|')t|could not|unable to|couldn't) (?:find|resolve|locate)
        not (?:be )?looked up|address(?:es)? failed|has (?:left|moved)|account (?:has been|is) |null ?mx|不存在|无此用户
        无效的?(?:用户|邮箱|地址)|(?:用户|邮箱|帐号|账号)(?:已)?(?:停用|注销|禁用|被冻结|冻结)|无法找到|找不到|没有找到
        """,
    ),
)
_WEAK = re.compile(
    r"(?:mail ?box|recipient|user|account) (?:\w+ )?(?:unavailable|rejected|refused|not available)|"
    r"(?:recipient )?address (?:\w+ )?rejected|not like recipient|(?:user|recipient) (?:not|is not) accept|rcpt to",
    re.IGNORECASE,
)
"""What is said of an address that is gone, and of others too: the code decides."""
_TABLE = tuple((cause, any_of(words.replace("{whose}", _WHOSE))) for cause, words in _WORDS)

_CODES: dict[str, RefusalCause] = {
    # https://www.iana.org/assignments/smtp-enhanced-status-codes, RFC 3463: no such mailbox, system, syntax; moved;
    # mailbox disabled; null MX (RFC 7505).
    **dict.fromkeys(("1.1", "1.2", "1.3", "1.6", "1.10", "2.1"), RefusalCause.ADDRESS),
    # https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online
    **dict.fromkeys(("1.351", "4.310", "1.20"), RefusalCause.ADDRESS),
    **dict.fromkeys(("2.2", "3.1", "4.1", "4.2", "4.4", "4.7"), RefusalCause.MAILBOX),
    # Bad sender: RFC 3463, 3.2; message too large; daily limit of Gmail.
    **dict.fromkeys(("1.7", "1.8", "2.3", "3.4", "4.5"), RefusalCause.SENDER),
}
_STATUS = re.compile(r"(?<![\d.\w])([245])\.([0-7])\.(\d{1,3})(?![\d]|\.\d)")
_REPLY = re.compile(r"(?<![\d.\w#])([45])\d\d(?=[ \-#:;,]|$)")
_QUOTED_FIELD = re.compile(r"^[ \t]*(?:subject|from|sent|date|主题|发件人):.*$", re.IGNORECASE | re.MULTILINE)
"""What a report says of the mail itself, whose subject may be about anything."""
_BAD_REPLY = 500


def statuses(text: str) -> list[str]:
    """The enhanced status codes (RFC 3463) in *text*; numbers of an IP address are none."""
    return [match[0] for match in _STATUS.finditer(text[:LONGEST])]


def judge(text: str, *, code: int = 0, status: str = "") -> RefusalCause:
    """What a refusal means: *text* in the server's words, its reply *code* and its enhanced *status* where known."""
    said = " ".join(text[:LONGEST].split())
    codes = statuses(said) or statuses(status)
    words = next((cause for cause, pattern in _TABLE if pattern.search(said)), RefusalCause.UNCLEAR)
    if _passes(said, code, codes):
        return words if words is RefusalCause.SENDER else RefusalCause.MAILBOX
    if words is not RefusalCause.UNCLEAR:
        return words
    read = [_of_code(each) for each in codes]
    for cause in (RefusalCause.SENDER, RefusalCause.MAILBOX):
        # "550 5.4.1 Recipient address rejected: Access denied" is how Exchange Online says that nobody has the address.
        if cause in read and not ("4.1" in {each[2:] for each in codes} and _WEAK.search(said)):
            return cause
    if RefusalCause.ADDRESS in read or _WEAK.search(said):
        return RefusalCause.ADDRESS
    return RefusalCause.UNCLEAR


def judge_text(text: str) -> tuple[RefusalCause, str]:
    """What a report in plain words was sent for, and the words that say so.

    Most of such a text is courtesy ("check the address and try again"): lines that name an address or a code come
    first, each with what follows it in its paragraph.
    """
    plain = _QUOTED_FIELD.sub("", text.replace("\r\n", "\n"))
    paragraphs = [each.strip() for each in re.split(r"\n[ \t>*]*\n", plain) if each.strip()][:200]
    told = [each for each in paragraphs if "@" in each or _STATUS.search(each) or _REPLY.search(each)]
    cause, reason = RefusalCause.UNCLEAR, ""
    for paragraph in [*told, *paragraphs]:
        lines = paragraph.splitlines()
        cause = judge(paragraph)
        if cause is not RefusalCause.UNCLEAR:
            return cause, next((line.strip() for line in lines if judge(line) is cause), lines[0].strip())[:200]
        reason = reason or next((line.strip() for line in lines if _REPLY.search(line)), "")[:200]
    return cause, reason


def _of_code(status: str) -> RefusalCause:
    detail = status[2:]
    return RefusalCause.SENDER if detail.startswith("7.") else _CODES.get(detail, RefusalCause.UNCLEAR)


def _passes(said: str, code: int, codes: list[str]) -> bool:
    """Whether every code that it gives is of the kind that another try may change (RFC 5321, 4.2.1)."""
    if code:
        return code < _BAD_REPLY
    classes = {each[0] for each in codes} | set(_REPLY.findall(said))
    return bool(classes) and "5" not in classes
