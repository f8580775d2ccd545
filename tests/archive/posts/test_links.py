"""Every address in a post, and what it stood under."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.addresses import pages_in, works_in
from weekly.archive.import_links import linked_works, read_links
from weekly.archive.posts import EarlierPost, posted_links


def links(text, *, html=False):
    return [(link.heading, link.label, link.url) for link in posted_links(EarlierPost(text=text, html=html, title="N"))]


@pytest.mark.parametrize(
    ("text", "label", "url"),
    [
        ("[UNO](https://a.example/uno)", "UNO", "https://a.example/uno"),
        ("- **UNO**: [paper](https://a.example/uno)", "UNO", "https://a.example/uno"),
        ("3. UNO：主体驱动\n论文：https://a.example/uno。", "UNO：主体驱动", "https://a.example/uno"),
        ("UNO <https://a.example/u_n_o>", "UNO", "https://a.example/u_n_o"),
        ("[UNO][1]\n\n[1]: https://a.example/uno", "UNO", "https://a.example/uno"),
        ("[UNO]: https://a.example/uno", "UNO", "https://a.example/uno"),
        ('<a href="https://a.example/uno">UNO</a>', "UNO", "https://a.example/uno"),
        ('<iframe src="https://a.example/uno"></iframe>', "N", "https://a.example/uno"),
        ("    indented https://a.example/uno", "indented", "https://a.example/uno"),
        ("```\nhttps://a.example/uno\n```", "N", "https://a.example/uno"),
        ('{{< link "https://a.example/uno" >}}', "N", "https://a.example/uno"),
        ("[![badge](https://img.example/b.svg)](https://a.example/uno) UNO", "UNO", "https://a.example/uno"),
        ("| UNO | [code](https://a.example/uno) |\n|---|---|\n", "UNO", "https://a.example/uno"),
        ("见 arXiv:2504.02160v2", "见 arXiv:2504.02160v2", "https://arxiv.org/abs/2504.02160"),
        ("arxiv.org/abs/2504.02160", "N", "https://arxiv.org/abs/2504.02160"),
        (
            "UNO doi:10.1145/3292500.3330701.",
            "UNO doi:10.1145/3292500.3330701",
            "https://doi.org/10.1145/3292500.3330701",
        ),
        ("github.com/a/b", "N", "https://github.com/a/b"),
        ("www.uno.example/x", "N", "https://www.uno.example/x"),
    ],
)
def test_in_whatever_way_it_is_written(text, label, url):
    assert [(found, to) for _, found, to in links(text)] == [(label, url)]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("<!-- https://a.example/1 --> https://a.example/2 <!-- https://a.example/3 -->", "2"),
        ("<!-- https://a.example/1 <!-- https://a.example/2 --> https://a.example/3", "3"),
        ("https://a.example/1 <!-- https://a.example/2", "12"),
    ],
)
def test_a_comment_ends_at_its_end_and_one_that_never_does_is_none(text, seen):
    assert "".join(url[-1] for _, _, url in links(text)) == seen


def test_the_heading_above_and_its_day():
    text = "# 2025-04-12\n\nhttps://a.example/x\n\n### 2. Papers\n\nhttps://a.example/y\n\n# April 19, 2025\n\nhttps://a.example/z"
    found = list(posted_links(EarlierPost(text=text, title="N")))
    assert [link.heading for link in found] == ["2025-04-12", "Papers", "April 19, 2025"]
    assert [link.at.day for link in found] == [12, 12, 19]


@pytest.mark.parametrize(
    "text",
    [
        "<!-- [x](https://a.example/x) -->",
        "![x](https://a.example/x)",
        '<img src="https://a.example/x">',
        "<script>open('https://a.example/x')</script>",
        "<nav><a href='https://a.example/x'>Home</a></nav>",
        "[x](#anchor) [y](mailto:a@b.example) [z](/relative)",
    ],
)
def test_pictures_comments_and_navigation_are_no_words(text):
    assert links(text) == []
    assert links(text, html=True) == [] or text.startswith(("![", "[x]"))


def test_an_address_in_a_label_counts_and_one_cut_short_does_not():
    text = "[在线 https://b.example/book](https://github.com/a/b) [https://c.example/lo...](https://c.example/long)"
    assert [url for _, _, url in links(text)] == [
        "https://github.com/a/b",
        "https://b.example/book",
        "https://c.example/long",
    ]


def test_a_pull_request_is_a_work_and_so_is_its_repository():
    post = EarlierPost(text="[Faster](https://github.com/a/b/pull/7), [docs](https://github.com/a/b/tree/main/docs)")
    works = {work.id: work.link.label for work in linked_works(posted_links(post))}
    assert works == {"url:github.com/a/b/pull/7": "Faster", "github:a/b": "Faster"}


@given(st.text(max_size=300), st.booleans())
def test_whatever_stands_around_an_address_it_is_seen(text, html):
    plain = re.sub(r"[<>&`\[\]()!\\-]", "", text)
    assert "https://a.example/x" in {
        url for _, _, url in links(f"{plain}\n\nhttps://a.example/x\n\n{plain}", html=html)
    }
    list(links(text, html=html))


def test_foreign_newsletters_are_counted_whole(shared):
    for path in sorted((shared / "cases" / "documents" / "foreign").iterdir()):
        report = read_links([path])
        keys = {key for file in report.files for work in file.works for key in work.keys}
        text = path.read_text(encoding="utf-8")
        works = works_in(text)
        assert works <= keys, path.name
        pages = pages_in(text)
        known = {re.split(r"[?#]", key.removeprefix("url:"))[0].casefold() for key in keys if key.startswith("url:")}
        missed = {page for page in pages if page.casefold() not in known}
        assert len(missed) <= 0.02 * len(pages), (path.name, missed)
        assert len(works) + len(pages) > 2, path.name
