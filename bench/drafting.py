"""Drafting without a model over real abstracts: `python -m bench.drafting`.

Prints how many have a summary and evidence, how many numbers stand outside their source, how many name what the work
is, show the figure of its result, have the whole title as their subject or residue of LaTeX in them, how many of the
abstracts' links were found, and the rate on one core.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from bench.data import SHARED
from bench.papers import Paper, papers
from tests.drafting.works import context
from weekly.claims import Sources
from weekly.drafting.extractive_drafter import create
from weekly.render.markdown import to_text
from weekly.settings import Settings
from weekly.stages.draft_text import draft_text
from weekly.text.latex import readable
from weekly.text.sentences import split

_URL = re.compile(r"https?://[^\s{}<>\"']+")
"""Found by other means than the drafter's own."""
_RESULT = re.compile(r"\d+(?:\.\d+)?(?=\s?(?:%|×|x\b|percent|points?))|\d+\.\d+")
_TELLS = re.compile(
    r"experiment|result|outperform|achiev|state.of.the.art|surpass|improv|demonstrat|evaluat|\d\s?%", re.IGNORECASE
)
_RESIDUE = re.compile(
    r"\\[A-Za-z]|\b(?:mname|ttfamily|xspace)\b|\(\s*[,;]?\s*\)|\bas (?:shown|illustrated) in (?:Fig|Tab)|\s's\b"
)


_CHINESE = {"万亿": 10**12, "亿": 10**8, "万": 10**4}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(万亿|亿|万)")
_ENGLISH = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "billion": 9, "t": 12, "trillion": 12, "": 0}
_WORDS = {
    word: at
    for at, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
} | {
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
}
_SOURCE_AMOUNT = re.compile(
    rf"(?:(\d[\d,]*(?:\.\d+)?)|\b({'|'.join(_WORDS)}))[\s-]?(hundred[\s-])?(thousand|million|billion|trillion|[KMBT]\b)?",
    re.IGNORECASE,
)


def _amounts(source: str) -> Iterator[Decimal]:
    """The amounts that a source names, by a reading of their English that shares nothing with the drafter's."""
    for digits, word, hundred, scale in _SOURCE_AMOUNT.findall(source):
        number = Decimal(digits.replace(",", "")) if digits else Decimal(_WORDS[word.lower()])
        yield number * (100 if hundred else 1) * 10 ** _ENGLISH[scale.lower()]


@dataclass
class Report:
    """What came of the papers."""

    cards: int = 0
    summaries: int = 0
    evidence: int = 0
    numbers_outside: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    links: int = 0
    links_found: int = 0
    missed: list[str] = field(default_factory=list)
    rate: float = 0.0
    kinds: int = 0
    with_figure: int = 0
    figure_shown: int = 0
    title_as_subject: int = 0
    residue: int = 0


def measure(chosen: list[Paper], language: str = "zh") -> Report:
    """The report on *chosen*."""
    settings = Settings.model_validate({"newsletter": {"language": language}})
    writer = create(context(settings, evergreen=False))
    report, spent = Report(), 0.0
    for paper in chosen:
        row = {
            "title": paper.title,
            "abstract": paper.abstract,
            "comment": paper.comment,
            "categories": paper.categories,
            "authors": paper.authors,
        }
        started = time.process_time()
        done = draft_text(row, writer)
        spent += time.process_time() - started
        _look(done, paper, report)
    report.rate = len(chosen) / spent
    return report


def _look(done: dict, paper: Paper, report: Report) -> None:
    report.cards += 1
    report.summaries += len(done["summary"]) > 80
    report.evidence += bool(done["evidence"])
    report.findings += [f"{one['message']}" for one in done["findings"]]
    text, title = to_text(done["summary"]), readable(paper.title)
    report.kinds += not re.match(r".{0,200}(?:论文|\ba paper\b)", text.partition("\n")[0])
    report.title_as_subject += text.startswith(title) and ":" not in title
    report.residue += bool(_RESIDUE.search(text))
    told = [one for one in split(readable(paper.abstract))[1:] if _TELLS.search(one) and _RESULT.search(one)]
    report.with_figure += bool(told)
    report.figure_shown += any(figure in text for one in told for figure in _RESULT.findall(one))
    held = Sources([paper.title, paper.abstract, paper.comment])
    source = f"{held.text} {paper.title} {paper.abstract} {paper.comment} {len(paper.authors)}"
    digits = set(re.findall(r"\d+", source)) | set(re.findall(r"\d+", source.replace(",", "")))
    amounts, rest = set(_amounts(source)), _AMOUNT.sub(" ", to_text(done["summary"]))
    told_amounts = [(match[0], Decimal(match[1]) * _CHINESE[match[2]]) for match in _AMOUNT.finditer(text)]
    report.numbers_outside += [written for written, value in told_amounts if value not in amounts]
    known = digits | {f"{value.normalize():f}" for value in amounts}
    report.numbers_outside += [one for one in re.findall(r"\d+", rest) if one not in known]
    found = {one["url"].rstrip("/") for one in done["links"]}
    for url in _URL.findall(paper.abstract.replace("\\_", "_")):
        bare = url.rstrip(".,;:)]$'~\\*").rstrip("/")
        report.links += 1
        if bare in found:
            report.links_found += 1
        else:
            report.missed.append(bare)


def known_of_picked() -> tuple[int, int, int]:
    """Of the papers that a community picked in the second window: how many, with code, with an institution.

    From title, abstract and comment alone; pages, with their pictures and affiliations, are not at hand.
    """
    ids = set(json.loads((SHARED / "data" / "picks_2025-04-01_2025-04-14.json").read_text()))
    writer = create(context(Settings(), evergreen=False))
    picked = [one for one in papers() if one.id in ids]
    done = [
        draft_text({"title": one.title, "abstract": one.abstract, "comment": one.comment}, writer) for one in picked
    ]
    coded = sum(any(link["kind"] == "code" for link in card["links"]) for card in done)
    return len(done), coded, sum(any(proof["origin"] == "affiliation" for proof in card["evidence"]) for card in done)


if __name__ == "__main__":
    for language in ("zh", "en"):
        seen = measure(papers(1000), language)
        print(f"{language}: {seen.cards} cards, {seen.summaries} summaries, {seen.evidence} with evidence")
        print(f"    numbers outside the source {len(seen.numbers_outside)}; findings {len(seen.findings)}")
        print(f"    {seen.kinds} say what it is; {seen.figure_shown} of {seen.with_figure} show a result's figure")
        print(f"    {seen.title_as_subject} with the whole title as subject; {seen.residue} with residue of LaTeX")
        print(f"    {seen.rate:.0f} cards a second")
    every = measure([paper for paper in papers() if "http" in paper.abstract])
    print(f"links of every abstract that has some: {every.links_found}/{every.links}; missed: {every.missed[:9]}")
    count, coded, institutions = known_of_picked()
    print(f"{count} picked papers without their pages: {coded} with code, {institutions} with an institution")
