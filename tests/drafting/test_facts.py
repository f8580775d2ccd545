from __future__ import annotations

from datetime import date

import pytest

from tests.drafting.works import paper
from weekly.drafting.facts import facts, institution_labels, owner_of
from weekly.models import Work


def test_affiliations_go_by_the_names_that_readers_know():
    written = ["Alibaba Group", "AMAP, Alibaba Group", "The Chinese University of Hong Kong", "Foo Institute"]
    assert institution_labels(written, "zh") == ("阿里巴巴 AMAP 团队", "香港中文大学", "Foo Institute")
    assert institution_labels(["ICL", "Imperial"], "en") == ("Imperial College London",)


def test_facts_name_their_origin():
    made = {
        fact.name: (fact.value, fact.origin)
        for fact in facts(Work(id="x", keys=frozenset(), entries=(paper(),)), "图像生成")
    }
    assert made["venue"] == ("CVPR 2025", "comment")
    assert made["date"] == ("2025-04-08", "arxiv")
    assert made["topic"] == ("图像生成", "classification")


def test_a_repository_tells_the_stars_that_it_gains_a_day():
    counts = ((date(2025, 4, 7), 300), (date(2025, 4, 11), 1_500))
    seen = paper(stars=1_500, star_counts=counts)
    told = {one.name: one.value for one in facts(Work(id="x", keys=frozenset(), entries=(seen,)), "")}
    assert (told["stars"], told["growth"]) == ("1,500", "300")
    shrunk = facts(Work(id="x", keys=frozenset(), entries=(paper(stars=5, star_counts=counts[::-1]),)), "")
    assert "growth" not in {one.name for one in shrunk}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/nvidia/thing", "NVIDIA"),
        ("https://research.nvidia.com/labs/x", "NVIDIA"),
        ("https://github.com/somebody/thing", None),
        ("https://research.somebody.com/thing", None),
        ("https://sites.google.com/view/thing", None),
    ],
)
def test_an_address_names_an_institution_only_when_it_is_the_institutions_own(url, name):
    owner = owner_of(url)
    assert (owner[0].en if owner else None) == name
