"""convert, import: the four publications as documents, in and out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from weekly.commands.console import JsonOption, command_workspace, note, say, say_json, write
from weekly.errors import ParseError

if TYPE_CHECKING:
    from weekly.archive.import_links import LinkedFile


def convert(
    source: Annotated[
        Path,
        Parameter(name="IN", help="A document, as Markdown or as its JSON; - for stdin.", allow_leading_hyphen=True),
    ],
    /,
    *,
    to: Annotated[Literal["json", "md"], Parameter(help="What to make of it.")],
    output: Annotated[Path | None, Parameter(name=("-o", "--output"), help="Where; else stdout.")] = None,
    format_: Annotated[str | None, Parameter(name="--format", help="digest, topic, collection or handbook.")] = None,
) -> None:
    """Turns a document of any of the four formats into its typed JSON, and back."""
    from weekly import formats
    from weekly.render.documents import render
    from weekly.render.environment import environment

    text = formats.read_text(sys.stdin.buffer.read() if source == Path("-") else source)
    try:
        document = formats.load(text, format_)
    except ParseError as error:
        raise ParseError(f"{source}: {error}") from error
    if to == "json":
        made = json.dumps(formats.to_json(document), ensure_ascii=False, indent=1) + "\n"
    else:
        made = render(document, environment())
    write(output, made)


def import_(
    paths: Annotated[tuple[Path, ...], Parameter(name="PATH", help="Documents, or folders of them.", negative="")],
    /,
    *,
    links: Annotated[
        bool,
        Parameter(negative="", help="Any posts, mails, feeds or exports: each address in them counts as published."),
    ] = False,
    dry_run: Annotated[
        bool, Parameter(negative="", help="With --links: list what would count, write nothing.")
    ] = False,
    format_: Annotated[str | None, Parameter(name="--format", help="digest, topic, collection or handbook.")] = None,
    json: JsonOption = False,
) -> None:
    """Reads earlier issues and pages: what they announce counts as published, and pages can be appended to.

    With --links, reads what another newsletter or tool has left: text, Markdown, HTML, posts with front matter,
    mailboxes, feeds, and exports as JSON, CSV or zip.
    """
    if links and format_:
        raise ParseError("--format is for documents of the four formats: leave it out with --links")
    if dry_run and not links:
        raise ParseError("--dry-run is for --links: 'weekly convert' shows what a document holds")
    if links:
        _import_links(paths, dry_run=dry_run, json=json)
    else:
        _import_documents(paths, format_, json=json)


def _import_documents(paths: Sequence[Path], format_: str | None, *, json: bool) -> None:
    from weekly.archive.importing import import_documents

    with command_workspace() as workspace:
        report = import_documents(workspace, paths, format_)
    if json:
        documents = [
            {"path": document.path, "format": document.format, "announces": document.works}
            for document in report.documents
        ]
        say_json({"documents": documents, "faults": list(report.faults)})
        return
    for one in report.documents:
        say(f"{one.path}: {one.format}, {one.works} works")
        if not one.works:
            note(f"{one.path}: no work in it: if it is another kind of text, try 'weekly import --links'")
    for fault in report.faults:
        note(fault)
    say(f"{len(report.documents)} documents with {sum(document.works for document in report.documents)} works")
    if report.faults and not report.documents:
        raise ParseError(f"none of {len(report.faults)} documents could be read")


def _import_links(paths: Sequence[Path], *, dry_run: bool, json: bool) -> None:
    from weekly.archive.import_links import count_as_published, read_links

    report = read_links(paths)
    count = len({work.id for file in report.files for work in file.works})
    if not dry_run:
        with command_workspace() as workspace:
            count_as_published(workspace, report.files)
    if json:
        say_json({"documents": list(map(_plain_file, report.files)), "faults": list(report.faults), "works": count})
    else:
        for file in report.files:
            _say_file(file, whole=dry_run)
    for fault in () if json else report.faults:
        note(fault)
    if not count:
        raise ParseError(
            f"no address of a paper, repository or page in {len(report.files)} files: nothing counts as published"
        )
    if not json:
        say(f"{len(report.files)} files with {count} works" + (", nothing written" if dry_run else ""))


def _say_file(file: LinkedFile, *, whole: bool) -> None:
    """A line about a file and, where *whole*, its works below their headings."""
    posts = f", {file.posts} posts" if file.posts > 1 else ""
    drafts = f", {file.drafts} of them drafts, which announced nothing" if file.drafts else ""
    say(f"{file.path}: {len(file.works)} works{posts}{drafts}")
    if not file.works:
        note(f"{file.path}: no address of a paper, repository or page in it")
    above = ""
    for work in file.works if whole else ():
        day = f"{work.link.at:%Y-%m-%d}" if work.link.at else ""
        heading = " · ".join(filter(None, [day, work.link.heading]))
        if heading != above:
            say(f"  {heading}")
            above = heading
        say(f"    {work.id:<44} {work.link.label[:80]}".rstrip())


def _plain_file(file: LinkedFile) -> dict[str, Any]:
    works = [
        {
            "id": work.id,
            "keys": sorted(work.keys),
            "url": work.link.url,
            "label": work.link.label,
            "heading": work.link.heading,
            "date": f"{work.link.at:%Y-%m-%d}" if work.link.at else None,
        }
        for work in file.works
    ]
    counts = {"posts": file.posts, "drafts": file.drafts, "announces": len(works)}
    return {"path": file.path, "format": "links", **counts, "works": works}
