"""Checks of the mail as it would be sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weekly.checks.context import CheckContext
from weekly.errors import WeeklyError
from weekly.models import Finding, Level
from weekly.render.mail_head import compose_head, list_fields

CLIPPED = 102_000
"""Bytes of HTML beyond which Gmail cuts a mail off."""
SUBJECT = range(10, 79)
"""Characters of a subject that clients show whole."""
_CLICK_HERE = re.compile(r"(?i)\bclick here\b|点击这里|点此查看")
_UNSUBSCRIBE = re.compile(r"(?i)unsubscribe|退订")


def mail(context: CheckContext) -> Iterator[Finding]:
    """What is wrong with the rendered mail: too large, no way out, no postal line, a subject that is cut."""
    mail, newsletter = context.mail, context.settings.newsletter
    address = newsletter.postal_address
    try:
        compose_head(mail.subject, newsletter, list_fields(newsletter, ""))
    except WeeklyError as error:
        yield _finding("header", Level.BLOCK, f"{error}; it would go into the header of the mail")
    size = len(mail.html.encode())
    if size > CLIPPED:
        yield _finding("size", Level.BLOCK, f"the mail has {size:,} bytes: Gmail cuts at {CLIPPED:,}; shorten it")
    elif mail.cut:
        yield _finding("size", Level.WARN, f"the mail is full: {_cards(mail.cut)} in it by title alone, with a link")
    if not (_UNSUBSCRIBE.search(mail.html) and _UNSUBSCRIBE.search(mail.text)):
        yield _finding("unsubscribe", Level.BLOCK, "the mail names no way to unsubscribe: mend templates/email")
    if not address:
        yield _finding("postal", Level.WARN, "no postal address: many countries want [newsletter] postal_address")
    elif address not in mail.text:
        yield _finding("postal", Level.BLOCK, "the postal address is missing from the mail: mend templates/email")
    if len(mail.subject) not in SUBJECT:
        yield _finding(
            "subject_length", Level.WARN, f"the subject has {len(mail.subject)} characters: 10 to 78 are shown whole"
        )
    if found := _CLICK_HERE.search(mail.text):
        yield _finding("link_text", Level.WARN, f"{found[0]!r} says nothing about where the link leads")


def _cards(count: int) -> str:
    return "the last card stands" if count == 1 else f"the last {count} cards stand"


def _finding(check: str, level: Level, message: str) -> Finding:
    return Finding(check=check, level=level, card="", message=message)
