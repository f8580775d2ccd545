"""The works that a text names, counted by rules for the whole of it, which know neither Markdown nor HTML."""

from __future__ import annotations

import re


def works_in(text):
    """The papers and repositories of a text, as keys."""
    text = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)|<img[^>]*>", "", text, flags=re.DOTALL)
    papers = re.findall(r"(?:arxiv\.org/(?:abs|pdf|html)/|arXiv:)(\d{4}\.\d{4,5})", text)
    names = re.findall(r"(?<![a-z])github\.com/([\w-]+/[\w.-]*[\w-])", text)
    return {f"arxiv:{paper}" for paper in papers} | {f"github:{name.removesuffix('.git').lower()}" for name in names}


def pages_in(text):
    """The web pages of a text, as host and path, found by looking at each `](` and each bare address alone."""
    text = re.sub(r"<!--.*?-->|!\[[^\]]*\]\([^)]*\)", "", text, flags=re.DOTALL)
    urls = re.findall(r"(?:\]\(|^|\s|：|\"|')https?://(?:www\.)?([^\s()\"'<>\]`，。）]+)", text)
    pages = {re.split(r"[?#]", url)[0].rstrip("/.,;*") for url in urls}
    other = re.compile(
        r"(?:arxiv\.org|github\.com|doi\.org|img\.shields\.io|hellogithub\.com/periodical/stat)|.*\.(?:png|jpe?g|gif|svg|webp|mp4)$"
    )
    return {page for page in pages if "/" in page and not other.match(page)}
