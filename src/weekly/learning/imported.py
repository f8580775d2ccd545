"""The papers of imported issues and pages as works that were picked, with their abstracts from arXiv."""

from __future__ import annotations

from weekly.errors import FetchError
from weekly.learning.selection import LabelledWork, single_entry_work
from weekly.models import Entry
from weekly.sources.arxiv import Arxiv
from weekly.workspace import Workspace

_ARXIV = "arxiv:"


def imported_works(workspace: Workspace) -> tuple[list[LabelledWork], list[str]]:
    """The papers of imported publications that have an arXiv id, and lines on what teaches nothing.

    A title alone says too little to be held against abstracts. What the store holds is taken from there; the others are
    asked of arXiv by id, at its pace and through the cache.
    """
    with workspace.store.read() as tx:
        rows = tx.published_works.imported()
        published = {key.removeprefix(_ARXIV): where for key, where, _ in rows if key.startswith(_ARXIV)}
        known = {one.key: one for one in tx.entries.named("arxiv", sorted(published)) if one.text}
    asked = sorted(published.keys() - known.keys())
    works = {(where, title) for _, where, title in rows}
    nameless = works - {(where, title) for key, where, title in rows if key.startswith(_ARXIV)}
    lines = [f"{len(nameless)} of {len(works)} imported works have no arXiv id and teach nothing"] if nameless else []
    try:
        found = Arxiv(workspace.settings, workspace.client).papers(asked) if asked else []
        known |= {entry.key: entry for entry in found if entry.text}
    except FetchError as error:
        lines.append(f"{len(asked)} abstracts of imported papers could not be had: {error}")
    if missing := published.keys() - known.keys():
        lines.append(f"{len(missing)} of {len(published)} imported papers are left out for want of an abstract")
    return [_picked(known[key], published[key]) for key in sorted(published.keys() & known.keys())], lines


def _picked(entry: Entry, publication: str) -> LabelledWork:
    return LabelledWork(work=single_entry_work(entry), topics=(), picked=True, source=publication)
