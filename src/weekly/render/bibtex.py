"""An issue's works as BibTeX, an entry for each card, for those who cite with LaTeX.

The fields are those of arXiv's own export (https://info.arxiv.org/help/hypertex/bibstyles/index.html); `@software` is
biblatex's, and a style that does not know it takes it for `@misc`. BibTeX counts braces and knows no escape for them
(https://www.ctan.org/pkg/btxdoc), so that none of a title's own may stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from weekly.models import Card, Kind, LinkKind
from weekly.select.urls import arxiv_id
from weekly.text import one_line
from weekly.text.latex import escape_latex

MOST = 100
"""Authors that are named; a collaboration of thousands is `others` behind them."""
_TYPES = {
    Kind.PAPER: "misc",
    Kind.PROJECT: "software",
    Kind.MODEL: "software",
    Kind.RELEASE: "software",
    Kind.POST: "online",
}
_OWN = {
    Kind.PAPER: LinkKind.PAPER,
    Kind.PROJECT: LinkKind.CODE,
    Kind.MODEL: LinkKind.MODEL,
    Kind.RELEASE: LinkKind.RELEASE,
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{4})-(\d\d)-\d\d")
_WIDEST = len("archivePrefix")


def bibliography(cards: Iterable[Card], head: Iterable[str] = ()) -> str:
    """The entries of *cards* as a file that begins with the lines *head*."""
    # BibTeX knows no comments: everything outside of an entry is one, until the next at sign.
    comments = "".join(f"% {one_line(line).replace('@', '(at)')}\n" for line in head)
    return "\n".join(filter(None, (comments, *map(entry, cards))))


def entry(card: Card) -> str:
    """The entry of *card*."""
    kind = _TYPES[card.kind]
    lines = [f"  {name:<{_WIDEST}} = {value}" for name, value in _fields(card)]
    return f"@{kind}{{{key(card.id)},\n" + ",\n".join(lines) + "\n}\n"


def key(identity: str) -> str:
    """The citation key of a work: what we call it, such as `arxiv:2504.06263`, for as long as it has that name."""
    clean = re.sub(r"[^A-Za-z0-9:./_+-]+", "-", identity).strip("-")
    if clean == identity:
        return clean
    return f"{clean[:80]}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"


def _fields(card: Card) -> Iterator[tuple[str, str]]:
    facts = {fact.name: fact.value for fact in card.facts}
    yield "title", f"{{{{{_tex(card.title)}}}}}"  # the inner pair keeps the capitals
    if people := _people(card):
        yield "author", f"{{{people}}}"
    if match := _DATE.match(facts.get("date", "")):
        yield "year", f"{{{match[1]}}}"
        yield "month", _MONTHS[(int(match[2]) - 1) % 12]
    yield from _identifiers(card, facts.get("category", ""))
    if card.kind in {Kind.PROJECT, Kind.RELEASE} and (version := facts.get("version")):
        yield "version", f"{{{_tex(version)}}}"
    if address := _address(card):
        yield "url", f"{{{address}}}"
    if card.tags:
        yield "keywords", f"{{{_tex(', '.join(card.tags))}}}"
    if venue := facts.get("venue"):
        yield "note", f"{{{_tex(venue)}}}"


def _identifiers(card: Card, category: str) -> Iterator[tuple[str, str]]:
    number = next((found for link in card.links if link.kind is LinkKind.PAPER and (found := arxiv_id(link.url))), "")
    if number:
        yield "eprint", f"{{{number}}}"
        yield "archivePrefix", "{arXiv}"
        if category:
            yield "primaryClass", f"{{{_tex(category)}}}"
    if doi := next((one.removeprefix("doi:") for one in card.keys if one.startswith("doi:")), ""):
        yield "doi", f"{{{_verbatim(doi)}}}"


def _people(card: Card) -> str:
    names = [fact.value for fact in card.facts if fact.name == "author"]
    named = [_person(name, whole=card.kind is not Kind.PAPER) for name in names[:MOST] if name != "et al."]
    more = len(names) > MOST or "et al." in names
    return " and ".join([*named, "others"] if more and named else named)


def _person(name: str, *, whole: bool) -> str:
    """A name, in braces where BibTeX would take it apart: an account, an institution, a word `and` in it."""
    text = _tex(name)
    whole = whole or " " not in text or "," in text or re.search(r"\band\b", text, re.IGNORECASE) is not None
    return f"{{{text}}}" if whole else text


def _address(card: Card) -> str:
    """Where the work itself is: the paper, the repository, the release, else the first of its links."""
    own = _OWN.get(card.kind, LinkKind.POST)
    ordered = sorted(card.links, key=lambda link: link.kind is not own)
    return _verbatim(ordered[0].url) if ordered else ""


def _verbatim(url: str) -> str:
    """What stands in a field that LaTeX prints as it is: without what ends the field, or a line."""
    return re.sub(r"[\\{}\s\"<>^`|]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)


def _tex(text: str) -> str:
    return escape_latex(one_line(text, 1000))
