"""What is known of a work before anything is written about it; every fact remembers where it was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from weekly.claims import institutions
from weekly.drafting.venue import venue
from weekly.models import Entry, Fact, Kind, Link, LinkKind, Work
from weekly.select.identity import short_name
from weekly.select.urls import arxiv_id, canonical, find_urls, repository
from weekly.text import one_line
from weekly.text.latex import readable
from weekly.text.sentences import split

_OWN = {
    Kind.PAPER: LinkKind.PAPER,
    Kind.PROJECT: LinkKind.CODE,
    Kind.RELEASE: LinkKind.RELEASE,
    Kind.POST: LinkKind.POST,
}
_MODEL_HOSTS = frozenset({"huggingface.co", "hf.co", "modelscope.cn"})
_FORGES = frozenset({"gitlab.com", "codeberg.org", "gitee.com", "anonymous.4open.science", "bitbucket.org"})
_NOT_PAGES = frozenset({"creativecommons.org", "twitter.com", "x.com"})
_COINED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+(?:the\s+|an?\s+|our\s+)?"
    r"(?:\w+ly\s+)?[\"“(]?([A-Z][A-Za-z]*[A-Z0-9][\w.+-]{0,30}|[A-Z]{3,}[\w.+-]{0,30})\b(?!\s+(?:et al|and colleagues))"
)
_COINED_LATER = re.compile(
    r"\b(?:called|named|dubbed|termed|namely|we call it|releases?)\s+(?:the\s+)?[\"“(]?"
    r"([A-Z][\w.+-]*[A-Z0-9][\w.+-]*|[A-Z][a-z]{2,30}(?=[,.;:)”\"]| (?:which|that|to|for|as|with|based|by)\b))"
)
_APPENDED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s[^.;]{10,160}?,\s(?:called |named |namely )?"
    r"([A-Z][A-Za-z0-9.-]*[A-Z][A-Za-z0-9-]*)(?=[,.])"
)
_PLAIN = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+(?:our\s+)?[\"“]?([A-Z][a-z]{2,20})[\"”]?"
    r"(?:, (?=an? |the )| \((?=[A-Z]))"
)
_PEOPLE = 100
"""Authors that a card carries along; a collaboration has thousands."""
_BRACKETED = re.compile(
    r"\b(?:introduce|present|propose|develop)s?\s+"
    r"(?:(?!(?:to|for|that|which|using|via|on|in|applications?|extensions?|analysis)\s)[\w-]+\s+){1,9}\(([A-Z][A-Za-z0-9.+-]*[A-Z0-9][A-Za-z0-9.+-]*)\)"
    r"(?!\s+(?:algorithms?|challenges?|tasks?|problems?|competitions?)\b)"
)
_REPORT = re.compile(
    r"((?!(?:An?|The|Our)\b)(?=\S*[A-Z\d])[\w.+-]+(?: (?=\S*[A-Z\d])[\w.+-]+){0,2})"
    r" ((?:Technical|System) (?:Report|Card)\b.*)"
)
"""The title of a report: it is about what it names first, whatever part of that the abstract names later."""
_TITLE = 200
"""Characters of a title that are shown."""
_COMMON = re.compile(r"(?:M?LLM|VLM|SLM|AI|RL|[CDGR]NN|GAN|NLP|ASR|TTS|OCR|RAG|API|GPU)s?")


def name_and_line(work: Work) -> tuple[str, str]:
    """What the work is called and what it is in one line; the line is empty when the title is all there is."""
    lead = work.lead
    title = _cut(one_line(re.sub(r"^(?:Introducing|Presenting) (?=[A-Z])", "", readable(lead.title)), 500), _TITLE)
    if lead.kind is Kind.PROJECT:
        return title.rpartition("/")[2] or title, brief(lead.text, 90)
    if report := _REPORT.fullmatch(title):
        return report[1], report[2]
    name, coined = short_name(title), _coined(readable(lead.text)) if lead.kind is Kind.PAPER else ""
    if name and not (coined and _is_phrase(name)):
        return name, one_line(title.replace("：", ":").partition(":")[2], 160)
    if coined:
        return coined, title
    return title, ""


def described(text: str) -> str:
    """A repository's description without the address, and the sign before it, that many end with."""
    return re.sub(r"[^\w.。!！)）]*https?://\S{1,300}\s*$", "", text.strip())


def running(label: str) -> str:
    """A label in running English: `image generation`, but `3D` and `multimodal LLMs`."""
    return " ".join(word if re.search(r"\d|[A-Z].*[A-Z]", word) else word.lower() for word in label.split())


