from __future__ import annotations

import re
from pathlib import Path

from weekly.errors import ParseError

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest document that is read."""


def read_text(source: Path | str | bytes) -> str:
    """The text of a file, or of its bytes, with its line ends as they are.

    Raises:
        ParseError: it cannot be read, is empty, too large, binary or not UTF-8; one line that names the file.
    """
    if isinstance(source, bytes):
        return _decode(source, "the text")
    path = Path(source)
    try:
        if path.stat().st_size > LARGEST:
            raise ParseError(f"{path}: larger than {LARGEST // 1024 // 1024} MB, split it")
        content = path.read_bytes()
    except OSError as error:
        raise ParseError(f"{path}: {error.strerror or error}") from None
    return _decode(content, str(path))


def _decode(content: bytes, name: str) -> str:
    if not content.strip():
        raise ParseError(f"{name}: empty")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ParseError(f"{name}: in UTF-16, save it as UTF-8")
    if b"\0" in content:
        raise ParseError(f"{name}: a binary file, not a Markdown text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError(f"{name}: line {line} is not UTF-8{_other_encoding(content)}") from None


def _other_encoding(content: bytes) -> str:
    """What else the text may be in, and how to save it as UTF-8."""
    try:
        chinese = re.findall(r"[\u4e00-\u9fff，。：]", content.decode("gb18030"))
    except UnicodeDecodeError:
        chinese = []
    if len(chinese) * 8 < len(content):
        return ", save the file as UTF-8"
    return ", it looks like GBK: save it as UTF-8 in your editor, or run 'iconv -f GB18030 -t UTF-8 OLD > NEW'"
