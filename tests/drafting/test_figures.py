from __future__ import annotations

import pytest

from weekly.drafting.figures import Figure, figures


def test_scale_data_and_result_are_told_as_the_source_states_them():
    abstract = ["We train a 7B-parameter model on 2.5M image pairs.", "It gains 12.5% over others."]
    assert figures(abstract, abstract[1:]) == (
        Figure(tells="scale", text="7B"),
        Figure(tells="data", text="2.5M image pairs"),
        Figure(tells="result", text="12.5% over others"),
    )


def test_a_number_of_the_background_is_no_result():
    assert figures(["Others lose 40% of it.", "We win."], ["We win."]) == ()


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("UNO improves FID by 12.5%, at no cost.", "improves FID by 12.5%"),
        ("It has an average accuracy of 98% here.", "average accuracy of 98%"),
        ("On it the relative success rate rises by 31.8%.", "success rate rises by 31.8%"),
        ("We see a 31% reduction in query time.", "31% reduction in query time"),
        ("Its scores are 64.5 on LongVideoBench.", "64.5 on LongVideoBench"),
        ("Of 40% of them, 88% accuracy is left.", "88% accuracy"),
    ],
)
def test_a_result_is_told_with_what_it_measures(sentence, told):
    assert figures([sentence], [sentence])[-1] == Figure(tells="result", text=told)


def test_a_result_that_does_not_say_what_it_measures_is_left_to_its_sentence():
    assert figures(["We reach 86%."], ["We reach 86%."]) == ()


def test_a_size_in_words_says_of_what_it_is():
    assert figures(["It has 7 billion parameters (7B)."], [])[0].text == "7 billion parameters"


def test_data_may_be_counted_in_words_and_hours_of_computing_are_none():
    assert (
        figures(["On two million richly annotated SVG assets."], [])[0].text
        == "two million richly annotated SVG assets"
    )
    assert figures(["Trained for 665,000 H100 GPU hours."], []) == ()
