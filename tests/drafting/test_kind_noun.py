from __future__ import annotations

import pytest

from weekly.drafting.kind_noun import kind_noun


@pytest.mark.parametrize(
    ("sentence", "noun"),
    [
        ("We introduce MDK12-Bench, a multi-disciplinary benchmark for multimodal reasoning.", "评测基准"),
        ("We introduce a benchmark evaluating the ability of AI agents.", "评测基准"),
        ("We present X, a family of image generation models that work on pixels.", "模型"),
        ("We propose a diffusion transformer (DiT) based framework, X.", "框架"),
        ("This paper presents a systematic investigation of persuasion.", "研究"),
        ("We propose verification (T1), which delegates steps to external tools. We study it.", "研究"),
        ("This survey reviews recent advances.", "综述"),
        ("We release a corpus of 3M sentences.", "数据集"),
        ("Pictures are everywhere.", None),
    ],
)
def test_the_head_noun_of_the_proposal_says_what_the_work_is(sentence, noun):
    found = kind_noun("A title", [sentence], sentence)
    assert (found.zh if found else None) == noun


def test_without_a_proposal_the_title_may_say_it():
    assert kind_noun("X: A Dataset", ["Pictures are everywhere."], "Pictures are everywhere.").en == "dataset"
