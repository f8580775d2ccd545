"""The mail of an issue, which every client shows whole: what would be too large is cut to titles, and says so."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from jinja2 import Environment
from mjml import mjml2html

from weekly.models import Draft
from weekly.render.block_views import block_views
from weekly.render.card_views import LONGEST_TITLE, Group, mail_picture
from weekly.render.mail_text import mail_body
from weekly.render.markdown import excerpt, lawful
from weekly.render.reading_time import minutes
from weekly.text import one_line

LIGHT = 90_000
"""Bytes of HTML that a mail may have; Gmail cuts at about 102,000 (https://github.com/hteumeuleu/email-bugs/issues/41)."""
PREHEADER = 140
_LAYOUT = re.compile(r'(<table[^>]*role="presentation"[^>]*style=")')
_WHITE = "color:#ffffff;line-height:1px"
"""What MJML makes of `mj-preview`."""
_STYLE = re.compile(r"(?s)<style[^>]*>.*?</style>")
_GAP = re.compile(r"(?<=>)\s*\n\s*(?=<)")
_CSS_GAP = re.compile(r"\s*([{}:;,])\s*(?![^(]*\))|\s+")


@dataclass(frozen=True, slots=True)
class MailExtent:
    """What of the issue the mail holds: so many cards whole, so many more by title."""

    whole: int
    titles: int


class IssueMail:
    """The mail of one issue, in HTML and text."""

    def __init__(
        self, templates: Environment, context: Mapping[str, Any], draft: Draft, groups: Sequence[Group]
    ) -> None:
        """*context* is what the templates see besides the cards; the names in *groups* are cut already."""
        self._templates, self._draft = templates, draft
        self._groups = groups
        self._count = sum(len(group.cards) for group in groups)
        texts = [draft.summary, *(card.markdown for group in groups for card in group.cards)]
        self._context = {**context, **_opening(draft), "everything": self._groups, "minutes": minutes(texts)}

    @cached_property
    def cut(self) -> MailExtent:
        """As much as a mail can hold."""
        steps = list(self._steps())
        if self._fits(steps[0]):
            return steps[0]
        return steps[min(bisect_left(steps, True, key=self._fits), len(steps) - 1)]

    def _steps(self) -> Iterator[MailExtent]:
        """From everything to a bare link: the last cards go first, then the last titles."""
        yield from (MailExtent(whole, self._count - whole) for whole in range(self._count, -1, -1))
        yield from (MailExtent(0, titles) for titles in range(self._count - 1, -1, -1))

    def _fits(self, cut: MailExtent) -> bool:
        return len(self.html({"unsubscribe": "", "preferences": ""}, cut).encode()) <= LIGHT

    def html(self, own: Mapping[str, str], cut: MailExtent | None = None) -> str:
        """The HTML part with a reader's *own* links; of the whole mail, unless *cut* is another."""
        cut = cut or self.cut
        entries = list(chain.from_iterable(group.cards for group in self._groups))
        kept = tuple(_first(self._groups, cut.whole))
        context = {
            "groups": kept,
            "rest": entries[cut.whole : cut.whole + cut.titles],
            "left": self._count - cut.whole,
            "rest_blocks": [block for entry in entries[cut.whole :] for block in entry.blocks],
        }
        markup = self._templates.get_template("email/issue.mjml.j2").render({**self._context, **own, **context})
        return mail_html(markup)

    def text(self, own: Mapping[str, str]) -> str:
        """The text part with a reader's *own* links; it has every card."""
        return lawful(self._templates.get_template("email/issue.txt.j2").render({**self._context, **own}))


def mail_html(markup: str) -> str:
    """The HTML of MJML *markup*, as wide as the screen whatever a cell holds, with a preview text that has a colour.

    Filters take white on white for a trick of spam.
    """
    fixed = _LAYOUT.sub(r"\1table-layout:fixed;", mjml2html(lawful(markup), disable_comments=True))
    return minify(fixed.replace(_WHITE, "color:#566070;mso-hide:all;line-height:1px", 1))


def minify(html: str) -> str:
    """*html* without the white space that nobody sees; what stands on one line stays as it is."""
    return _GAP.sub("\n", _STYLE.sub(lambda match: _CSS_GAP.sub(lambda gap: gap[1] or " ", match[0]), html))


def _first(groups: Sequence[Group], count: int) -> Iterator[Group]:
    for group in groups:
        if count > 0:
            yield replace(group, cards=group.cards[:count])
        count -= len(group.cards)


def _opening(draft: Draft) -> dict[str, Any]:
    html, text, cut = mail_body(draft.summary)
    return {
        "headline": one_line(" | ".join(draft.headlines), 2 * LONGEST_TITLE),
        "headlines": [one_line(headline, LONGEST_TITLE) for headline in draft.headlines],
        "preheader": excerpt(draft.summary, PREHEADER),
        "summary_html": html,
        "summary_text": text,
        "summary_cut": cut,
        "cover": mail_picture(draft.cover),
        "cover_credit": one_line(draft.cover_credit, LONGEST_TITLE),
        "opening_blocks": block_views(draft, LONGEST_TITLE).get("", ()),
    }
