"""Addresses: one spelling for each page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.select.urls import arxiv_id, arxiv_ids, canonical, find_urls, model_name, release_tag, repository, unwrapped


@pytest.mark.parametrize(
    "url",
    [
        "https://arxiv.org/abs/2504.02160",
        "http://arxiv.org/abs/2504.02160v3",
        "https://www.arxiv.org/pdf/2504.02160",
        "https://arxiv.org/pdf/2504.02160v1.pdf",
        "https://arxiv.org/html/2504.02160v2/",
        "https://export.arxiv.org/abs/2504.02160?context=cs",
        "https://browse.arxiv.org/html/2504.02160v1#S3",
        "https://ar5iv.labs.arxiv.org/html/2504.02160",
        "https://www.alphaxiv.org/abs/2504.02160v1",
        "https://huggingface.co/papers/2504.02160",
        "https://doi.org/10.48550/arXiv.2504.02160",
        "https://arxiv.org/src/2504.02160v1",
        "https://arxiv.org/e-print/2504.02160",
        "https://cn.arxiv.org/abs/2504.02160",
        "https://alphaxiv.org/overview/2504.02160",
        "https://www.alphaxiv.org/zh/overview/2504.02160v2",
        "https://papers.cool/arxiv/2504.02160",
        "https://hf-mirror.com/papers/2504.02160",
        "https://hf.co/papers/2504.02160#community",
        "https://huggingface.co/papers/2504.02160?utm_source=x",
        "https://scirate.com/arxiv/2504.02160",
        "https://www.semanticscholar.org/arxiv/2504.02160",
        "https://www.emergentmind.com/papers/2504.02160",
        "https://xxx.lanl.gov/format/2504.02160",
        "https://dx.doi.org/10.48550/ARXIV.2504.02160v2",
    ],
)
def test_a_paper_is_the_same_wherever_it_is_shown(url):
    assert arxiv_id(url) == "2504.02160"
    assert canonical(url) == "arxiv.org/abs/2504.02160"


@pytest.mark.parametrize(
    ("url", "identifier"),
    [
        ("https://arxiv.org/abs/math/0309136v1", "math/0309136"),
        ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
        ("https://arxiv.org/list/cs.CV/recent", ""),
        ("https://example.org/abs/2504.02160", ""),
        ("https://huggingface.co/2504.02160", ""),
        ("https://doi.org/10.1000/2504.02160", ""),
        ("http://[bad", ""),
        ("arxiv.org/abs/2504.02160", ""),
    ],
)
def test_only_arxiv_addresses_have_arxiv_ids(url, identifier):
    assert arxiv_id(url) == identifier


def test_identifiers_are_found_in_text_by_address_and_by_name():
    text = "See arXiv:2504.00001v2, https://arxiv.org/pdf/2504.00002 and (arxiv: 2504.00003)."
    assert arxiv_ids(text) == ("2504.00002", "2504.00001", "2504.00003")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://github.com/Acme/Rocket", "acme/rocket"),
        ("http://www.github.com/acme/rocket.git", "acme/rocket"),
        ("https://github.com/acme/rocket/tree/main/docs#x", "acme/rocket"),
        ("https://raw.githubusercontent.com/acme/rocket/main/README.md", "acme/rocket"),
        ("https://api.github.com/repos/acme/rocket/releases", "acme/rocket"),
        ("https://api.github.com/users/acme", ""),
        ("https://github.com/acme", ""),
        ("https://github.com/topics/llm", ""),
        ("https://github.com/acme/ro cket", ""),
        ("https://gitlab.com/acme/rocket", ""),
        ("javascript:github.com/acme/rocket", ""),
    ],
)
def test_which_repository_an_address_leads_into(url, name):
    assert repository(url) == name


def test_a_release_is_known_by_its_tag():
    assert release_tag("https://github.com/acme/rocket/releases/tag/v1%2B2") == "v1+2"
    assert release_tag("https://github.com/acme/rocket/releases") == ""
    assert release_tag("https://example.org/a/b/releases/tag/v1") == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/x/", "https://www.a.example/x"),
        ("https://a.example/x?utm_source=y&b=2&a=1", "https://a.example/x?a=1&b=2"),
        ("https://a.example/x#top", "https://a.example/x"),
        ("https://a.example:443/x", "https://A.example/x"),
        ("https://a.example/index.html", "https://a.example"),
        ("https://a.example/%7Eme/%e4", "https://a.example/~me/%E4"),
        ("https://a.example/ä", "https://a.example/%C3%A4"),
        ("https://a.example/x?ref=hn&fbclid=1", "https://a.example/x"),
        ("https://youtu.be/abc?si=Xyz12", "https://youtu.be/abc"),
        ("https://app.example/#/post/1/", "https://app.example/#/post/1"),
        ("https://openreview.net/pdf?id=AbC", "https://openreview.net/forum?id=AbC&noteId=x"),
    ],
)
def test_spellings_of_one_address(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/X", "https://a.example/x"),
        ("https://a.example/x?id=1", "https://a.example/x?id=2"),
        ("https://a.example:8080/", "https://a.example/"),
        ("https://a.example/a%2Fb", "https://a.example/a/b"),
        ("https://a.example/view?ref=101", "https://a.example/view?ref=102"),
        ("https://a.example/item?si=1", "https://a.example/item?si=2"),
        ("https://a.example/#/post/1", "https://a.example/#/post/2"),
        ("https://a.example/#!/a", "https://a.example/"),
        ("https://openreview.net/forum?id=AbC", "https://openreview.net/forum?id=AbD"),
        ("https://papers.cool/venue/2504.02160", "https://papers.cool/arxiv/2504.02160"),
    ],
)
def test_different_pages_stay_different(one, other):
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("fragment", "same"),
    [("April_07_2025", False), ("top", True), ("comment-12", True), ("ref=rss", True), (":~:text=a", True), ("", True)],
)
def test_a_part_of_a_page_may_be_a_thing_of_its_own(fragment, same):
    page = "https://a.example/release-notes"
    assert canonical(f"{page}#{fragment}") == canonical(page)
    assert (canonical(f"{page}#{fragment}", anchors=True) == canonical(page, anchors=True)) is same


PATHS = st.text("ab/%.~2541ä ?&=#index.html", max_size=40)


@given(st.sampled_from(["a.example", "www.www.a.example", "A.Example.", "[::1]", "x:80", "x:99"]), PATHS)
def test_the_canonical_spelling_is_its_own(host, path):
    spelling = canonical(f"https://{host}/{path}")
    assert canonical(f"https://{spelling}") == spelling
    assert canonical(f"http://{spelling}/") == spelling or "?" in spelling


@given(st.text(max_size=300))
def test_no_text_is_too_odd(text):
    for url in find_urls(text):
        assert canonical(url) is not None
        repository(url)
        arxiv_id(url)


@pytest.mark.parametrize("text", ["no address", "https://[broken", "ftp://a.example/x", "https://a.example:port/"])
def test_what_is_no_web_address_is_left_as_it_is(text):
    assert canonical(f" {text} ") == text


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Code: https://github.com/a/b.", ("https://github.com/a/b",)),
        ("(see https://a.example/x_(y))", ("https://a.example/x_(y)",)),
        ("代码：https://github.com/a/b。更多", ("https://github.com/a/b",)),
        ("at github.com/a/b and a.github.io/c", ("https://github.com/a/b", "https://a.github.io/c")),
        ("https://a.example/x, https://a.example/x", ("https://a.example/x",)),
        ("mail me@github.com/a/b or not", ()),
    ],
)
def test_addresses_in_running_text(text, urls):
    assert find_urls(text) == urls


@pytest.mark.parametrize(
    "text", ["https://" * 20_000, "(" * 50_000 + "https://a.example", "github.com/" * 20_000, "arXiv:" * 20_000]
)
def test_text_made_to_be_slow_is_searched_all_the_same(text):
    assert all(url.startswith(("http://", "https://")) for url in find_urls(text))
    assert not arxiv_ids(text)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("见https://github.com/a/b项目主页，", ("https://github.com/a/b",)),
        ("论文：https://a.example/x。代码（https://b.example/y）", ("https://a.example/x", "https://b.example/y")),
        ("(https://a.example/x),(https://b.example/y)", ("https://a.example/x", "https://b.example/y")),
        ("https://a.example/xhttps://b.example/y", ("https://a.example/x", "https://b.example/y")),
        ("[[https://a.example/x][words]]", ("https://a.example/x",)),
        ("https://a.example/x_(y)", ("https://a.example/x_(y)",)),
        ("https://zh.wikipedia.example/wiki/扩散模型 是", ("https://zh.wikipedia.example/wiki/扩散模型",)),
        ("“https://a.example/x”", ("https://a.example/x",)),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text, urls):
    assert find_urls(text) == urls


@pytest.mark.parametrize(
    ("url", "inner"),
    [
        ("https://link.example/?target=https%3A//github.com/a/b", "https://github.com/a/b"),
        ("https://l.example/r?u=https://t.example/?url=https://a.example/x", "https://a.example/x"),
        ("https://web.archive.org/web/2024/https:/a.example/x?y=1", "https://a.example/x?y=1"),
        ("https://urldefense.example/v3/__https://a.example/x__;!!q", "https://a.example/x"),
        ("https://a.example/?ref=https://b.example", "https://a.example/?ref=https://b.example"),
        ("https://a.example/http-client", "https://a.example/http-client"),
        ("mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_an_address_inside_of_another_is_what_is_meant(url, inner):
    assert unwrapped(url) == inner


def test_an_address_wrapped_often_is_unwrapped_three_times():
    url = "https://a.example/"
    for _ in range(4):
        url = f"https://proxy.example/go/{url}"
    assert unwrapped(url) == "https://proxy.example/go/https://a.example/"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://huggingface.co/acme/Thing-7B", "acme/Thing-7B"),
        ("https://hf-mirror.com/acme/Thing-7B/", "acme/Thing-7B"),
        ("https://www.modelscope.cn/models/acme/Thing-7B/summary", "acme/Thing-7B"),
        ("https://huggingface.co/acme", ""),
        ("https://huggingface.co/papers/2504.02160", ""),
        ("https://huggingface.co/spaces/acme/demo", ""),
        ("https://huggingface.co/datasets/acme", ""),
        ("https://github.com/acme/thing", ""),
        ("no address", ""),
    ],
)
def test_which_model_an_address_leads_to(url, name):
    assert model_name(url) == name


def test_the_mirrors_of_a_hub_show_the_same():
    shown = {canonical(f"https://{host}/acme/Thing-7B") for host in ("huggingface.co", "hf.co", "hf-mirror.com")}
    assert shown == {"huggingface.co/acme/Thing-7B"}
