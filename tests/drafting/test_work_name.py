from __future__ import annotations

import pytest

from tests.drafting.works import paper
from weekly.drafting.work_name import brief, name_and_line
from weekly.models import Entry, Kind, Work


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
        ("From Principles to Practice: A View", "We discuss.", ("From Principles to Practice: A View", "")),
        ("Position: Stop it", "We argue.", ("Position: Stop it", "")),
        ("Decision Former: A net", "Decision Former wins.", ("Decision Former", "A net")),
        ("On experts", "We propose MoE layers, then present Zap, a net, and introduce BigZap.", ("Zap", "On experts")),
        ("On farms", "We present an AI-powered tool called Hay, which mows.", ("Hay", "On farms")),
        ("On skin", "We develop a model to detect basal cell carcinoma (BCC).", ("On skin", "")),
    ],
)
def test_the_name_comes_from_the_title_or_from_the_sentence_that_coins_it(title, abstract, expected):
    assert name_and_line(work(paper(title=title, text=abstract))) == expected


def test_a_project_is_called_by_its_repository_and_described_by_its_first_sentence():
    project = Entry(
        source="github",
        key="a/b",
        kind=Kind.PROJECT,
        title="acme/thing",
        url="https://github.com/acme/thing",
        text="Does things. And more.",
    )
    assert name_and_line(work(project)) == ("thing", "Does things")


def test_a_long_title_is_cut_behind_a_word():
    name, _ = name_and_line(work(paper(title="Consequences " * 20, text="")))
    assert name == f"{'Consequences ' * 15}".strip() + "…"


def test_a_long_line_is_cut_behind_a_word():
    assert brief("word " * 40, 22) == "word word word word…"
