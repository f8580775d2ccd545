"""One work, however many entries announce it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from weekly.models import Entry, Kind
from weekly.select.cluster import cluster


def entry(kind, url, *, title="A title", source="s", **more):
    return Entry(source=source, key=url, kind=kind, title=title, url=url, **more)


def paper(number, text="", **more):
    return entry(
        Kind.PAPER,
        f"https://arxiv.org/abs/2504.{number:05}",
        title=f"Rocket{number}: To the Moon",
        text=text,
        source="arxiv",
        **more,
    )


def repo(name, text="", **more):
    return entry(Kind.PROJECT, f"https://github.com/{name}", title=name, text=text, source="github", **more)


def blog(url, title="A title", text="", **more):
    return entry(Kind.POST, url, title=title, text=text, source="feed:blog", **more)


def works(*entries):
    return [(work.id, len(work.entries)) for work in cluster(entries)]


def test_entries_with_one_identity_are_one_work_led_by_the_paper():
    [work] = cluster([blog("https://huggingface.co/papers/2504.00001"), paper(1)])
    assert work.id == "arxiv:2504.00001"
    assert work.lead.kind is Kind.PAPER


def test_paper_repository_project_page_and_blog_are_one_work_with_all_their_links():
    page = "https://rocket1.github.io/"
    entries = [
        paper(1, text=f"Project page: {page}"),
        repo("acme/rocket1", links=(page,)),
        blog("https://rocket1.github.io", title="Rocket1"),
        blog("https://blog.example/rocket", title="Rocket1 explained", text="about https://arxiv.org/abs/2504.00001"),
    ]
    [work] = cluster(entries)
    assert {one.url for one in work.entries} == {one.url for one in entries}
    assert work.keys >= {"arxiv:2504.00001", "github:acme/rocket1", "url:rocket1.github.io"}


def test_a_repository_joins_the_paper_that_alone_names_it():
    assert works(paper(1, "https://github.com/acme/rocket"), repo("acme/rocket")) == [("arxiv:2504.00001", 2)]


def test_a_library_that_two_papers_name_joins_neither():
    both = [paper(1, "https://github.com/acme/lib"), paper(2, "https://github.com/acme/lib"), repo("acme/lib")]
    assert len(works(*both)) == 3


def test_a_page_that_two_papers_name_joins_neither():
    page = "https://bench.example/leaderboard"
    assert len(works(paper(1, page), paper(2, page), blog(page))) == 3


def test_a_home_page_that_two_repositories_share_joins_neither():
    page = "https://acme.example/products"
    assert len(works(paper(1, page), repo("acme/one", links=(page,)), repo("acme/two", links=(page,)))) == 3


def test_a_repository_joins_the_one_paper_that_it_names():
    assert works(paper(1), repo("acme/rocket", "Official code of arXiv:2504.00001")) == [("arxiv:2504.00001", 2)]


def test_a_list_of_papers_joins_none_of_them():
    assert len(works(paper(1), paper(2), repo("acme/awesome", "arXiv:2504.00001 arXiv:2504.00002"))) == 3


def test_a_post_joins_what_its_title_names_too():
    mention = "https://arxiv.org/abs/2504.00001"
    assert len(works(paper(1), blog("https://b.example/1", title="All about Rocket1", text=mention))) == 1
    assert len(works(paper(1), blog("https://b.example/1", title="Weekly news", text=mention))) == 2


def test_a_post_joins_the_repository_that_it_names_and_is_titled_after():
    mention = "https://github.com/acme/rocket"
    assert len(works(repo("acme/rocket"), blog("https://b.example/1", title="Rocket is here", text=mention))) == 1
    assert len(works(repo("acme/rocket"), blog("https://b.example/1", title="News of Acme", text=mention))) == 2
    assert len(works(repo("acme/rocket"), blog("https://b.example/1", title="Rocket is here"))) == 2


def test_an_engine_that_a_paper_builds_on_does_not_become_its_code():
    engine = "https://github.com/engines/engine"
    assert len(works(paper(1, f"We build on Engine ({engine})."), repo("engines/engine", stars=40_000))) == 2
    assert len(works(paper(1), repo("engines/engine", "Now with arXiv:2504.00001", stars=40_000))) == 2


def test_a_post_about_another_work_that_names_this_one_stays_alone():
    mention = "https://github.com/acme/rocket"
    for title in (
        "Sled beats Rocket",
        "Sled, built on Rocket",
        "Rocketry for beginners",
        "Sled vs. Rocket",
        "Beyond Rocket",
        "Sled speeds up Rocket",
        "Rocket-2 is here",
        "Rocket++ explained",
        "Rocket vs. Sled",
        "A Rocket alternative",
        "How we ported Rocket to Rust",
    ):
        assert len(works(repo("acme/rocket"), blog("https://b.example/1", title=title, text=mention))) == 2


def test_the_model_of_a_paper_is_told_with_it():
    weights = "https://huggingface.co/acme/rocket1"
    model = entry(Kind.MODEL, "https://hf-mirror.com/acme/rocket1", title="acme/rocket1", source="feed:models")
    assert works(paper(1, f"Our weights are at {weights}."), model) == [("arxiv:2504.00001", 2)]
    assert len(works(paper(1), replace(model, text="Rocket1, arXiv:2504.00001"))) == 1
    assert len(works(paper(1), replace(model, text="A GGUF of Rocket1, arXiv:2504.00001"))) == 2


def test_a_paper_that_a_conference_shows_under_its_title_is_the_one_on_arxiv():
    title, people = "Steering Rockets by the Light of Distant Stars", ("Ada Lovelace", "Grace Hopper")
    preprint = replace(paper(1), title=title, authors=people)
    shown = entry(Kind.PAPER, "https://openreview.net/forum?id=x", title=title.upper(), authors=("A. Lovelace",))
    assert len(works(preprint, shown)) == 1
    assert len(works(preprint, replace(shown, authors=("Joan Clarke",)))) == 2
    assert len(works(preprint, replace(shown, title="Steering Rockets"))) == 2
    assert len(works(preprint, replace(paper(2), title=title, authors=people))) == 2


def test_a_repository_does_not_join_another_that_it_names():
    assert len(works(repo("acme/rocket"), repo("fan/rocket", "A fork of https://github.com/acme/rocket"))) == 2


def test_a_paper_leads_then_a_repository_then_a_post_wherever_they_come_from():
    post = replace(blog("https://b.example/1", title="Rocket1", text="arXiv:2504.00001"), source="a")
    project = replace(repo("acme/rocket1", "arXiv:2504.00001"), source="b")
    [work] = cluster([post, project, replace(paper(1), source="c")])
    assert [entry.kind for entry in work.entries] == [Kind.PAPER, Kind.PROJECT, Kind.POST]


def test_releases_of_a_repository_are_works_of_their_own():
    release = entry(Kind.RELEASE, "https://github.com/acme/rocket/releases/tag/v1", version="v1")
    assert works(repo("acme/rocket"), release) == [("github:acme/rocket", 1), ("release:acme/rocket@v1", 1)]


def test_a_release_by_feed_and_by_api_is_one():
    url = "https://github.com/acme/rocket/releases/tag/v1"
    assert len(works(entry(Kind.RELEASE, url, version="v1"), entry(Kind.RELEASE, url, source="feed:x"))) == 1


def test_a_paper_lays_claim_to_the_repository_that_it_alone_names_there_or_not():
    [work] = cluster([paper(1, "https://github.com/acme/rocket")])
    assert work.claims == {"github:acme/rocket"}
    assert "github:acme/rocket" not in work.keys
    assert [one.claims for one in cluster([repo("acme/rocket", "Official code of arXiv:2504.00001")])] == [
        {"arxiv:2504.00001"}
    ]


NAMES = st.lists(
    st.sampled_from(
        [
            "https://github.com/a/a",
            "https://github.com/b/b",
            "arXiv:2504.00001",
            "arXiv:2504.00002",
            "https://p.github.io",
        ]
    ),
    max_size=3,
).map(" ".join)
ENTRIES = st.lists(
    st.one_of(
        st.builds(paper, st.integers(1, 3), NAMES),
        st.builds(repo, st.sampled_from(["a/a", "b/b"]), NAMES),
        st.builds(
            blog,
            st.sampled_from(["https://p.github.io", "https://x.example/1"]),
            st.sampled_from(["Rocket1", "x"]),
            NAMES,
        ),
    ),
    max_size=8,
    unique_by=lambda one: (one.source, one.key),
)


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_the_entries_does_not_matter_and_none_is_lost(entries, draw):
    shuffled = list(entries)
    draw.shuffle(shuffled)
    assert cluster(entries) == cluster(shuffled)
    assert sorted(one.key for work in cluster(entries) for one in work.entries) == sorted(one.key for one in entries)


@given(ENTRIES)
def test_the_entries_of_a_work_by_themselves_are_that_work_again(entries):
    for work in cluster(entries):
        assert [(one.id, one.keys, one.entries) for one in cluster(work.entries)] == [
            (work.id, work.keys, work.entries)
        ]


@given(ENTRIES)
def test_no_identity_belongs_to_two_works(entries):
    seen = [key for work in cluster(entries) for key in work.keys]
    assert len(seen) == len(set(seen))
