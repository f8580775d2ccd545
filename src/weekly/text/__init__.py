"""Text of strangers made plain: no markup, no control or direction marks, bounded."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

import nh3

LONGEST = 20_000
"""Characters of a text that are kept; abstracts have a tenth of it."""

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f"  # controls
    "\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # soft hyphen, zero width, direction
    "\ud800-\udfff\U000e0000-\U000e007f]"  # half characters, tags
    # Joiners, but for those within an emoji and between letters of scripts that are written with them.
    "|(?<![\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
    "|[\u200c\u200d](?![\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af\u2190-\u2bff\U0001f000-\U0001faff])"
)
_TAG = re.compile(
    r"<(?!/?(?:a|abbr|b|bdi|bdo|big|blockquote|br|center|cite|code|del|div|em|embed|font|form|h[1-6]|hr|i|iframe|img|input"
    r"|ins|kbd|li|link|mark|math|meta|nobr|object|ol|p|pre|q|ruby|s|samp|script|small|span|strike|strong|style|sub|sup"
    r"|svg|table|tbody|td|template|textarea|th|title|tr|tt|u|ul|var|video|audio|wbr)\b|!--)",
    re.IGNORECASE,
)
"""A sign that opens no tag of HTML: it is meant as one."""
_GAPS = re.compile(r"\n{3,}")


def one_line(text: str, longest: int = 300) -> str:
    """*text* as one line of visible characters, cut at *longest* with an ellipsis."""
    if len(text) <= longest and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()  # nearly all names, and there are many
    line = " ".join(visible(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def paragraphs(text: str, longest: int = LONGEST) -> str:
    """*text* with its line breaks and without what cannot be seen."""
    text = visible(text)[:longest].strip()
    if "\n" not in text and "\r" not in text:
        return text
    lines = (line.strip() for line in text.splitlines())
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def visible(text: str) -> str:
    """*text* in NFC without control characters and marks that turn, hide or join what stands beside them."""
    if text.isascii() and text.isprintable():
        return text[: 4 * LONGEST]
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text[: 4 * LONGEST]))


def storable(text: str) -> str:
    """*text* without NUL and halves of characters, which no database takes; all else as it was written."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def title_from_html(markup: str) -> str:
    """The words of a title that may hold HTML, in one line; what only looks like a tag stays: List<T>, <think>."""
    return one_line(from_html(_TAG.sub("&lt;", markup)))


def from_html(markup: str) -> str:
    """The words of a piece of HTML; scripts and styles are left out with what they hold."""
    broken = re.sub(r"(?i)<(?:br|/p|/div|/li|/h[1-6])\b", r"\n\g<0>", markup[: 10 * LONGEST])
    return paragraphs(unescape(nh3.clean(broken, tags=set(), attributes={})))


def is_chinese(text: str) -> bool:
    """Whether *text* is mostly Chinese: a quarter of its characters, since names and numbers stay as they are."""
    return len(re.findall(r"[\u4e00-\u9fff]", text)) > len(text) // 4
