from __future__ import annotations

import pytest

from tests.drafting.works import paper
from weekly.drafting.links import addresses, links_of
from weekly.models import LinkKind, Work


def test_links_remember_where_they_were_found():
    found = [
        (link.kind, link.url, link.origin) for link in links_of(Work(id="x", keys=frozenset(), entries=(paper(),)))
    ]
    assert found == [
        (LinkKind.PROJECT, "https://omnisvg.github.io/", "comment"),
        (LinkKind.CODE, "https://github.com/OmniSVG/OmniSVG", "abstract"),
        (LinkKind.PAPER, "https://arxiv.org/abs/2504.06263", "arxiv"),
    ]


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (r"at https://github.com/a/b\_c.", "https://github.com/a/b_c"),
        (r"$\href{https://github.com/a/b}{\text{here}}$", "https://github.com/a/b"),
        ("on www.example.org/x, too", "https://www.example.org/x"),
        ("(see https://a.github.io/b/).", "https://a.github.io/b/"),
    ],
)
def test_addresses_are_found_in_latex(text, url):
    assert addresses(text) == (url,)
