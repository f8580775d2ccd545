from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.models import Entry, Kind
from weekly.select.cluster import cluster
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


ONE_PAPER = (
    "http://arxiv.org/abs/2504.02160",
    "https://arxiv.org/abs/2504.02160v3",
    "https://www.arxiv.org/abs/2504.02160/",
    "https://arxiv.org:443/abs/2504.02160?context=cs.CV",
    "https://arxiv.org/abs/arXiv:2504.02160",
    "https://arxiv.org//abs/%32504.02160",
    "https://arxiv.org/pdf/2504.02160",
    "https://arxiv.org/pdf/2504.02160v2.pdf#page=3",
    "https://arxiv.org/html/2504.02160v1/",
    "https://arxiv.org/format/2504.02160",
    "https://export.arxiv.org/abs/2504.02160",
    "https://browse.arxiv.org/pdf/2504.02160v1",
    "https://ar5iv.labs.arxiv.org/html/2504.02160",
    "https://ar5iv.org/abs/2504.02160",
    "https://www.alphaxiv.org/zh/overview/2504.02160",
    "https://papers.cool/arxiv/2504.02160",
    "https://scirate.com/arxiv/2504.02160",
    "https://huggingface.co/papers/2504.02160#community",
    "https://hf-mirror.com/papers/2504.02160",
    "https://hf.co/papers/2504.02160/",
    "https://doi.org/10.48550/arXiv.2504.02160",
    "https://dx.doi.org/10.48550/ARXIV.2504.02160",
    "https://api.semanticscholar.org/arXiv:2504.02160",
    "https://web.archive.org/web/20250410000000/https://arxiv.org/abs/2504.02160",
)


def test_every_address_of_a_paper_is_that_of_one_work():
    shown = [
        Entry(source=f"feed:{at}", key=url, kind=Kind.POST, title="T", url=url) for at, url in enumerate(ONE_PAPER)
    ]
    assert [(work.id, len(work.entries)) for work in cluster(shown)] == [("arxiv:2504.02160", 24)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://openreview.net/forum?id=aB", "https://openreview.net/pdf?id=aB"),
        ("https://openreview.net/forum?id=aB&noteId=c", "https://api2.openreview.net/attachment?id=aB&name=pdf"),
        ("https://aclanthology.org/2024.acl-long.1/", "https://aclanthology.org/2024.acl-long.1.pdf"),
        ("https://aclanthology.org/2024.acl-long.1.bib", "https://doi.org/10.18653/v1/2024.acl-long.1"),
        ("https://www.aclweb.org/anthology/P19-1001.pdf", "https://aclanthology.org/P19-1001"),
        ("https://dl.acm.org/doi/pdf/10.1145/1.2", "https://doi.org/10.1145/1.2"),
        ("https://github.com/A/B", "http://www.github.com/a/b.git#usage"),
    ],
)
def test_two_addresses_of_one_thing(one, other):
    assert len(cluster(post_at(one, "feed:a") + post_at(other, "feed:b"))) == 1


def post_at(url, source):
    return [Entry(source=source, key=url, kind=Kind.POST, title="The same title of two things", url=url)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://arxiv.org/abs/2504.02160", "https://arxiv.org/abs/2504.02161"),
        ("https://arxiv.org/abs/2504.0216", "https://arxiv.org/abs/2504.02160"),
        ("https://arxiv.org/abs/math/0309136", "https://arxiv.org/abs/cs/0309136"),
        ("https://arxiv.org/list/cs.CV/new", "https://arxiv.org/list/cs.CL/new"),
        ("https://arxiv.org:8443/abs/2504.02160", "https://arxiv.org/abs/2504.02160"),
        ("https://arxiv.org.example/abs/2504.02160", "https://arxiv.org/abs/2504.02160"),
        ("https://huggingface.co/papers/2504.02160", "https://huggingface.co/papers/2504.02161"),
        ("https://huggingface.co/acme/rocket", "https://huggingface.co/datasets/acme/rocket"),
        ("https://huggingface.co/acme/rocket", "https://github.com/acme/rocket"),
        ("https://doi.org/10.1145/1.2", "https://doi.org/10.1145/1.20"),
        ("https://openreview.net/forum?id=aB", "https://openreview.net/forum?id=Ab"),
        ("https://aclanthology.org/2024.acl-long.1", "https://aclanthology.org/2024.acl-long.10"),
        ("https://github.com/acme/rocket", "https://github.com/acme/rocket-2"),
        ("https://github.com/acme/rocket", "https://github.com/acme2/rocket"),
        ("https://github.com/acme/rocket", "https://gitlab.com/acme/rocket"),
        ("https://github.com/acme/rocket", "https://acme.github.io/rocket"),
        ("https://github.com/acme/rocket", "https://github.com/orgs/acme/rocket"),
        ("https://github.com/acme/rocket", "https://github.com/acme/rocket/issues/1"),
        ("https://github.com/acme/rocket/issues/1", "https://github.com/acme/rocket/issues/12"),
        ("https://github.com/acme/rocket/discussions/1", "https://github.com/acme/rocket/issues/1"),
        ("https://github.com/acme/rocket/blob/main/A.md", "https://github.com/acme/rocket/blob/main/a.md"),
        ("https://github.com/acme/rocket/tree/dev", "https://github.com/acme/rocket"),
        ("https://github.com/acme/rocket/releases/tag/v1", "https://github.com/acme/rocket/releases/tag/v1.0"),
        ("https://gist.github.com/acme/1", "https://gist.github.com/acme/2"),
        ("https://blog.example/news#rocket", "https://blog.example/news#sled"),
        ("https://blog.example/news#rocket", "https://blog.example/news"),
        ("https://blog.example/#/p/1", "https://blog.example/#/p/2"),
        ("https://blog.example/#!p1", "https://blog.example/#!p2"),
        ("https://blog.example:8080/p", "https://blog.example/p"),
        ("https://blog.example:8080/p", "https://blog.example:8081/p"),
        ("https://blog.example/?p=1", "https://blog.example/?p=2"),
        ("https://blog.example/?ref=12", "https://blog.example/?ref=13"),
        ("https://blog.example/post?page=1", "https://blog.example/post?page=2"),
        ("https://blog.example/Post", "https://blog.example/post"),
        ("https://blog.example/a%2Fb", "https://blog.example/a/b"),
        ("https://blog.example/p", "https://www2.blog.example/p"),
        ("https://www.youtube.com/watch?v=a1", "https://www.youtube.com/watch?v=A1"),
        ("https://news.ycombinator.com/item?id=1", "https://news.ycombinator.com/item?id=2"),
        ("https://mp.weixin.qq.com/s?__biz=1&mid=2&idx=1", "https://mp.weixin.qq.com/s?__biz=1&mid=2&idx=2"),
        ("https://social.example/@ada/1", "https://social.example/@grace/1"),
    ],
)
def test_what_looks_alike_stays_two(one, other):
    assert len(cluster(post_at(one, "feed:a") + post_at(other, "feed:b"))) == 2
