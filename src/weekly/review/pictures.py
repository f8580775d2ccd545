"""The picture of a card: another figure of its paper, one at an address, one from a file, or none."""

from __future__ import annotations

from dataclasses import replace

from weekly import isolated
from weekly.drafting import arxiv_page
from weekly.drafting.picture_decoding import UnfitPicture
from weekly.errors import FetchError, OverBudget, ParseError
from weekly.models import Card, Picture, Week
from weekly.review.decide import DraftChange, change_draft, with_card
from weekly.review.redraw import WAITING
from weekly.select.urls import arxiv_id
from weekly.stages.draft import drafting_context, pictures
from weekly.store.drafts import Revision
from weekly.text.vocabulary import vocabulary
from weekly.workspace import Workspace


def figures(workspace: Workspace, week: Week, card: Card) -> tuple[tuple[str, str], ...]:
    """The figures of the paper of *card*, each with its caption; none where it is no paper of arXiv.

    Raises a FetchError when its page does not answer, ParseError when it takes too long to read.
    """
    identifier = next((found for link in card.links if (found := arxiv_id(link.url))), "")
    fetcher = drafting_context(workspace, str(week)).arxiv
    if not identifier or fetcher is None:
        return ()
    with workspace.store.read() as tx:
        candidate = tx.candidates.find(week, card.id)
    entries = candidate.work.entries if candidate else ()
    # The version that was drafted: the card speaks of its figures, and its page may be known already.
    version = next((f"v{one.version}" for one in entries if one.version and arxiv_id(one.url) == identifier), "")
    answer = fetcher.get(f"{workspace.settings.sources.arxiv.html_url}/{identifier}{version}")
    try:
        return isolated.call(arxiv_page.read, answer.body, answer.url).figures
    except OverBudget as error:
        raise ParseError(f"figure: the page of {card.name} {error}") from error


def figure(workspace: Workspace, week: Week, card: Card, number: int) -> Picture:
    """The figure of that *number*, from 0, fetched and kept; raises ParseError when there is none that can be used."""
    known = figures(workspace, week, card)
    if not 0 <= number < len(known):
        raise ParseError(f"figure: the page of {card.name} has no figure {number + 1}")
    address, caption = known[number]
    words = vocabulary(workspace.settings.newsletter.language)
    alt = words.picture % card.name
    return _fetch(workspace, week, address, f"{alt}{words.colon}{caption}" if caption else alt)


def choose_figure(workspace: Workspace, week: Week, card: Card, number: int, by: str) -> Revision:
    """Puts a figure of its paper on *card*; raises as `figure` does."""
    return _set(workspace, week, card.id, figure(workspace, week, card, number), by)


def choose_address(workspace: Workspace, week: Week, card: Card, address: str, by: str) -> Revision:
    """Puts the picture at *address* on *card*; raises ParseError when there is none that can be used."""
    alt = vocabulary(workspace.settings.newsletter.language).picture % card.name
    return _set(workspace, week, card.id, _fetch(workspace, week, address.strip(), alt), by)


def upload(workspace: Workspace, week: Week, card: Card, body: bytes, by: str) -> Revision:
    """Puts the picture that *body* is on *card*; raises ParseError when it cannot be used."""
    alt = vocabulary(workspace.settings.newsletter.language).picture % card.name
    try:
        kept = pictures(workspace).keep(body, "", alt)
    except UnfitPicture as unfit:
        raise ParseError(str(unfit)) from unfit
    return _set(workspace, week, card.id, kept, by)


def remove(workspace: Workspace, week: Week, card: Card, by: str) -> Revision:
    """Takes the picture off *card*; the checks go on to warn that it has none."""
    return _set(workspace, week, card.id, None, by)


def _fetch(workspace: Workspace, week: Week, address: str, alt: str) -> Picture:
    context = drafting_context(workspace, str(week))
    of_arxiv = address.startswith(workspace.settings.sources.arxiv.html_url) or arxiv_id(address)
    fetcher = context.arxiv if of_arxiv else context.web
    assert fetcher is not None  # noqa: S101 - this context fetches
    try:
        workspace.client.refuse_unsafe(address)
        return pictures(workspace).fetch(fetcher, address, alt)
    except (UnfitPicture, FetchError) as error:
        raise ParseError(str(error)) from error


def _set(workspace: Workspace, week: Week, identifier: str, picture: Picture | None, by: str) -> Revision:
    def work_out(change: DraftChange) -> Revision:
        card = change.card(identifier)
        notes = tuple(note for note in card.notes if note != WAITING and not note.startswith("no picture"))
        written = replace(card, picture=picture, notes=notes)
        return change.carry_out(with_card(change.revision.draft, written), "edited", identifier, fields=["picture"])

    return change_draft(workspace, week, by, work_out)
