"""A house's own topics and its own choice: python -m bench.house

Topics: those of docs/topics.md as an owner would type them, on the papers of two windows, alone and beside the topics
of the package. Choice: each page and digest that a house published is left out in turn; what the others chose teaches,
as `weekly learn selection` does after `weekly import`, and the papers of the one left out are looked for in these.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.data import DATA, SHARED, entry, known_topics, lines
from weekly.classify import create
from weekly.classify.rules import Rules
from weekly.learning.house import learn_house
from weekly.learning.selection import LabelledWork, single_entry_work
from weekly.models import Entry, Work
from weekly.select.house import FILE
from weekly.select.rank import rank
from weekly.select.selection_weights import packaged_weights
from weekly.select.tokens import reading
from weekly.settings import Settings, Topic, default_topics
from weekly.stages.assess import assess

PAPERS = DATA / "arxiv" / "house_papers.jsonl.gz"
WINDOWS = sorted((DATA / "arxiv").glob("2025-*.jsonl.gz"))
PAGES = (*sorted((SHARED / "corpus" / "paperdaily").glob("*.md")), *sorted((SHARED / "seeds").glob("00[013]_*.txt")))
DOCUMENTED = Path(__file__).parents[1] / "docs" / "topics.md"
FIRST = 250


def main() -> None:
    entries = [entry(line) for path in WINDOWS for line in lines(path)]
    own_topics(entries)
    theory = [one for one in entries if "cs.IT" in one.categories]
    filed = create(known_topics()).classify(theory)
    print(f"of {len(theory)} papers in cs.IT filed under code: {sum(one[0].topic == 'code_llm' for one in filed)}")
    own_choice()


def own_topics(entries: Sequence[Entry]) -> None:
    """Whether what a keyword names is filed under its topic, and nothing else."""
    examples = re.findall(r"```toml\n(.*?)```", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)
    rows = [row for example in examples for row in tomllib.loads(example).get("topics", ())]
    own = [Topic(**row) for row in rows if row["slug"] not in default_topics()]
    rules = Rules([one.model_copy(update={"categories": ()}) for one in own])
    read = [reading(one.title, one.text)[:2] for one in entries]
    named = [max(rules.points(rules.hits(*text, one))) > 0 for text, one in zip(read, entries, strict=True)]
    slugs = {one.slug for one in own}
    for name, topics in (("alone", own), ("beside those of the package", [*known_topics(), *own])):
        filed = [[one.topic in slugs for one in found] for found in create(topics).classify(entries)]
        first = sum(one[0] for one, wanted in zip(filed, named, strict=True) if wanted)
        either = sum(any(one) for one, wanted in zip(filed, named, strict=True) if wanted)
        others = sum(one[0] for one, wanted in zip(filed, named, strict=True) if not wanted)
        print(f"own topics {name}: {first} of {sum(named)} named, {either} first or second; {others} others")


def own_choice() -> None:
    """Where the papers of a page stand that was left out of learning, before and after."""
    papers = {line["arxiv_id"]: entry(line) for line in lines(PAPERS)}
    candidates = {line["arxiv_id"]: entry(line) for path in WINDOWS for line in lines(path) if line["authors"]}
    chosen = {page.name: named(page) & papers.keys() for page in PAGES}
    crowd, house = [], []
    for page, keys in chosen.items():
        works = [single_entry_work(one) for one in (candidates | {key: papers[key] for key in keys}).values()]
        taught = {key: where for where, others in chosen.items() if where != page for key in others - keys}
        choices = [
            LabelledWork(work=single_entry_work(papers[key]), topics=(), picked=True, source=where)
            for key, where in sorted(taught.items())
        ]
        learned = learn_house(choices, packaged_weights(), crowd=True).content
        crowd += places(works, keys, None)
        house += places(works, keys, learned)
        before, after = median(crowd[-len(keys) :]), median(house[-len(keys) :])
        print(f"{len(keys)} papers of {page[:20]}: median place {before:.0f}, with the house {after:.0f}", flush=True)
    for name, found in (("the crowd alone", crowd), ("with the house", house)):
        share = sum(place <= FIRST for place in found) / len(found)
        print(f"{name}: {len(found)} papers, median place {median(found):.0f}, {share:.0%} among the first {FIRST}")


def named(page: Path) -> set[str]:
    """What may be an arXiv id in a page, in links and in the addresses of pictures."""
    return set(re.findall(r"(?<!\d)\d{4}\.\d{5}(?!\d)", page.read_text(encoding="utf-8")))


def places(works: Sequence[Work], keys: set[str], learned: bytes | None) -> list[int]:
    """Where *keys* stand among *works*, from 1, in a workspace that has *learned* this."""
    with tempfile.TemporaryDirectory() as root:
        if learned:
            (Path(root) / ".weekly").mkdir()
            (Path(root) / ".weekly" / FILE).write_bytes(learned)
        ranked = [one.work.lead.key for one in rank(assess(Settings(), Path(root), works))]
    return [place for place, key in enumerate(ranked, 1) if key in keys]


if __name__ == "__main__":
    main()
