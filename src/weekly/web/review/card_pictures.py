"""The picture of a card on the page: chosen from the paper's figures, fetched, uploaded, removed."""

from __future__ import annotations

from starlette.responses import FileResponse, Response

from weekly.errors import ParseError
from weekly.review import pictures
from weekly.review.approve import current_revision, find_card
from weekly.stages.draft import pictures as stored_pictures
from weekly.web.review import template_context
from weekly.web.review.decisions import done
from weekly.web.review.visit import Visit


def figures(visit: Visit) -> Response:
    """The figures of a card's paper, to choose from."""
    workspace = visit.site.workspace
    revision = current_revision(workspace, visit.week)
    card = find_card(revision, visit.query("card"))
    return visit.render(
        "figures.html.j2",
        view="figures",
        card=card,
        captions=[caption for _, caption in pictures.figures(workspace, visit.week, card)],
        **template_context.overview(visit, revision),
    )


def figure(visit: Visit) -> Response:
    """One figure of a card's paper, fetched once and made small; no other address can be asked for."""
    workspace = visit.site.workspace
    card = find_card(current_revision(workspace, visit.week), visit.query("card"))
    kept = pictures.figure(workspace, visit.week, card, _number(visit.query("number")))
    return FileResponse(stored_pictures(workspace).path(kept))


def change(visit: Visit) -> Response:
    """Another picture on a card: a figure, what stands at an address, a file; or none."""
    workspace, week, by, sent = visit.site.workspace, visit.week, visit.editor, visit.sent
    card = find_card(current_revision(workspace, week), sent("card"))
    if sent("remove"):
        pictures.remove(workspace, week, card, by)
    elif sent("number"):
        pictures.choose_figure(workspace, week, card, _number(sent("number")), by)
    elif sent("file"):
        pictures.upload(workspace, week, card, sent("file").encode("latin-1", "replace"), by)
    elif sent("address"):
        pictures.choose_address(workspace, week, card, sent("address"), by)
    else:
        raise ParseError("picture: a file, an address or a figure is needed")
    then = visit.path(card=card.id)
    return done(visit, then, go=then)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):  # noqa: PLR2004 - no page has more figures
        raise ParseError("number: which figure?")
    return int(text)
