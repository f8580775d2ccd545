"""The addresses in a post, each with the heading, the date and the label that it stands under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree
from markdown_it import MarkdownIt

from weekly.archive.posts.labels import MARKS, heading_text, is_telling, label_before
from weekly.archive.posts.post import EarlierPost
from weekly.select.urls import arxiv_id, arxiv_ids, find_urls
from weekly.sources.dates import parse_date
from weekly.text import one_line

_LONGEST = 10_000
"""Characters that are read as Markdown at once: some marks cost more than they say."""
_BLOCKS = frozenset(
    {
        *("p", "div", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "section", "article", "aside", "dt", "dd"),
        *("figure", "figcaption", "hr", "details", "summary", "h1", "h2", "h3", "h4", "h5", "h6", "header", "footer"),
    }
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED = frozenset({"script", "style", "head", "nav", "template", "noscript"})
_CARRYING = ("data-attrs", "data-href", "data-url", "data-link", "src", "cite")
"""Attributes in which other tools keep what a card or a frame shows."""
_BARE_ARXIV = re.compile(r"(?<![\w/.@-])(?:www\.)?arxiv\.org/(?:abs|pdf|html)/[\w./-]{9,40}", re.IGNORECASE)
_BARE_DOI = re.compile(r"(?<![\w/.:])(?:doi:\s?)?(10\.\d{4,9}/[-._;()/:a-z0-9]+[a-z0-9])", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?<![\w/.@-])www\.[\w-]+(?:\.[\w-]+)+(?:/[\w./%?=&#~-]*[\w/])?", re.ASCII)
_DEFINED = re.compile(r"^ {0,3}\[([^\[\]\n]{1,300})\]:[ \t]*<?(https?://[^\s<>]+)>?", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedLink:
    """An address in a post."""

    url: str
    label: str
    """The words that stand for what it leads to: its own, those in front of it, or the first of its paragraph."""
    heading: str
    """The heading above it, the post's title where there is none."""
    at: datetime | None
    """The day that the heading names, else that of the post."""


def posted_links(post: EarlierPost) -> Iterator[PostedLink]:
    """The web addresses of *post* in their order, arXiv ids and DOIs in its words among them; pictures are left out.

    What a comment, a script or the navigation of a page holds is none of its words.
    """
    reading = _Reading(title=post.title, at=post.at)
    markup = _without_comments(post.text)
    for part in [markup] if post.html else _parts(markup):
        reading.read(part if post.html else _markdown(part, markup))
    yield from reading.links


def _without_comments(text: str) -> str:
    """*text* without what stands in `<!-- … -->`; the mark of one that never ends is no more than a mark."""
    first, *rest = text.split("<!--")
    kept, closed = list[str](), False
    for part in reversed(rest):
        inside, end, behind = part.partition("-->")
        closed = closed or bool(end)
        kept.append(behind if closed else inside)
    return "".join([first, *reversed(kept)])


def _parts(text: str) -> Iterator[str]:
    """*text* cut at blank lines into parts of a bounded size."""
    while len(text) > _LONGEST:
        ends = (text.rfind(mark, 1, _LONGEST) for mark in ("\n\n", "\n", " "))
        end = next((end for end in ends if end > 0), _LONGEST)
        yield text[:end]
        text = text[end:]
    yield text


def _markdown(part: str, whole: str) -> str:
    """*part* as HTML; what a link is called elsewhere on the page is known, emphasis and indentation mean nothing."""
    reader = MarkdownIt("commonmark", {"html": True}).disable(["emphasis", "code"]).enable("table")
    named = dict(_DEFINED.findall(whole))
    ends = "".join(f"\n[{name}]: <{url}>" for name, url in named.items() if f"[{name}]" in part)
    rest = "".join(f"<p>{name} {url}</p>" for name, url in _DEFINED.findall(part) if whole.count(f"[{name}]") == 1)
    html: str = reader.render(f"{part}\n{ends}")
    return html + rest


class _Run(NamedTuple):
    """Words of a paragraph; *url* where they are a link."""

    text: str
    url: str = ""


