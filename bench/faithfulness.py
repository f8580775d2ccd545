"""How much the gate catches of planted errors, and how often it cries wolf: `python -m bench.faithfulness`.

First over cards that language models wrote of real papers, nearly all of them faithful: how many are flagged, and how
many of the faults planted into them are. Then over abstracts that are spelled another way.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from zlib import crc32

from bench import respelled
from bench.data import SHARED, lines
from bench.papers import papers
from bench.planted import DOUBTS, PLANTS
from bench.respelled import Tally
from tests.drafting.works import context
from weekly.checks.evidence import of_card, with_support
from weekly.claims import Claim, Sources
from weekly.drafting.extractive_drafter import create
from weekly.models import Candidate, Entry, Kind, Level, TopicScore, Work
from weekly.render.markdown import escape
from weekly.settings import Settings

HALVES = ("develop", "report")


@dataclass(frozen=True)
class Card:
    """A card by another hand, and all that was gathered of its paper."""

    id: str
    text: str
    sources: tuple[str, ...]

    @property
    def half(self) -> str:
        """Rules are made on the one half, and measured on the other."""
        return HALVES[sha256(self.id.encode()).digest()[0] % 2]


def cards(language: str, half: str, sample: int | None, seed: int) -> list[Card]:
    """The cards in *language*, chinese or english; *sample* of them drawn at random, all for None."""
    every = []
    for row in lines(SHARED / "data" / "prose" / f"{language}_cards.jsonl.gz"):
        sources = (row["title"], row["abstract"], row["comment"] or "", ", ".join(row["authors"]))
        every.append(Card(row["arxiv_id"], "\n".join(filter(None, row["text"])), sources))
    chosen = [card for card in every if half in ("both", card.half)]
    return chosen if sample is None else random.Random(seed).sample(chosen, min(sample, len(chosen)))


def flagged(language: str, chosen: Sequence[Card], *, show: bool) -> None:
    """How many cards are flagged as they are."""
    blocked, doubted = Tally(), Tally()
    for card in chosen:
        sources = Sources(card.sources)
        refused, doubts = sources.unsupported(card.text), sources.warnings(card.text)
        blocked.add(refused)
        doubted.add(doubts)
        if show and (refused or doubts):
            print(f"  {card.id} {_list(refused)} | warns {_list(doubts)}")
    print(f"{language + ' cards blocked':32} {blocked}")
    print(f"{language + ' cards warned of':32} {doubted}")


def planted(language: str, chosen: Sequence[Card], seed: int, *, show: bool) -> None:
    """How many of the faults put into cards are flagged, though the card as it was is not."""
    for level, plants in (("blocked", PLANTS), ("warned of", DOUBTS)):
        for name, plant in plants.items():
            tally = Tally()
            for card in chosen:
                chance = random.Random(crc32(f"{seed} {card.id} {name}".encode()))
                text = plant(card.text, "\n".join(card.sources), chance)
                if text is None:
                    continue
                sources = Sources(card.sources)
                judge = sources.unsupported if level == "blocked" else sources.warnings
                new = {claim.text for claim in judge(text)} - {claim.text for claim in judge(card.text)}
                tally.add(new)
                if show and not new:
                    print(f"  {card.id} {name}: {_difference(card.text, text)}")
            print(f"{f'{language} {level}: {name}':44} {tally}")


def edited(chosen: Sequence[Card]) -> None:
    """How many drafted cards block once an editor has put the card of the other hand in the extract's place."""
    writer = create(context(Settings(), evergreen=False))
    drafted, blocked, warned = Tally(), Tally(), Tally()
    for card in chosen:
        title, abstract, comment, authors = card.sources
        url = f"https://arxiv.org/abs/{card.id}"
        entry = Entry(
            source="arxiv", key=card.id, kind=Kind.PAPER, title=title, url=url, text=abstract, comment=comment,
            authors=tuple(authors.split(", ")),
        )  # fmt: skip
        work = Work(id=url, keys=frozenset({url}), entries=(entry,))
        topics = (TopicScore(topic="other", score=1.0, reason=""),)
        made = writer.card(Candidate(work=work, topics=topics, score=0.0, parts=()))
        drafted.add([one for one in of_card(made) if one.level is Level.BLOCK])
        found = list(of_card(with_support(replace(made, summary=escape(card.text)))))
        blocked.add([one for one in found if one.level is Level.BLOCK])
        warned.add([one for one in found if one.level is Level.WARN])
    print(f"{'drafted cards blocked':32} {drafted}")
    print(f"{'after the edit blocked':32} {blocked}")
    print(f"{'after the edit warned of':32} {warned}")


def _difference(before: str, after: str) -> str:
    start = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before))
    return after[max(0, start - 30) : start + 50].replace("\n", "⏎")


def _list(claims: Sequence[Claim]) -> str:
    return ", ".join(f"{claim.about}: {claim.text}" for claim in claims) or "-"


def cases() -> None:
    """Single texts that the gate once got wrong."""
    rows = lines(SHARED / "cases" / "gate.jsonl")
    wrong = []
    for row in rows:
        sources = Sources([row["source"]])
        if row["faithful"] == bool(sources.unsupported(row["text"]) or sources.warnings(row["text"])):
            wrong.append(row["label"])
    print(f"{'cases right':32} {len(rows) - len(wrong)}/{len(rows)} {', '.join(wrong)}")


def rate(chosen: Sequence[Card]) -> float:
    """Texts a second, on one core: the sources read and the card held against them, once the tables are loaded."""
    for card in chosen[:20]:
        Sources(card.sources).unsupported(card.text)
    started = time.process_time()
    for card in chosen:
        Sources(card.sources).unsupported(card.text)
    return len(chosen) / (time.process_time() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="flagged, planted, edited, cases, respelled, rate; all of them by default"
    )
    parser.add_argument("--half", choices=(*HALVES, "both"), default="both")
    parser.add_argument("--sample", type=int, help="this many cards of each language, and papers")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="what is flagged, and what is missed")
    return parser.parse_args()


def main() -> None:
    options = _options()
    parts = options.parts or ["flagged", "planted", "edited", "cases", "respelled", "rate"]
    prose = {name: cards(name, options.half, options.sample, options.seed) for name in ("chinese", "english")}
    for part in parts:
        if part == "flagged":
            for language, chosen in prose.items():
                flagged(language, chosen, show=options.show)
        elif part == "planted":
            planted("chinese", prose["chinese"], options.seed, show=options.show)
        elif part == "edited":
            edited(prose["chinese"])
        elif part == "cases":
            cases()
        elif part == "respelled":
            for name, tally in respelled.measure(papers(options.sample or 4000)).items():
                print(f"{f'respelled: {name}':32} {tally}")
        elif part == "rate":
            print(f"{'texts a second':32} {rate(prose['chinese']):.0f}")


if __name__ == "__main__":
    main()
