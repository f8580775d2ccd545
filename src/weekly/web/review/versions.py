"""The versions of a card and of the issue: listed, compared, restored."""

from __future__ import annotations

import re
from itertools import islice

from starlette.responses import Response

from weekly.errors import ParseError
from weekly.review import versions as history_of
from weekly.review.approve import current_revision
from weekly.web.review import template_context
from weekly.web.review.decisions import done
from weekly.web.review.text_diff import readable_difference
from weekly.web.review.visit import Visit


def history(visit: Visit) -> Response:
    """The versions of the issue, or of a card, newest first, and what each of them changed."""
    workspace = visit.site.workspace
    card = visit.query("card") or None
    most = _number(visit.query("shown") or str(history_of.SHOWN))
    listed = list(islice(history_of.versions(workspace, visit.week, card), most + 1))
    return visit.render(
        "versions.html.j2",
        view="versions",
        card=card,
        card_name=listed[0].changes[0].name if card and listed else "",
        versions=listed[:most],
        older=str(most + history_of.SHOWN) if len(listed) > most else "",
        tz=workspace.settings.newsletter.zone,
        **template_context.overview(visit, current_revision(workspace, visit.week)),
    )


def version(visit: Visit) -> Response:
    """One version beside the one that stands or another one, with the way to let it stand again."""
    workspace, card = visit.site.workspace, visit.query("card")
    number = _number(visit.request.path_params["number"])
    old, stands = history_of.find_version(workspace, visit.week, number), current_revision(workspace, visit.week)
    against = _number(visit.query("against") or str(stands.number))
    other = history_of.find_version(workspace, visit.week, against)
    changes = history_of.difference(other.draft, old.draft)
    shown = [
        (change, [(name, readable_difference(*texts)) for name, texts in change.texts.items()])
        for change in changes
        if card in {"", change.card}
    ]
    return visit.render(
        "version.html.j2",
        view="versions",
        old=old,
        against=against,
        card=card,
        changes=shown,
        tz=workspace.settings.newsletter.zone,
        **template_context.overview(visit, stands),
    )


def restore(visit: Visit) -> Response:
    """The issue, its head or a card as an earlier version had it."""
    workspace, week, by = visit.site.workspace, visit.week, visit.editor
    number, part, expected = _number(visit.sent("version")), visit.sent("part"), visit.sent("hash")
    if not part:
        raise ParseError("part: issue, head or the id of a card is needed")
    if part == "issue":
        history_of.restore_issue(workspace, week, number, by, expected)
    elif part == "head":
        history_of.restore_head(workspace, week, number, by, expected)
    else:
        history_of.restore_card(workspace, week, number, part, by, expected)
        return done(visit, visit.path(card=part))
    return done(visit, visit.path("/order"))


def _number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ParseError("version: a whole number is needed, such as 64")
    return int(text)
