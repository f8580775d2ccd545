"""Drafting single texts: a line of JSON in, the same line with its card out, held against what the line says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from weekly.checks import evidence
from weekly.claims import Sources
from weekly.drafting import Drafter
from weekly.drafting.links import addresses
from weekly.models import Candidate, Card, Entry, Evidence, Finding, Kind, Link, TopicScore, Work
from weekly.select.identity import keys
from weekly.select.urls import arxiv_id, canonical
from weekly.text import one_line, paragraphs
from weekly.text.latex import readable
from weekly.text.sentences import split


def draft_text(row: Mapping[str, Any], writer: Drafter) -> dict[str, Any]:
    """*row* (`title`, `abstract`; also `comment`, `url`, `arxiv_id`, `affiliations`, `links`, `topic`) with its card.

    Adds `summary`, `evidence`, `tags`, `links` and `findings`. A row that has a `summary` beside its `abstract` keeps
    it: then the findings say what of it the row's sources do not hold.
    """
    entry = entry_of(row)
    card = writer.card(_candidate(entry, str(row.get("topic") or "other")))
    given = str(row.get("summary") or "") if row.get("abstract") else ""
    found = _findings(given, row, entry, card) if given else list(evidence.of_card(card))
    return {
        **row,
        "name": card.name,
        "summary": given or card.summary,
        "evidence": [_proof(proof, entry) for proof in card.evidence],
        "tags": list(card.tags),
        "links": [{"kind": kind, "url": url, "origin": origin} for kind, url, origin in _links(entry, card.links)],
        "findings": [{"check": one.check, "level": one.level.value, "message": one.message} for one in found]
        + [{"check": "notes", "level": "warn", "message": note} for note in card.notes],
    }


def entry_of(row: Mapping[str, Any]) -> Entry:
    """The entry that a row describes; a paper, unless it says otherwise."""
    kind = Kind(row["kind"]) if row.get("kind") in set(Kind) else Kind.PAPER
    identifier = one_line(str(row.get("arxiv_id") or row.get("id") or ""), 60)
    url = str(row.get("url") or "") or (f"https://arxiv.org/abs/{identifier}" if identifier else "")
    if identifier and not arxiv_id(url) and not row.get("url"):
        url = ""
    return Entry(
        source="input",
        key=url or one_line(str(row.get("title") or ""), 200),
        kind=kind,
        title=one_line(str(row.get("title") or ""), 500),
        url=url,
        text=paragraphs(
            str(row.get("abstract") or row.get("text") or row.get("description") or row.get("summary") or "")
        ),
        affiliations=_strings(row.get("affiliations") or row.get("institutions")),
        categories=_strings(row.get("categories")),
        comment=one_line(str(row.get("comment") or ""), 1000),
        links=_strings(row.get("links")),
        version=one_line(str(row.get("version") or ""), 20),
    )


def _candidate(entry: Entry, topic: str) -> Candidate:
    work = Work(id=entry.url or entry.key, keys=keys(entry), entries=(entry,))
    return Candidate(work=work, topics=(TopicScore(topic=topic, score=1.0, reason="given"),), score=0.0, parts=())


def _findings(text: str, row: Mapping[str, Any], entry: Entry, card: Card) -> list[Finding]:
    texts = [entry.title, entry.text, entry.comment, *entry.affiliations, *(fact.value for fact in card.facts)]
    held = Sources([*texts, *_strings(row.get("sources"))], [link.url for link in card.links])
    return list(evidence.findings(held.unsupported(text), card.id, card.name))


def _proof(proof: Evidence, entry: Entry) -> dict[str, Any]:
    """A quote in the source's own letters, LaTeX and all, where the sentence can be found there."""
    own = proof.quote
    if own not in entry.text:
        own = next((raw for raw in split(entry.text) if readable(raw) == own), own)
    return {"quote": own, "origin": proof.origin, "supports": list(proof.supports)}


def _links(entry: Entry, links: Sequence[Link]) -> list[tuple[str, str, str]]:
    """The card's links, then whatever else the abstract and the comment lead to."""
    found = [(link.kind.value, link.url, link.origin) for link in links]
    known = {canonical(link.url) for link in links}
    for origin, text in (("abstract", entry.text), ("comment", entry.comment)):
        for url in addresses(text):
            if canonical(url) not in known:
                known.add(canonical(url))
                found.append(("other", url, origin))
    return found


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list | tuple):
        return ()
    texts = (one.get("url") or one.get("name") if isinstance(one, Mapping) else one for one in value)
    return tuple(one_line(str(text), 500) for text in texts if text)
