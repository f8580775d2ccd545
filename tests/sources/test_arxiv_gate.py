"""How arXiv says that it is asked too fast."""

from __future__ import annotations

from weekly.sources.arxiv_gate import throttling


def test_arxiv_says_slower_in_three_ways():
    assert [throttling(status, {}) for status in (406, 429, 503, 403, 500)] == [True, True, True, False, False]
