from __future__ import annotations

import pytest

from tests.drafting.works import paper
from weekly.drafting import facts
from weekly.drafting.venue import venue
from weekly.models import Entry, Kind, LinkKind, Work


def work(*entries: Entry) -> Work:
    return Work(id="x", keys=frozenset(), entries=entries)


@pytest.mark.parametrize(
    ("title", "abstract", "expected"),
    [
        ("OmniSVG: A Unified Model", "", ("OmniSVG", "A Unified Model")),
        ("LLMs can see and hear", "We present MILS: a solver.", ("MILS", "LLMs can see and hear")),
        (
            "One Quantizer is Enough: A Codec",
            "We present SQCodec, a codec.",
            ("SQCodec", "One Quantizer is Enough: A Codec"),
        ),
        ("A study of things", "We study things.", ("A study of things", "")),
        ("On LLMs", "We introduce LLMs to birds.", ("On LLMs", "")),
        ("Data-free things", "We propose an approach based on models, DiffDFKD.", ("DiffDFKD", "Data-free things")),
        ("$\\texttt{Foo}$: An $\\alpha$", "", ("Foo", "An α")),
        ("Introducing COGENT3: An Architecture", "", ("COGENT3", "An Architecture")),
        ("On teaching", "We introduce Ivy, an agent.", ("Ivy", "On teaching")),
        ("On chemistry", "An equivalence called Turing completeness.", ("On chemistry", "")),
        ("On signals", "We develop a block coordinate descent (BCD) algorithm.", ("On signals", "")),
        ("Kimi-VL Technical Report", "An encoder named MoonViT reads it.", ("Kimi-VL", "Technical Report")),
        ("Qwen2.5 Omni Technical Report", "", ("Qwen2.5 Omni", "Technical Report")),
        ("A Technical Report on birds", "", ("A Technical Report on birds", "")),
        ("On skin", "We develop a model to detect basal cell carcinoma (BCC).", ("On skin", "")),
    ],
)
def test_the_name_comes_from_the_title_or_from_the_sentence_that_coins_it(title, abstract, expected):
    assert facts.name_and_line(work(paper(title=title, text=abstract))) == expected


def test_a_project_is_called_by_its_repository_and_described_by_its_first_sentence():
    project = Entry(
        source="github",
        key="a/b",
        kind=Kind.PROJECT,
        title="acme/thing",
        url="https://github.com/acme/thing",
        text="Does things. And more.",
    )
    assert facts.name_and_line(work(project)) == ("thing", "Does things")


def test_a_long_title_is_cut_behind_a_word():
    name, _ = facts.name_and_line(work(paper(title="Consequences " * 20, text="")))
    assert name == f"{'Consequences ' * 15}".strip() + "…"


def test_a_long_line_is_cut_behind_a_word():
    assert facts.brief("word " * 40, 22) == "word word word word…"


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Accepted to CVPR 2025 (Oral)", "CVPR 2025 Oral"),
        ("SIGGRAPH Asia 2025", "SIGGRAPH Asia 2025"),
        ("Accepted by IJCNN2025", "IJCNN 2025"),
        ("To appear in ICLR'25", "ICLR'25"),
        ("CVPR 2025 Workshop on X", "CVPR 2025 Workshop"),
        ("Submitted to ICML 2025", ""),
        ("Under review at NeurIPS 2025", ""),
        ("18 pages, 3 figures", ""),
        ("", ""),
    ],
)
def test_the_venue_is_what_the_comment_names(comment, expected):
    assert venue(comment) == expected


def test_links_remember_where_they_were_found():
    found = [(link.kind, link.url, link.origin) for link in facts.links(work(paper()))]
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
    assert facts.addresses(text) == (url,)


def test_affiliations_go_by_the_names_that_readers_know():
    written = ["Alibaba Group", "AMAP, Alibaba Group", "The Chinese University of Hong Kong", "Foo Institute"]
    assert facts.known_as(written, "zh") == ("阿里巴巴 AMAP 团队", "香港中文大学", "Foo Institute")
    assert facts.known_as(["ICL", "Imperial"], "en") == ("Imperial College London",)


def test_facts_name_their_origin():
    made = {fact.name: (fact.value, fact.origin) for fact in facts.facts(work(paper()), "图像生成")}
    assert made["venue"] == ("CVPR 2025", "comment")
    assert made["date"] == ("2025-04-08", "arxiv")
    assert made["topic"] == ("图像生成", "classification")
