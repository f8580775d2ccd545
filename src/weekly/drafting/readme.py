"""What a README says: its words, and the addresses of its head that lead to the work itself."""

from __future__ import annotations

import base64
import json
import re

from weekly.render.markdown import to_text
from weekly.select.urls import find_urls
from weekly.text import from_html, paragraphs

_LOOKED_AT = 60_000
_KEPT = 8_000
_HEAD = 4_000
"""Characters."""


def read(body: bytes) -> tuple[str, tuple[str, ...]]:
    """The plain text of a README as GitHub's API sends it, and the addresses in its head.

    Raises ValueError, TypeError or LookupError when *body* is not that JSON:
    https://docs.github.com/en/rest/repos/contents#get-a-repository-readme.
    """
    text = base64.b64decode(json.loads(body)["content"]).decode("utf-8", "replace")
    marked = paragraphs(_without_comments(text[:_LOOKED_AT]))
    head = tuple(url for url in find_urls(marked[:_HEAD]) if _leads_to_the_work(url))
    return from_html(to_text(marked))[:_KEPT], head


def _without_comments(text: str) -> str:
    """*text* without HTML comments; what is opened and never closed stays."""
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        parts.append(text[at:start])
        at = end + 3
    return "".join((*parts, text[at:]))


def _leads_to_the_work(url: str) -> bool:
    """Whether an address is a paper's page, a model or a project page."""
    return bool(re.search(r"//(?:[\w-]+\.github\.io/|huggingface\.co/[\w-]+/[\w.-]+)", url))
