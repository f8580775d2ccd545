"""convert, import: the four publications as documents, in and out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from weekly.commands.console import JsonOption, command_workspace, note, say, say_json, write
from weekly.errors import ParseError


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
        data = json.loads(text) if text.lstrip()[:1] == "{" else None
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{source}: not valid JSON: {error}") from error
    try:
        document = formats.parse(text, format_) if data is None else formats.from_json(data)
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
    json: JsonOption = False,
) -> None:
    """Reads earlier issues and pages: what they announce counts as published, and pages can be appended to."""
    from weekly.archive.importing import import_documents

    with command_workspace() as workspace:
        report = import_documents(workspace, paths)
    if json:
        documents = [
            {"path": document.path, "format": document.format, "announces": document.works}
            for document in report.documents
        ]
        say_json({"documents": documents, "faults": list(report.faults)})
        return
    for one in report.documents:
        say(f"{one.path}: {one.format}, {one.works} works")
    for fault in report.faults:
        note(fault)
    say(f"{len(report.documents)} documents with {sum(document.works for document in report.documents)} works")
    if report.faults and not report.documents:
        raise ParseError(f"none of {len(report.faults)} documents could be read")
