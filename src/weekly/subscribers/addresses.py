"""A subscriber as the owner or they themselves wrote it down: the address checked, the rest cleaned."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from weekly.errors import ParseError
from weekly.store.subscribers import Subscriber, SubscriberStatus
from weekly.text import one_line, visible

LONGEST, LONGEST_LOCAL = 254, 64
"""Characters of an address and of what stands before its @ (RFC 5321, 4.5.3.1)."""
_USUAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\xad]")
_BETWEEN = re.compile(r"[;,|、；，\r\n]+|(?<=\w)/(?=[^\s/@]+@)|:::")
"""What stands between the addresses of a cell; Google's address book has three colons."""
_ANGLE = re.compile(r"([^<>]*)<([^<>]+)>")
LONGEST_CELL = 1000
"""Characters of a cell that are looked at."""
_SPREADSHEET = "=+-@\t"
"""What a spreadsheet takes for the beginning of a formula."""


def address(text: str) -> str:
    """The address in its normal form; raises ParseError when it is none."""
    given = text.strip()
    local, _, domain = given.rpartition("@")
    if len(given) <= LONGEST and len(local) <= LONGEST_LOCAL and _USUAL.fullmatch(local):
        # Lists have many subscribers and few domains: half of an import's time goes into domains seen before.
        return f"{local}@{_domain(domain)}"
    return _check(given)


@lru_cache(50_000)
def _domain(domain: str) -> str:
    return _check(f"a@{domain}").partition("@")[2]


def _check(given: str) -> str:
    if len(given.rpartition("@")[0].encode()) > LONGEST_LOCAL:
        raise ParseError(
            f"{one_line(given, 80)!r} is no mail address: before the @ it has more than {LONGEST_LOCAL} bytes"
        )
    try:
        # The library knows RFC 5321, RFC 6531 and IDNA 2008; asking the DNS is left to the first mail.
        return validate_email(given[:1000], check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ParseError(f"{one_line(given, 80)!r} is no mail address: {one_line(str(error))}") from error


def listed_address(text: str) -> tuple[str, str]:
    """The address in a cell of a list and the name beside it: `Ada <a@x>`, `mailto:a@x`, with blanks nobody sees.

    Raises ParseError when there is none.
    """
    visible = _INVISIBLE.sub("", text[:LONGEST_CELL]).strip().strip('"')
    angle = _ANGLE.fullmatch(visible)
    name, found = (angle[1].strip().strip("\"'"), angle[2]) if angle else ("", visible)
    plain = re.sub(r"^mailto:", "", found.strip(), flags=re.IGNORECASE).partition("?")[0].strip().rstrip(".,;")
    return name, address(plain)


def cell_parts(text: str) -> list[str]:
    """The addresses of a cell, each with the name beside it, as they are written: most cells have one."""
    if text.count("@") < 2:  # noqa: PLR2004 - two addresses
        return [text]
    parts: list[str] = []
    begun = ""
    for piece in _BETWEEN.split(text[:LONGEST_CELL]):
        begun = f"{begun}, {piece}" if begun else piece  # "Lovelace, Ada <a@x>" has a comma in its name
        if "@" in piece:
            parts += [begun] if "<" in begun else begun.split()
            begun = ""
    return parts


def subscriber(row: Mapping[str, str]) -> Subscriber:
    """The subscriber that a row's fields describe; raises ParseError naming the field that is wrong."""
    status = (row.get("status") or "active").strip().lower()
    if status not in set(SubscriberStatus):
        raise ParseError(f"status {one_line(status, 40)!r}: use one of {', '.join(SubscriberStatus)}")
    language = re.split(r"[-_]", (row.get("language") or "").strip().lower())[0]
    if language not in {"", "zh", "en"}:
        raise ParseError(f"language {one_line(language, 40)!r}: use zh or en")
    topics = re.split(r"[\s,;|]+", visible(row.get("topics") or "")[:2000])
    name, email = listed_address(row.get("email") or "")
    return Subscriber(
        email=email,
        name=clean_name(row.get("name") or name),
        topics=tuple(dict.fromkeys(topic for topic in topics if topic)),
        language=language,
        status=SubscriberStatus(status),
    )


def clean_name(text: str) -> str:
    """A subscriber's name on one line, which no spreadsheet will run."""
    return one_line(text, 100).lstrip(f"{_SPREADSHEET} ").strip()
