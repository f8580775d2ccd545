"""Naming is not owning: the words around an address tell whose it is."""

from __future__ import annotations

import gzip
import json

import pytest

from weekly.models import Entry, Kind
from weekly.select.identity import named_repositories
from weekly.select.ownership import fits_name, is_official, own_addresses
from weekly.select.urls import repository

ENGINE, OWN = "https://github.com/engines/engine", "https://github.com/acme/thing"


def paper(text, title="Rocket: To the Moon", **more):
    return Entry(source="arxiv", key="k", kind=Kind.PAPER, title=title, url="u", text=text, **more)


def project(name, text):
    return Entry(source="github", key=name, kind=Kind.PROJECT, title=name, url=f"https://github.com/{name}", text=text)


@pytest.mark.parametrize(
    "text",
    [
        "We build on Engine ({engine}).",
        "We build upon {engine}.",
        "It is implemented in Engine ({engine}).",
        "We use the evaluation harness ({engine}) for all runs.",
        "Our code is based on Engine ({engine}).",
        "It is fast compared with Engine ({engine}).",
        "Our method is integrated into Engine: {engine}",
        "Experiments use the Engine framework, available at {engine}.",
        "We follow the setup, following {engine}",
        "Systems such as Engine ({engine}) are slow.",
        "Engine ({engine}) is a serving system.",
        "The baseline code is at {engine}",
        "Our code is a fork of {engine}",
        "See {engine} for the original implementation.",
        "As in Engine [{engine}]",
        "We have integrated our kernels into Engine: {engine}",
        "Patches were contributed to {engine}",
        "Inference is done by Engine, see {engine}",
        "We measure Engine (code: {engine}) and three others.",
        "Our approach outperforms Engine ({engine}).",
        "A pull request is at {engine}/pull/7",
        "我们的方法基于 Engine ({engine})。",
    ],
)
def test_a_paper_does_not_own_what_it_mentions(text):
    assert own_addresses(paper(text.format(engine=ENGINE))) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Our code is available at {own}.",
        "Code: {own}",
        "{own}",
        "The code and the data will be released at {own}.",
        "We release everything at {own}.",
        "Project page: {own}",
        "Accepted at ICLR 2025 - {own}",
        "We extend Engine ({engine}) and release our code at {own}.",
        "Our code, which builds on Engine, is available at {own}.",
        "Our code is available at {own}, based on Engine ({engine}).",
        "Code: {own}. We thank the authors of {engine}",
        "Code used in this study is found in {own}.",
        "代码公开于 {own}。",
    ],
)
def test_a_paper_owns_what_it_offers(text):
    assert own_addresses(paper(text.format(own=OWN, engine=ENGINE))) == (OWN,)


def test_a_repository_that_bears_the_paper_s_name_is_its_own():
    named = "https://github.com/acme/rocket"
    assert own_addresses(paper(f"We train Rocket using {named}")) == (named,)


def test_what_a_source_has_as_a_field_is_the_work_s_own():
    assert own_addresses(paper("", links=(OWN,))) == (OWN,)


@pytest.mark.parametrize(
    ("name", "text", "official"),
    [
        ("acme/x", "Official code of arXiv:2504.00001", True),
        ("acme/x", "[ICML 2025] arXiv:2504.00001", True),
        ("acme/x", "Repository for our paper arXiv:2504.00001", True),
        ("acme/rocket", "To the moon, arXiv:2504.00001", True),
        ("fan/rocket-pytorch", "Unofficial PyTorch implementation of arXiv:2504.00001", False),
        ("fan/rocket", "Implementation of Rocket, arXiv:2504.00001, in PyTorch", False),
        ("fan/rocket", "Port of arXiv:2504.00001", False),
        ("fan/rocket-rs", "arXiv:2504.00001", False),
        ("fan/comfy-rocket", "ComfyUI nodes for Rocket, arXiv:2504.00001", False),
        ("fan/rocket", "Rocket, arXiv:2504.00001, in Rust", False),
        ("fan/rocket", "Not affiliated with the official authors of arXiv:2504.00001", False),
        ("fan/rocket", "Follows the official code of arXiv:2504.00001", False),
        ("fan/rocket", "No official code yet, this is mine of arXiv:2504.00001", False),
        ("big/engine", "A fast inference engine, has arXiv:2504.00001", False),
    ],
)
def test_which_repository_is_the_code_of_the_paper_that_it_names(name, text, official):
    assert is_official(project(name, text), paper("")) is official


@pytest.mark.parametrize(
    ("name", "title", "fits"),
    [
        ("SEAL", "SEAL: Steerable Reasoning Calibration", True),
        ("camcontexti2v", "CamContextI2V: Context-aware Video Generation", True),
        ("rl-focal", "Multi-Agent Reinforcement Learning with Focal Diversity", False),
        ("x", "X", False),
        ("", "Rocket", False),
    ],
)
def test_which_name_fits_a_title(name, title, fits):
    assert fits_name(name, title) is fits


@pytest.mark.parametrize("text", ["our code " * 2000 + OWN, f"{OWN} " * 500, "is available at " * 1000 + OWN])
def test_text_made_to_be_slow_is_read_all_the_same(text):
    assert OWN in own_addresses(paper(text))


def test_nearly_all_repositories_that_real_papers_name_are_their_own(shared):
    """Nothing in 53 of them, drawn and read, was somebody else's: what is missed here is missed wrongly."""
    named = own = 0
    for file in sorted((shared / "data" / "arxiv").glob("*-*_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                one = paper(row.get("abstract") or "", row["title"], comment=row.get("comment") or "")
                named += len(named_repositories(one))
                own += len(set(filter(None, map(repository, own_addresses(one)))))
    assert named > 490
    assert own >= named * 0.98
