"""A candidate is found by what an editor remembers of it, slips of the keys included."""

from __future__ import annotations

import pytest

from weekly.models import Candidate, Entry, Kind, TopicScore, Work
from weekly.review.search import search
from weekly.select.identity import keys, preferred_key


def candidate(url, title, **more):
    entry = Entry(source="arxiv", key=url, kind=Kind.PAPER, title=title, url=url, **more)
    work = Work(id=preferred_key(keys(entry)), keys=keys(entry), entries=(entry,))
    return Candidate(work=work, topics=(TopicScore(topic="3d", score=1, reason=""),), score=0, parts=())


UNO = candidate(
    "https://arxiv.org/abs/2504.02160",
    "UNO: Less-to-More Generalization",
    authors=("Shaojin Wu", "Jörg Müller"),
    affiliations=("ByteDance",),
    text="We unlock controllability with diffusion transformers.",
)
CODE = candidate("https://github.com/bytedance/UNO", "bytedance/UNO", text="Official code 统一生成")
ALL = [UNO, CODE, candidate("https://arxiv.org/abs/2504.00001", "Something Else", text="About transformers.")]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ALL),
        ("  ", ALL),
        ("less-to-more", [UNO]),
        ("shaojin", [UNO]),
        ("MÜLLER bytedance", [UNO]),
        ("controllability", [UNO]),
        ("controlability", [UNO]),
        ("contorllability", [UNO]),
        ("transfromers", [UNO, ALL[2]]),
        ("generalisation", [UNO]),
        ("2504.02160", [UNO]),
        ("arXiv:2504.02160", [UNO]),
        ("https://arxiv.org/pdf/2504.02160v2.pdf", [UNO]),
        ("https://github.com/ByteDance/uno/issues", [CODE]),
        ("bytedance/uno", [CODE]),
        ("统一", [CODE]),
        ("uno transformers else", []),
        ("cat", []),
        ("x" * 10_000, []),
    ],
)
def test_what_is_asked_finds(asked, expected):
    assert search(ALL, asked) == expected
