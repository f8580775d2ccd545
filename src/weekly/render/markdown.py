"""Markdown of untrusted text: escaping when written, sanitising when read."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from weekly.text import is_chinese, one_line

_MARKS = re.compile(r"([\\`*_\[\]<>|~$])")
_BLOCKS = re.compile(r"^(\s{0,3})(#{1,6}(?=\s|$)|[-+=]|\d{1,9}[.)])", re.MULTILINE)
_CLOSING = re.compile(r"(?<=\S)([ \t])(#+[ \t]*)$", re.MULTILINE)
"""What ends a heading and is no part of it."""
_TAGS = frozenset(
    {
        "p",
        "br",
        "strong",
        "em",
        "code",
        "pre",
        "ul",
        "ol",
        "li",
        "a",
        "blockquote",
        "h3",
        "h4",
        "h5",
        "h6",
        "del",
        "table",
    }
) | {"thead", "tbody", "tr", "th", "td", "hr", "sup", "sub"}
_UNLAWFUL = re.compile("[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")
_PLAIN = re.compile(r"[^\W\d_](?:(?:[^\W_]|[ ,.:;()/%\u3001\u3002\uff00-\uff20\u2010-\u2026-])*[^\W_])?")
"""A line that says nothing in Markdown: nearly all titles, names and headings."""
_SIGNS = " ,.:;()/%?!'\"\u2013\u2014\u2018-\u201d\u2026\u3001\u3002\u300a\u300b\uff00-\uff20-"
_BOLD = re.compile(rf"\*\*(\w(?:[\w{_SIGNS}]*\w)?)\*\*(?!\*)")
_LINE = rf"(?=[^\W\d]|\*\*)(?:[\w{_SIGNS}]++|{_BOLD.pattern})*+(?<=\S)"
_PROSE = re.compile(rf"{_LINE}(?:\n\n?{_LINE})*+")
"""Lines that begin with a letter or in bold and hold no mark but that of bold words, whose ends leave no doubt.

https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
"""
_HTTP = frozenset({"http", "https", "mailto"})
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST = 50_000
"""Characters that are read as Markdown; a longer text is shown as it is, since some marks cost more than they say."""


def lawful(text: str) -> str:
    """*text* without the characters that neither XML nor HTML may hold (https://www.w3.org/TR/xml/#charsets)."""
    return _UNLAWFUL.sub("", text)


def escape(text: str) -> str:
    """*text* as Markdown that renders as exactly these characters (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""
    marked = _MARKS.sub(r"\\\1", text.replace("&", "&amp;") if re.search(r"&#?\w{1,32};", text) else text)
    closed = _CLOSING.sub(r"\1\\\2", marked)
    return _BLOCKS.sub(lambda match: f"{match[1]}{_guard(match[2])}", closed)


def _guard(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if mark[0].isdigit() else f"\\{mark}"


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}, "blockquote": {"lang"}},
        url_schemes=set(_HTTP),
        link_rel="noopener noreferrer",
    )


def to_html(markdown: str) -> str:
    """*markdown* as sanitised HTML: raw HTML in it is shown as text, links lead to the web or to mail only.

    A quotation without a Chinese character is marked as English, for voices that read aloud, one in Chinese as that.
    """
    if len(markdown) > LONGEST:
        return "".join(f"<p>{html.escape(part)}</p>\n" for part in re.split(r"\n\s*\n", markdown) if part.strip())
    if _is_prose(markdown):
        parts = _BOLD.sub(lambda bold: f"<strong>{bold[1]}</strong>", markdown).split("\n\n")
        return "".join(f"<p>{part}</p>\n" for part in parts)
    return _to_html(markdown)


def _is_prose(markdown: str) -> bool:
    """Whether *markdown* is paragraphs of words, some of them bold: most of what is written, which needs no grammar."""
    return "_" not in markdown and _PROSE.fullmatch(markdown) is not None


def _to_html(markdown: str) -> str:
    reader = _reader()
    tokens = reader.parse(markdown)
    for at, token in enumerate(tokens):
        if token.type == "blockquote_open":
            quoted = _quoted(tokens, at)
            if not _CHINESE.search(quoted) or is_chinese(quoted):
                token.attrSet("lang", "zh-Hans" if is_chinese(quoted) else "en")
    rendered = reader.renderer.render(tokens, reader.options, {})
    return _cleaner().clean(rendered)


def _quoted(tokens: Sequence[Token], at: int) -> str:
    """The words of the quotation that begins at *at*."""
    rest = (tokens[place] for place in range(at, len(tokens)))
    inside = takewhile(lambda token: token.type != "blockquote_close", rest)
    return "".join(token.content for token in inside if token.type == "inline")


def to_text(markdown: str) -> str:
    """*markdown* as plain text: the words of its inline content, a blank line between blocks."""
    if len(markdown) > LONGEST or _PLAIN.fullmatch(markdown):
        return markdown
    if _is_prose(markdown):
        return markdown.replace("**", "")
    return _to_text(markdown)


def _to_text(markdown: str) -> str:
    blocks = []
    for token in _reader().parse(markdown):
        if token.type == "inline":
            blocks.append("".join(_words(child) for child in token.children or ()))
        elif token.type in {"fence", "code_block"}:
            blocks.append(token.content.rstrip())
    return "\n\n".join(blocks)


def _words(token: object) -> str:
    kind = getattr(token, "type", "")
    return "\n" if kind in {"softbreak", "hardbreak"} else getattr(token, "content", "") if kind != "image" else ""


def link_targets(markdown: str) -> list[str]:
    """The addresses that *markdown* links to, as they stand there, also those that readers get no link for."""
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    reader.validateLink = lambda _: True  # type: ignore[assignment,method-assign]  # a forbidden one is told, not dropped
    inline = (child for token in reader.parse(markdown[:LONGEST]) for child in token.children or ())
    return [str(child.attrs["href"]) for child in inline if child.type == "link_open"]


def excerpt(markdown: str, longest: int) -> str:
    """The beginning of *markdown* as one line of plain text, at most *longest* characters."""
    return beginning(to_text(markdown[: 4 * longest]), longest)


def beginning(text: str, longest: int) -> str:
    """The same of plain *text*."""
    whole = one_line(text, 4 * longest)
    if len(whole) <= longest:
        return whole
    head = re.sub(r"(?<=\s)[!-~]{1,30}$", "", whole[: longest - 1])  # a Latin word is not cut in two
    return f"{head.rstrip(' .,;:。，、；：')}…"
