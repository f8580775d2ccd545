from __future__ import annotations

import pytest

from weekly.drafting.glossary import glossary
from weekly.errors import SettingsError

TERMS = glossary()


def test_terms_of_the_title_come_first_and_what_all_abstracts_say_counts_only_there():
    assert TERMS.tags("Vector graphics", "A dataset for LLM agents.", "zh") == ["矢量图", "智能体"]
    assert TERMS.tags("A dataset", "", "en") == ["Dataset"]
    assert TERMS.tags("", "alignment of cars", "zh") == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("It trains without distillation.", []),
        ("A quantization-free codebook.", []),
        ("It needs distillation.", ["知识蒸馏"]),
        ("TTS of the budget", []),
        ("TTS for a natural voice", ["语音合成"]),
    ],
)
def test_a_term_counts_only_in_its_sense(text, tags):
    assert TERMS.tags("", text, "zh") == tags


def test_terms_are_explained_to_readers_of_another_language():
    assert TERMS.explained("A Flow Matching policy", "zh") == [("流匹配", "Flow Matching 流匹配")]
    assert TERMS.explained("A Flow Matching policy", "en") == []


def test_a_workspace_adds_terms_of_its_own(tmp_path):
    (tmp_path / "glossary.toml").write_text('terms = [{ zh = "潮汐", en = "Tides", says = ["tide", "flow matching"] }]')
    own = glossary(tmp_path)
    assert own.tags("", "Tides by flow matching and a diffusion model", "zh") == ["潮汐", "扩散模型"]
    assert own.known("Tides")


@pytest.mark.parametrize("text", ["terms = 5", "terms = [{}]", 'terms = [{ zh = "x", en = "y" }]', "no toml"])
def test_a_glossary_that_is_none_is_named(tmp_path, text):
    (tmp_path / "glossary.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"glossary\.toml"):
        glossary(tmp_path)
