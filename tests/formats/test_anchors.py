from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import lacking
from tests.formats.corpus import texts
from weekly.formats.anchors import Slugger, plain, slug

ROOT = Path(__file__).resolve().parents[2]
ORACLE = """
import Slugger, { slug } from 'github-slugger'
let input = ''
for await (const chunk of process.stdin) input += chunk
const slugger = new Slugger()
console.log(JSON.stringify(JSON.parse(input).map(heading => [slug(heading), slugger.slug(heading)])))
"""


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("SmolVLM2：轻量级视频理解模型，适配多设备部署", "smolvlm2轻量级视频理解模型适配多设备部署"),
        ("s1 模型：李飞飞团队提出的高效推理模型", "s1-模型李飞飞团队提出的高效推理模型"),
        ("1. What's *new*? (C++ & Rust)", "1-whats-new-c--rust"),
        ("a  b\tc—d_e", "a--bcd_e"),
        ("Ⓐ ² ½ ٣ 🎉 İ", "ⓐ---٣--i̇"),
        ("ChatGPT 4️⃣", "chatgpt-4️⃣"),
    ],
)
def test_a_heading_has_the_anchor_that_github_gives_it(heading, anchor):
    assert slug(heading) == anchor


def test_headings_that_repeat_are_counted():
    slugger = Slugger()
    assert [slugger.slug(heading) for heading in ("a", "A", "a-1", "a", "b")] == ["a", "a-1", "a-1-1", "a-2", "b"]


def test_marks_of_links_and_emphasis_are_no_part_of_what_a_reader_sees():
    assert plain("**[CoderPlan](https://coderplan.ai/)** and `x`") == "CoderPlan and x"


@given(st.text())
def test_an_anchor_has_no_spaces_and_is_its_own_anchor(heading):
    anchor = slug(heading)
    assert " " not in anchor
    assert slug(anchor) == anchor


def oracle(headings: list[str]) -> list[list[str]]:
    if not shutil.which("node"):
        lacking("node is not installed")
    if not (ROOT / "node_modules" / "github-slugger").is_dir():
        lacking("github-slugger is not installed: run npm install")
    command = ["node", "--input-type=module", "--eval", ORACLE]
    done = subprocess.run(command, input=json.dumps(headings), capture_output=True, text=True, cwd=ROOT, check=True)
    return json.loads(done.stdout)


def ours(headings: list[str]) -> list[list[str]]:
    slugger = Slugger()
    return [[slug(heading), slugger.slug(heading)] for heading in headings]


def test_anchors_agree_with_github_slugger_on_generated_headings():
    every = [chr(code) for code in range(0x20, 0x32000) if not 0xD800 <= code <= 0xDFFF]
    mixed = [f"{a} {b}-{a}" for a, b in zip(every[::20], every[7::20], strict=False)]
    blocks = ["".join(every[start : start + 20]) for start in range(0, len(every), 20)]
    headings = (mixed + blocks)[:15_000] + ["a", "a", "a-1", "A", " a", ""] * 20
    assert len(headings) > 10_000
    assert ours(headings) == oracle(headings)


def test_anchors_agree_with_github_slugger_on_every_character():
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
    headings = ["".join(every[start : start + 100]) for start in range(0, len(every), 100)]
    assert ours(headings) == oracle(headings)


def test_anchors_agree_with_github_slugger_on_the_headings_at_hand():
    documents = [text for name in ("digest", "topic", "collection", "handbook") for text in texts(name).values()]
    lines = [line for text in documents for line in text.splitlines() if line.startswith(("#", "<h"))]
    headings = [line.lstrip("# ").strip() for line in lines]
    assert ours(headings) == oracle(headings)
