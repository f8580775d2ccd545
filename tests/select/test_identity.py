from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.models import Entry, Kind
from weekly.select.identity import (
    address_keys,
    identities_in,
    keys,
    named_pages,
    named_papers,
    named_repositories,
    preferred_key,
    short_name,
)


def entry(kind, url, **more):
    return Entry(source="s", key="k", kind=kind, title="A title", url=url, **more)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (entry(Kind.PAPER, "https://arxiv.org/abs/2504.00001"), {"arxiv:2504.00001"}),
        (
            entry(Kind.PAPER, "https://arxiv.org/abs/2504.00001", links=("https://doi.org/10.1000/X",)),
            {"arxiv:2504.00001", "doi:10.1000/x"},
        ),
        (entry(Kind.PAPER, "https://doi.org/10.1000/X"), {"doi:10.1000/x"}),
        (entry(Kind.POST, "https://huggingface.co/papers/2504.00001"), {"arxiv:2504.00001"}),
        (entry(Kind.POST, "https://blog.example/a/?utm_source=x"), {"url:blog.example/a"}),
        (entry(Kind.PROJECT, "https://github.com/Acme/Rocket"), {"github:acme/rocket"}),
        (entry(Kind.POST, "https://github.com/acme/rocket/tree/main?tab=readme"), {"github:acme/rocket"}),
        (entry(Kind.POST, "https://github.com/acme/rocket/issues/1"), {"url:github.com/acme/rocket/issues/1"}),
        (
            entry(Kind.RELEASE, "https://github.com/acme/rocket/releases/tag/v1", version="v1"),
            {"release:acme/rocket@v1"},
        ),
        (entry(Kind.RELEASE, "https://github.com/acme/rocket/releases/tag/v1"), {"release:acme/rocket@v1"}),
        (entry(Kind.RELEASE, "https://example.org/v1"), {"url:example.org/v1"}),
        (entry(Kind.POST, "https://x.example/notes#April_07"), {"url:x.example/notes#April_07"}),
        (entry(Kind.POST, "https://x.example/", shares_address=True), {"entry:s k"}),
        (entry(Kind.POST, "https://arxiv.org/abs/2504.00001", shares_address=True), {"arxiv:2504.00001"}),
        (entry(Kind.PAPER, "https://aclanthology.org/2025.acl-long.1.pdf"), {"doi:10.18653/v1/2025.acl-long.1"}),
        (entry(Kind.PAPER, "https://doi.org/10.18653/v1/2025.acl-long.1"), {"doi:10.18653/v1/2025.acl-long.1"}),
        (entry(Kind.PROJECT, "https://github.com/a/b", ids=("github-id:7",)), {"github:a/b", "github-id:7"}),
    ],
)
def test_what_an_entry_is(one, expected):
    assert keys(one) == expected


def test_the_paper_s_name_goes_before_the_repository_s():
    assert preferred_key(frozenset({"url:a", "github:a/b", "arxiv:2504.00001"})) == "arxiv:2504.00001"
    assert preferred_key(frozenset({"url:b", "url:a"})) == "url:a"


def test_what_an_entry_names():
    one = entry(
        Kind.PAPER,
        "https://arxiv.org/abs/2504.00001",
        text="Code at https://github.com/a/b, page https://a.github.io, see arXiv:2504.00009 and https://huggingface.co",
        links=("https://doi.org/10.1000/x", "https://rocket.example/home/"),
    )
    assert named_repositories(one) == ("a/b",)
    assert named_papers(one) == ("2504.00009",)
    assert named_pages(one) == ("url:a.github.io", "url:rocket.example/home")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("UNO: A Universal", "UNO"),
        ("Big Model：说明", "Big Model"),
        ("No name here", ""),
        ("A clause of far too many words: x", ""),
    ],
)
def test_the_name_that_a_title_gives(title, name):
    assert short_name(title) == name


@given(st.text(min_size=1, max_size=2000))
def test_keys_have_a_bounded_length_and_differ(path):
    one = keys(entry(Kind.POST, f"https://a.example/{path}"))
    assert all(len(key) <= 220 for key in one)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2504.00001v2", {"arxiv:2504.00001"}),
        (" arXiv:2504.00001 ", {"arxiv:2504.00001"}),
        ("https://arxiv.org/pdf/2504.00001", {"arxiv:2504.00001"}),
        ("arxiv:2504.00001", {"arxiv:2504.00001"}),
        ("Acme/Rocket", {"github:acme/rocket"}),
        ("acme/rocket@v1", {"release:acme/rocket@v1"}),
        (
            "https://github.com/acme/rocket/releases/tag/v1",
            {"release:acme/rocket@v1", "url:github.com/acme/rocket/releases/tag/v1"},
        ),
        ("10.1000/X", {"doi:10.1000/x"}),
        ("some words", set()),
        ("", set()),
    ],
)
def test_what_a_person_may_mean(text, expected):
    assert identities_in(text) == expected


@pytest.mark.parametrize(
    ("url", "keys"),
    [
        ("https://arxiv.org/pdf/2504.00001v3", {"arxiv:2504.00001"}),
        ("https://github.com/Acme/Rocket", {"github:acme/rocket"}),
        (
            "https://github.com/Acme/Rocket/blob/main/README.md",
            {"github:acme/rocket", "url:github.com/Acme/Rocket/blob/main/README.md"},
        ),
        (
            "https://github.com/acme/rocket/releases/tag/v1",
            {"github:acme/rocket", "release:acme/rocket@v1", "url:github.com/acme/rocket/releases/tag/v1"},
        ),
        ("https://doi.org/10.1000/X", {"doi:10.1000/x"}),
        ("https://rocket.github.io/?utm_source=weekly", {"url:rocket.github.io"}),
        ("https://rocket.github.io/#demo", {"url:rocket.github.io", "url:rocket.github.io#demo"}),
        ("https://clicks.example/go?n=1&target=https%3A%2F%2Fgithub.com%2Facme%2Frocket", {"github:acme/rocket"}),
        ("https://rocket.github.io/teaser.PNG", set()),
        ("https://github.com/acme/rocket/blob/main/teaser.png", set()),
        ("https://www.github.com/", set()),
        ("https://huggingface.co", set()),
    ],
)
def test_what_an_address_alone_makes_known(url, keys):
    assert address_keys(url) == keys


def test_a_key_is_bounded_whatever_a_feed_sends():
    one, other = (keys(entry(Kind.POST, f"https://x.example/{'a' * 300}{end}")) for end in "bc")
    assert one != other
    assert all(len(key) <= 210 for key in one | other)
