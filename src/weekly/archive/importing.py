"""Imports earlier issues and pages, so that what they hold counts as published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from weekly import formats
from weekly.archive.folder import Archive
from weekly.archive.import_links import linked_works
from weekly.archive.posts import EarlierPost, posted_links
from weekly.errors import ParseError, UnknownFormat, WorkspaceError
from weekly.formats.collection import Collection
from weekly.formats.digest import Digest
from weekly.formats.handbook import Handbook
from weekly.formats.topic import TopicPage
from weekly.render.documents import render
from weekly.select.identity import address_keys, preferred_key
from weekly.select.titles import title_key
from weekly.select.urls import find_urls
from weekly.workspace import Workspace

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".json"})
PAGES = {"collection": "collections", "handbook": "handbook"}
"""Where evergreen pages stand in the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """A document that was read."""

    path: str
    format: str
    works: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did."""

    documents: tuple[ImportedDocument, ...]
    faults: tuple[str, ...]
    """`FILE: what is wrong`, with the line where there is one."""


def import_documents(workspace: Workspace, paths: Sequence[Path], name: str | None = None) -> ImportReport:
    """Reads documents and folders of them into the store; what cannot be read is a fault, the rest is kept.

    They are in the format called *name*, or each in the one that it looks like.

    Importing again changes nothing. Evergreen pages from elsewhere are copied into the archive, to grow there.
    """
    documents, faults = [], []
    for path in chain.from_iterable(map(_files, paths)):
        try:
            documents.append(_import(workspace, path, name))
        except UnknownFormat as error:
            faults.append(f"{path}: {error}: count its links with 'weekly import --links', or name a --format")
        except (ParseError, WorkspaceError) as error:
            faults.append(str(error) if str(path) in str(error) else f"{path}: {error}")
    return ImportReport(documents=tuple(documents), faults=tuple(faults))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        files = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in SUFFIXES and file.is_file())
        yield from (file for file in files if not any(part.startswith(".") for part in file.relative_to(path).parts))
    else:
        yield path


def _import(workspace: Workspace, path: Path, format_: str | None) -> ImportedDocument:
    text = formats.read_text(path)
    document = formats.load(text, format_)
    name = formats.name_of(document)
    works = [(preferred_key(keys), title, keys) for title, keys in published_works(document)]
    known = frozenset[str]().union(*(keys for _, _, keys in works))
    linked = linked_works(posted_links(EarlierPost(text=text)))
    works += [(work.id, work.link.label, work.keys) for work in linked if not work.keys & known]
    with workspace.store.write() as tx:
        tx.published_works.add(works, f"import:{path.name}"[:200], workspace.now())
    if name in PAGES and not path.resolve().is_relative_to(workspace.archive.resolve()):
        written = render(document, workspace.environment) if formats.is_json(text) else text
        _keep(workspace, f"{PAGES[name]}/{path.stem}.md", written)
    return ImportedDocument(path=str(path), format=name, works=len(works))


def _keep(workspace: Workspace, name: str, text: str) -> None:
    present = workspace.archive / name
    if present.exists():
        if present.read_bytes() != text.encode():
            raise WorkspaceError(f"{present} is there with other content: rename one of the two")
        return
    Archive(workspace.archive).write(name, text)


def published_works(document: formats.Document) -> Iterator[tuple[str, frozenset[str]]]:
    """The works that a document makes known: their titles and identities."""
    for title, urls in _titles_and_urls(document):
        keys = frozenset(filter(None, [title_key(title)])).union(*map(address_keys, find_urls(" ".join(urls))))
        if keys:
            yield title, keys


def _titles_and_urls(document: formats.Document) -> Iterator[tuple[str, Sequence[str]]]:
    if isinstance(document, Digest):
        yield from ((item.title, ()) for item in document.items)
        yield from ((reference.label, (reference.url,)) for reference in document.references)
    elif isinstance(document, TopicPage):
        yield from ((paper.title, paper.links) for topic in document.topics for paper in topic.papers)
    elif isinstance(document, Collection):
        yield from ((entry.title, [link.url for link in entry.links]) for entry in document.entries)
    elif isinstance(document, Handbook):
        questions = (question for chapter in document.chapters for question in chapter.questions)
        yield from ((question.title, find_urls(question.body)) for question in questions)