@dataclass(slots=True)
class _Reading:
    """What has been read of a post."""

    title: str
    at: datetime | None
    heading: str = ""
    day: datetime | None = None
    runs: list[_Run] = field(default_factory=list)
    """The paragraph that is being read."""
    links: list[PostedLink] = field(default_factory=list)

    def read(self, markup: str) -> None:
        """Reads a part of the post, as HTML."""
        parser = etree.HTMLParser(encoding="utf-8", recover=True, remove_comments=True, remove_pis=True, huge_tree=True)
        tree = etree.fromstring(f"<html><body>{markup}</body></html>".encode(errors="replace"), parser)
        self._walk(tree)
        self._end_block("")

    def _walk(self, tree: Any) -> None:
        """Reads a tree in the order of its text; without recursion, since pages may be nested at will."""
        skipping = 0
        link: tuple[str, list[str]] | None = None
        for event, node in etree.iterwalk(tree, events=("start", "end")):
            tag = node.tag if isinstance(node.tag, str) else ""
            if tag in _SKIPPED:
                skipping += 1 if event == "start" else -1
            elif not skipping and event == "start":
                if tag in _BLOCKS:
                    self._end_block("")
                if tag == "a" and str(node.get("href") or "").strip().lower().startswith("http"):
                    link = (node.get("href").strip(), [])
                self._attributes(node, tag)
            elif not skipping:
                if tag == "a" and link:
                    self.runs.append(_Run("".join(link[1]), link[0]))
                    link = None
                if tag in _BLOCKS:
                    self._end_block(tag)
            words = (node.text if event == "start" else node.tail) or ""
            words = "\n" if event == "start" and tag == "br" else words
            if not skipping and words:
                (link[1].append(words) if link else self.runs.append(_Run(words)))

    def _attributes(self, node: Any, tag: str) -> None:
        """Reads what an element carries beside its words."""
        if tag == "img":
            return
        for name in _CARRYING:
            if (value := node.get(name)) and "http" in value and not (name == "src" and tag not in {"iframe", "embed"}):
                self.runs += [_Run("", url) for url in find_urls(value.replace("\\/", "/"))]

    def _end_block(self, tag: str) -> None:
        """Ends a paragraph: its addresses get their labels; the words of a heading are what follows stands under."""
        runs, self.runs = self.runs, []
        words = "".join(run.text for run in runs)
        if not words.strip() and not any(run.url for run in runs):
            return
        if tag in _HEADINGS:
            self.heading = heading_text(words)
            self.day = parse_date(self.heading) or self.day
        first = _first_telling(runs)
        before = ""
        for run in runs:
            own = one_line(run.text, 200) if run.url else ""
            for url in _led_to(run):
                label = own if is_telling(own) else label_before(before, run.text if not run.url else "", url)
                self._add(url, label or first)
            before += run.text

    def _add(self, url: str, label: str) -> None:
        heading = self.heading or self.title
        self.links.append(
            PostedLink(url=url, label=label or heading, heading=heading, at=self.day or self.at),
        )


def _first_telling(runs: list[_Run]) -> str:
    """What a paragraph is about: its first link that says so, else its first line that holds no address."""
    linked = (one_line(run.text, 200) for run in runs if run.url)
    lines = (one_line(line, 200) for line in "".join(run.text for run in runs).splitlines() if "://" not in line)
    return next(filter(is_telling, linked), "") or heading_text(next(filter(is_telling, lines), "")).strip(MARKS)


def _led_to(run: _Run) -> list[str]:
    """Where a run leads: its own address, and those among its words that are not that one, cut short."""
    written = _addresses(run.text)
    if not run.url:
        return written
    bare = run.url.split("://")[-1].removeprefix("www.")
    return [run.url, *(url for url in written if not bare.startswith(url.split("://")[-1].removeprefix("www.")))]


def _addresses(words: str) -> list[str]:
    """The addresses in running text, those among them that have no `https://` in front of them."""
    urls = list(find_urls(words))
    lower = words.lower()
    if "arxiv" in lower:
        known = {arxiv_id(url) for url in urls}
        bare = [f"https://{match}" for match in _BARE_ARXIV.findall(words)]
        named = [*map(arxiv_id, bare), *arxiv_ids(words)]
        urls += [f"https://arxiv.org/abs/{name}" for name in dict.fromkeys(named) if name and name not in known]
    if "10." in words:
        urls += [f"https://doi.org/{doi}" for doi in _BARE_DOI.findall(words) if "arxiv" not in doi.lower()]
    if "www." in lower:
        urls += [f"https://{host}" for host in _BARE_HOST.findall(words)]
    return urls