def brief(text: str, longest: int) -> str:
    """The first sentence of *text*; a longer one is cut behind a word."""
    first = next(iter(split(one_line(described(text), 1000))), "").rstrip(".。!！")
    return _cut(first, longest)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    at = max(head.rfind(mark) for mark in (" ", "，", "、", "；", ",", "。"))
    return head[: at if at > longest // 2 else longest].rstrip(" ,，、；-/(（") + "…"


def _is_phrase(head: str) -> bool:
    """Whether the head of a title is a saying, such as "One Quantizer is Enough", and not a name."""
    words = head.split()
    return len(words) > 1 and not any(re.search(r"[a-z][A-Z]|[A-Z]{2}|\d", word) for word in words)


def _coined(abstract: str) -> str:
    """The name that the abstract gives its work, in the sentence that introduces it."""
    for pattern in (_COINED, _BRACKETED, _COINED_LATER, _APPENDED, _PLAIN):
        if (match := pattern.search(abstract)) and not _COMMON.fullmatch(match[1].rstrip(".-")):
            return match[1].rstrip(".-")
    return ""


def facts(work: Work, topic: str = "") -> tuple[Fact, ...]:
    """Date, version, venue, licence and stars of the work, and the *topic* that it was filed under."""
    return tuple(_facts(work, topic))


def bibliographic(work: Work) -> tuple[Fact, ...]:
    """Who wrote it and the category that its authors chose: what a citation needs and no sentence tells."""
    lead = work.lead
    people = tuple(Fact(name="author", value=name, origin=lead.source) for name in lead.authors[:_PEOPLE])
    if len(lead.authors) > _PEOPLE:
        people += (Fact(name="author", value="et al.", origin=lead.source),)
    filed = lead.categories[:1] if lead.kind is Kind.PAPER else ()
    return (*people, *(Fact(name="category", value=value, origin=lead.source) for value in filed))


def _facts(work: Work, topic: str) -> Iterator[Fact]:
    lead = work.lead
    if lead.published:
        yield Fact(name="date", value=f"{lead.published:%Y-%m-%d}", origin=lead.source)
    if lead.version:
        yield Fact(name="version", value=lead.version, origin=lead.source)
    if named := venue(lead.comment):
        yield Fact(name="venue", value=named, origin="comment")
    for affiliation in lead.affiliations:
        yield Fact(name="affiliation", value=affiliation, origin=lead.source)
    for entry in work.entries:
        if entry.licence and entry.licence != "NOASSERTION":
            yield Fact(name="licence", value=entry.licence, origin=entry.source)
        if entry.stars:
            yield Fact(name="stars", value=f"{entry.stars:,}", origin=entry.source)
            break
    if topic:
        yield Fact(name="topic", value=topic, origin="classification")


def known_as(affiliations: Sequence[str], language: str) -> tuple[str, ...]:
    """Affiliations under the names that readers know; one that the table does not have stays as it is written.

    Without repetitions, and without a name that another one holds: "AMAP, Alibaba Group" says "Alibaba Group".
    """
    names = []
    for written in dict.fromkeys(affiliations):
        known = institutions.find(re.sub(r"^[Tt]he ", "", written)) or institutions.find(written)
        names.append((written if known is None else known.en, known.label(language) if known else written))
    full = [english for english, _ in names]
    kept = [label for english, label in names if not any(english != other and english in other for other in full)]
    return tuple(dict.fromkeys(kept))


def links(work: Work, more: Sequence[tuple[str, str]] = ()) -> tuple[Link, ...]:
    """The work's addresses: project page, code, models, paper, posts, each page once, in the order of the kinds.

    *more* are addresses found on its page or in its README, with the place.
    """
    found: dict[str, Link] = {}
    for entry in work.entries:
        for link in _links(entry):
            found.setdefault(canonical(link.url), link)
    for url, origin in more:
        if kind := _kind(url):
            found.setdefault(canonical(url), Link(kind=kind, url=url, origin=origin))
    order = list(LinkKind)
    return tuple(sorted(found.values(), key=lambda link: order.index(link.kind)))


def _links(entry: Entry) -> list[Link]:
    found = [Link(kind=_OWN[entry.kind], url=entry.url, origin=entry.source)] if entry.url else []
    if entry.kind is Kind.POST:
        return found  # a post's links lead to its subject and to the whole world; they serve identity only
    places = [("abstract", addresses(entry.text)), ("comment", addresses(entry.comment)), (entry.source, entry.links)]
    if entry.kind is Kind.RELEASE:
        places = places[2:]  # release notes link to contributors and issues
    for origin, urls in places:
        found += [Link(kind=kind, url=url, origin=origin) for url in urls if (kind := _kind(url))]
    return found


def addresses(text: str) -> tuple[str, ...]:
    """The web addresses in LaTeX: escaped underscores are theirs, dollars and braces are not."""
    plain = re.sub(r"\{?\\([_%#&~])\}?", r"\1", text)
    plain = re.sub(r"(?<![/\w.@-])www\.(?=[\w-]+\.\w)", "https://www.", plain)
    return find_urls(plain)


def _kind(url: str) -> LinkKind | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if arxiv_id(url):
        return None  # papers named in an abstract are other papers
    if repository(url) or host in _FORGES or host == "gist.github.com":
        return LinkKind.CODE
    if host in _MODEL_HOSTS:
        return LinkKind.MODEL
    if host in {"doi.org", "dx.doi.org"}:
        return None
    return None if not host or host in _NOT_PAGES or host.endswith("arxiv.org") else LinkKind.PROJECT
