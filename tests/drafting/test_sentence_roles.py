from __future__ import annotations

import pytest

from tests.drafting.works import ABSTRACT
from weekly.drafting.sentence_roles import LONGEST, Role, choose, choose_by_role, extract, for_display, leans, roles


def test_the_proposal_opens_without_its_lead_in_and_background_is_left_out():
    found = extract(ABSTRACT)
    assert found[0].startswith("We propose OmniSVG")
    assert not any("sharp at any size" in one or "https://" in one for one in found)


def test_results_are_kept_and_the_length_is_bounded():
    found = extract(ABSTRACT)
    assert "12.5%" in " ".join(found)
    assert len(" ".join(found)) <= LONGEST


@pytest.mark.parametrize(
    "sentence", ["It wins.", "However, it fails.", "To address this, nothing.", "These are old.", "Based on these, no."]
)
def test_sentences_that_need_another_lean(sentence):
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence", ["This paper wins.", "We win.", "Italy wins.", "In this work, we win.", "To win, we train."]
)
def test_sentences_that_stand_do_not_lean(sentence):
    assert not leans(sentence)


def test_a_sentence_that_leans_on_one_left_out_is_left_out():
    text = "We propose Xyz. " + "It " + "is very long " * 60 + ". It wins again."
    assert extract(text) == ["We propose Xyz."]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("We further introduce Xyz.", "We introduce Xyz."),
        ("First, we give a method.", "We give a method."),
        ("To that end, we study Xyz.", "We study Xyz."),
        ("Addressing this gap, this study introduces Xyz.", "This study introduces Xyz."),
        ("We extend the encoder of [34] and [2, 7] to Xyz.", "We extend the encoder of and to Xyz."),
        (
            "We present Xyz, a model that has been trained at this https URL.",
            "We present Xyz, a model that has been trained at.",
        ),
    ],
)
def test_the_opening_points_neither_backwards_nor_to_references(written, shown):
    assert extract(f"Pictures are everywhere. {written}") == [shown]


def test_a_list_that_would_end_after_its_first_point_ends_before_it():
    text = "We present Xyz. Xyz makes the training quick by three parts: 1) A small net. 2) A large net. 3) No net."
    assert extract(text) == ["We present Xyz.", "Xyz makes the training quick by three parts."]


def test_a_sentence_about_the_authors_own_work_opens_before_background_whatever_its_verb():
    assert extract("Pictures are everywhere. Thus, this study ascertains the use of nets.") == [
        "This study ascertains the use of nets."
    ]


def test_some_of_what_was_left_out_is_left_out():
    assert extract("We sent requests. " + "Words " * 90 + "follow. Five were merged.") == ["We sent requests."]


def test_etc_may_end_a_sentence():
    assert extract("Old things, cars, etc. We propose X.") == ["We propose X."]


@pytest.mark.parametrize("text", ["", "   ", "no proposal at all", "A. B. C.", "词" * 3000, "x" * 30_000])
def test_any_text_gives_an_extract_of_itself(text):
    assert len(" ".join(extract(text))) <= max(2 * LONGEST, 0)


def test_the_roles_of_an_abstract():
    told = [role for role, _ in roles(ABSTRACT)]
    assert told == [Role.PROBLEM, Role.PROPOSAL, Role.HOW, Role.HOW, Role.RESULT]


def test_the_sentence_that_names_the_work_at_its_end_opens():
    text = "We introduce a model of paths. Thanks to the data, we further train a transformer, named PathNet. It wins."
    assert for_display(choose(text, name="PathNet"))[0] == "We train a transformer, named PathNet."


def test_a_result_with_a_proposal_in_it_is_a_result_and_a_demonstration_is_none():
    text = "We propose Xyz. Unlike others, we use visual demonstrations. We present data and show that Xyz outperforms all."
    assert [role for role, _ in choose_by_role(text)] == [Role.PROPOSAL, Role.HOW, Role.RESULT]


def test_what_authors_hope_is_left_out():
    assert extract("We propose Xyz. It wins. We believe that Xyz opens new avenues.") == ["We propose Xyz.", "It wins."]
