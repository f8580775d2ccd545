"""What is fetched for a card: arXiv's page, a README, a picture. What cannot be had is a note, never an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from weekly import isolated
from weekly.drafting import arxiv_page
from weekly.drafting import readme as readmes
from weekly.drafting.arxiv_page import ArxivPage
from weekly.drafting.context import DraftingContext
from weekly.drafting.page_preview import preview_address
from weekly.drafting.picture_decoding import UnfitPicture
from weekly.errors import FetchError, NotRecorded, WeeklyError
from weekly.models import Kind, Picture, Work
from weekly.net.client import Answer, Fetcher
from weekly.select.urls import arxiv_id, repository
from weekly.text import one_line
from weekly.text.vocabulary import vocabulary

NOT_FOUND = 404


def page(work: Work, context: DraftingContext, notes: list[str]) -> ArxivPage:
    """The HTML page of a paper at arXiv; an empty one when there is none that can be read."""
    identifier = arxiv_id(work.lead.url) if work.lead.kind is Kind.PAPER else ""
    if not identifier or context.arxiv is None:
        return ArxivPage()
    version = f"v{work.lead.version}" if work.lead.version else ""
    url = f"{context.settings.sources.arxiv.html_url}/{identifier}{version}"
    with _noting(notes, "no page with figures and affiliations"):
        answer = context.arxiv.get(url)
        return isolated.call(arxiv_page.read, answer.body, answer.url)
    return ArxivPage()


def readme(work: Work, context: DraftingContext, notes: list[str]) -> tuple[str, Sequence[tuple[str, str]]]:
    """The README of a project as plain text, with the addresses of its head, each with where it was named.

    Papers have an abstract instead.
    """
    name = repository(work.lead.url) if work.lead.kind is Kind.PROJECT else ""
    if not name or context.web is None:
        return "", ()
    url = f"{context.settings.sources.github.api_url}/repos/{name}/readme"
    with _noting(notes, "no README"):
        answer = _or_none(context.web, url)
        if answer is not None:
            text, head = isolated.call(readmes.read, answer.body)
            return text, [(address, url) for address in head]
    return "", ()


def picture(
    work: Work, page: ArxivPage, shown_on: Sequence[str], name: str, context: DraftingContext, notes: list[str]
) -> Picture | None:
    """The paper's first figure, else what a page of the work, of those at *shown_on*, names as its picture."""
    if context.pictures is None:
        return None
    words = vocabulary(context.settings.newsletter.language)
    alt = words.picture % name
    if page.figure and context.arxiv is not None:
        if page.caption:
            alt = f"{alt}{words.colon}{page.caption}"
        with _noting(notes, "no picture"):
            return context.pictures.fetch(context.arxiv, page.figure, alt)
    if context.web is None or work.lead.kind is Kind.RELEASE:
        return None
    for url in shown_on[:2]:
        with _noting(notes, f"no picture from {url}"):
            answer = _or_none(context.web, url)
            shown = isolated.call(preview_address, answer.body, answer.url) if answer is not None else ""
            if shown:
                return context.pictures.fetch(context.web, shown, alt)
    return None


def _or_none(fetcher: Fetcher, url: str) -> Answer | None:
    """What *url* answers; None where there is nothing, which is no news."""
    try:
        return fetcher.get(url)
    except FetchError as error:
        if isinstance(error, NotRecorded) or error.status == NOT_FOUND:
            return None
        raise


@contextmanager
def _noting(notes: list[str], what: str) -> Iterator[None]:
    """Whatever goes wrong inside becomes a note that begins with *what*: one bad page costs no card."""
    try:
        yield
    except UnfitPicture as unfit:
        notes.append(str(unfit))
    except WeeklyError as error:
        notes.append(f"{what}: {error}")
    except Exception as error:  # noqa: BLE001 - a stranger's page, and libraries that raise what they stumble over
        notes.append(f"{what}: cannot be read ({one_line(f'{type(error).__name__}: {error}', 160)})")
