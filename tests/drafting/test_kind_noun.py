from __future__ import annotations

import pytest

from weekly.drafting.kind_noun import kind_noun
from weekly.text.sentences import split


@pytest.mark.parametrize(
    ("sentence", "noun"),
    [
        ("We introduce MDK12-Bench, a multi-disciplinary benchmark for multimodal reasoning.", "评测基准"),
        ("We introduce a benchmark evaluating the ability of AI agents.", "评测基准"),
        ("We present X, a family of image generation models that work on pixels.", "模型"),
        ("We propose a diffusion transformer (DiT) based framework, X.", "框架"),
        ("This paper presents a systematic investigation of persuasion.", "研究"),
        ("We propose verification (T1), which delegates steps to external tools. We study it.", "研究"),
        ("We conduct an empirical study of prompts.", "实证研究"),
        ("We systematically evaluate nine models on it.", "评测研究"),
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


@pytest.mark.parametrize(
    ("name", "abstract", "noun"),
    [
        ("PartFill", "We introduce new benchmarks. Second, we introduce PartFill, a diffusion-based model.", "model"),
        (
            "DuoDraw",
            "We propose a pipeline of data. Also we introduce DuoDraw. It is a model of two pictures.",
            "model",
        ),
        ("ZipNet", "A bound is hard to meet. We propose a simple approach ZipNet for it.", "method"),
        ("", "We propose to see the task as a problem of learning. We study open-source models.", "study"),
        ("", "A new spectral method is proposed for simulations.", "method"),
        ("", "We developed a Custom GPT, embedding refined prompts.", None),
    ],
)
def test_the_sentence_that_proposes_the_name_says_what_it_is(name, abstract, noun):
    sentences = split(abstract)
    found = kind_noun("On things", sentences, sentences[0], name)
    assert (found and found.en) == noun


def test_a_survey_says_so_in_its_title():
    assert kind_noun("Survey on Watermarks", ["We present an analysis."], "We present an analysis.").en == "survey"


def test_a_part_of_a_named_work_does_not_say_what_the_work_is():
    sentences = ["We propose PureFace, a pioneering work on faces.", "In PureFace, we propose a dual-path pipeline."]
    title = "PureFace: Towards Portraits with Clean Fine-tuning"
    assert kind_noun(title, sentences, sentences[0], "PureFace").en == "method"


def test_the_words_before_the_noun_are_kept():
    sentence = "We propose X, a versatile visual captioning framework for pictures."
    assert kind_noun("A title", [sentence], sentence).before.endswith("visual captioning")
