"""What a house likes is learned from what it published, and only where it helps."""

from __future__ import annotations

import random
import re

from tests.classify.works import entry
from weekly import jsonl
from weekly.learning.background import SAMPLE, background
from weekly.learning.house import learn_house
from weekly.learning.selection import LabelledWork, single_entry_work
from weekly.select.house import FILE, load_house
from weekly.select.selection_weights import no_crowd, packaged_weights

COMMON = sorted(word for word, count in background().figures.items() if count > 2500 and " " not in word)


def works(said, *, count=40, pages=5, picked=True, seed=1):
    """Works of *pages* publications in the words that papers in general say, and two of *said*."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        text = " ".join([*chance.sample(COMMON, 40), *chance.sample(said, 2)])
        one = entry(" ".join(chance.sample(said, 1)), text, key=f"{seed} {number}")
        work = single_entry_work(one)
        made.append(LabelledWork(work=work, topics=(), picked=picked, source=f"page {number % pages}"))
    return made


LIKED = ("gaussian", "splatting", "avatar", "relighting")


def test_a_house_with_a_line_of_its_own_is_learned_and_said_in_a_screen(tmp_path):
    outcome = learn_house(works(LIKED), no_crowd(), crowd=False)
    rises = next(line for line in outcome.report.splitlines() if line.startswith("rises: "))
    assert set(LIKED) & set(rises.removeprefix("rises: ").split(", "))
    assert "falls: " in outcome.report
    assert len(outcome.report.splitlines()) <= 10
    (tmp_path / FILE).write_bytes(outcome.content)
    house = load_house(tmp_path / FILE)
    assert house.score({"avatar"}, 10) > house.score({"query"}, 10)


def test_what_was_passed_over_is_the_other_side_too():
    passed = works(("avatar", "portrait"), count=40, picked=False, seed=2)
    with_them = learn_house([*works(LIKED), *passed], no_crowd(), crowd=False)
    assert "40 passed over" in with_them.report
    assert with_them.content != learn_house(works(LIKED), no_crowd(), crowd=False).content


def test_papers_that_have_nothing_in_common_are_not_put_forward(shared):
    rows = [row for _, row in jsonl.read(shared / "data" / "arxiv" / "2025-01-27_2025-02-10.jsonl.gz")]
    some = random.Random(3).sample([row for row in rows if row["abstract"]], 40)
    anything = [
        LabelledWork(
            work=single_entry_work(entry(row["title"], row["abstract"])), topics=(), picked=True, source=f"page {number % 8}"
        )
        for number, row in enumerate(some)
    ]  # fmt: skip
    outcome = learn_house(anything, packaged_weights(), crowd=True)
    after = re.search(r"before, (\d+) after", outcome.report)
    assert int(after[1]) > SAMPLE // 4


def test_too_little_teaches_nothing():
    few = learn_house(works(LIKED, count=19), no_crowd(), crowd=False)
    one_page = learn_house(works(LIKED, pages=1), no_crowd(), crowd=False)
    for outcome in (few, one_page, learn_house([], no_crowd(), crowd=False)):
        assert outcome.content is None
        assert outcome.report.endswith("at least 20 works of two publications are needed; kept the old")


def test_the_background_is_figures_alone():
    known = background()
    assert known.texts > 20_000
    assert len(known.sample) == len(known.lengths) == len(known.crowd) == SAMPLE
    assert all(len(words) <= length for words, length in zip(known.sample, known.lengths, strict=True))
