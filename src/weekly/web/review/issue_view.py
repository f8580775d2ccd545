"""The issue as one view: its cards grouped as they are mailed, each card as the mail shows it, how much there is."""

from __future__ import annotations

from lxml import html
from starlette.responses import HTMLResponse, Response

from weekly.errors import StageError
from weekly.models import Draft
from weekly.render.card_views import Group, groups
from weekly.render.paths import PICTURES
from weekly.render.reading_time import minutes
from weekly.review.approve import current_revision
from weekly.review.preview import preview_issue, renderer
from weekly.web.guard import MAIL_POLICY
from weekly.web.review.site import DraftPreview
from weekly.web.review.visit import Visit, path

_PAPER = "background:#ffffff;padding:0 16px;font:16px/1.7 sans-serif;color:#1d2430"
"""What the mail's sections say of the cards in them."""


def mailed_groups(visit: Visit, draft: Draft) -> tuple[Group, ...]:
    """The cards as the mail groups them, numbered as there."""
    made = renderer(visit.site.workspace)
    return groups(draft, made.labels(draft.language), visit.site.workspace.settings)


def glance(visit: Visit, draft: Draft, shown: DraftPreview) -> str:
    """How much there is: `10 of 12 cards, 38 kB of 102, ~6 min to read`."""
    return visit.strings.say(
        "{cards} of {wanted} cards, {size} kB of 102, ~{minutes} min to read",
        cards=len(draft.cards),
        wanted=visit.site.workspace.settings.newsletter.items,
        size=round(shown.size / 1000),
        minutes=minutes([shown.mail.text]),
    )


def card_mail(visit: Visit) -> Response:
    """The card of the query as the mail shows it, from the mail's own template."""
    workspace, wanted = visit.site.workspace, visit.query("id")
    draft = current_revision(workspace, visit.week).draft
    whole = renderer(workspace).mail_of_card(preview_issue(workspace, draft), wanted)
    if not whole:
        raise StageError(f"the draft of {visit.week} has no card {wanted[:80]!r}: accept the candidate first")
    published = f"{renderer(workspace).address(visit.week)}{PICTURES}/"
    shown = only_card(whole).replace(published, path(visit.week, "/pictures/"))
    return HTMLResponse(shown, headers={"Content-Security-Policy": MAIL_POLICY})


def only_card(mail: str) -> str:
    """Of a mail with one card the card, in the mail's styles; the whole mail where its template marks no card."""
    page = html.document_fromstring(mail)
    cards = page.find_class("c")
    body = page.find("body")
    if not cards or body is None:
        return mail
    for child in list(body):
        body.remove(child)
    cards[0].tail = None
    frame = html.fragment_fromstring(f'<div class="box" style="{_PAPER}"><div></div></div>')
    frame[0].append(cards[0])
    body.append(frame)
    text: str = html.tostring(page, encoding="unicode", doctype="<!doctype html>")
    return text
