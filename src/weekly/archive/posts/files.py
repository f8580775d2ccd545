from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from weekly.errors import ParseError
from weekly.formats.texts import LARGEST

SUFFIXES = frozenset(
    {
        *(
            ".md",
            ".markdown",
            ".mdx",
            ".txt",
            ".text",
            ".rst",
            ".org",
            ".adoc",
            ".html",
            ".htm",
            ".xhtml",
            ".xml",
            ".rss",
        ),
        *(".atom", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".eml", ".mbox", ".zip"),
    }
)
_MAIL_FOLDERS = frozenset({"cur", "new"})
"""Where a Maildir has its messages, in files without a suffix."""


def post_files(path: Path) -> Iterator[tuple[Path, bytes]]:
    """The files in which posts may be, with their content: *path* itself, or those below it that have the suffix.

    Raises ParseError for a file that is not there or too large.
    """
    if not path.is_dir():
        yield path, _read(path)
        return
    for file in sorted(path.rglob("*")):
        parts = file.relative_to(path).parts
        hidden = any(part.startswith((".", "_drafts")) for part in parts)
        listed = file.suffix.lower() in SUFFIXES or file.parent.name in _MAIL_FOLDERS
        if listed and not hidden and file.is_file():
            yield file, _read(file)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise ParseError(f"{path}: larger than {LARGEST // 1024 // 1024} MB, split it")
        return path.read_bytes()
    except OSError as error:
        raise ParseError(f"{path}: {error.strerror or error}") from None
