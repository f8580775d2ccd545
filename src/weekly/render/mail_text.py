"""A text as a mail shows it."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from weekly.render.markdown import excerpt, to_html, to_text
from weekly.text import visible

LONGEST_TEXT = 3_000
"""Characters of a text that the mail shows whole; of a longer one it shows the beginning."""
BEGINNING = 600
"""Characters of that beginning."""


class MailText(NamedTuple):
    """A text in a mail, and whether it is only the beginning."""

    html: Markup
    text: str
    cut: bool


def mail_body(markdown: str) -> MailText:
    """A text as a mail shows it: of a longer one the beginning."""
    if len(markdown) > LONGEST_TEXT:
        begun = excerpt(markdown, BEGINNING)
        return MailText(Markup("<p>{}</p>").format(begun), begun, cut=True)
    return MailText(Markup(_narrow(to_html(markdown))), visible(to_text(markdown)), cut=False)  # noqa: S704 - sanitised there


def _narrow(html: str) -> str:
    """Sanitised *html* whose code and tables are no wider than a telephone where a style sheet is not heeded."""
    code = html.replace("<pre>", '<pre style="white-space:pre-wrap">')
    return code.replace("<table>", '<div style="overflow-x:auto"><table>').replace("</table>", "</table></div>")
