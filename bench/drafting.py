"""Drafting without a model over real abstracts: `python -m bench.drafting`.

Prints how many have a summary and evidence, how many numbers stand outside their source, how many of the abstracts'
links were found, and the rate on one core.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field

from bench.papers import Paper, papers
from weekly.claims import Sources
from weekly.drafting.context import DraftingContext
from weekly.drafting.extractive_drafter import create
from weekly.render.environment import environment
from weekly.render.markdown import to_text
from weekly.settings import Settings
from weekly.stages.draft_text import draft_text

_URL = re.compile(r"https?://[^\s{}<>\"']+")
"""Found by other means than the drafter's own."""


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


def measure(chosen: list[Paper], language: str = "zh") -> Report:
    """The report on *chosen*."""
    settings = Settings.model_validate({"newsletter": {"language": language}})
    writer = create(DraftingContext(settings=settings, templates=environment(), evergreen=False))
    report, spent = Report(), 0.0
    for paper in chosen:
        row = {
            "title": paper.title,
            "abstract": paper.abstract,
            "comment": paper.comment,
            "categories": paper.categories,
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
    held = Sources([paper.title, paper.abstract, paper.comment])
    digits = set(re.findall(r"\d+", f"{held.text} {paper.title} {paper.abstract} {paper.comment}"))
    report.numbers_outside += [one for one in re.findall(r"\d+", to_text(done["summary"])) if one not in digits]
    found = {one["url"].rstrip("/") for one in done["links"]}
    for url in _URL.findall(paper.abstract.replace("\\_", "_")):
        bare = url.rstrip(".,;:)]$'~\\*").rstrip("/")
        report.links += 1
        if bare in found:
            report.links_found += 1
        else:
            report.missed.append(bare)


if __name__ == "__main__":
    for language in ("zh", "en"):
        seen = measure(papers(400), language)
        print(f"{language}: {seen.cards} cards, {seen.summaries} summaries, {seen.evidence} with evidence")
        print(f"    numbers outside the source {len(seen.numbers_outside)}; findings {len(seen.findings)}")
        print(f"    {seen.rate:.0f} cards a second")
    every = measure([paper for paper in papers() if "http" in paper.abstract])
    print(f"links of every abstract that has some: {every.links_found}/{every.links}; missed: {every.missed[:9]}")
