from __future__ import annotations

import pytest

from weekly.drafting.figures import Figure, figures


def test_scale_data_and_result_are_told_as_the_source_states_them():
    abstract = ["We train a 7B-parameter model on 2.5M image pairs.", "It gains 12.5% over others."]
    assert figures(abstract, abstract[1:]) == (
        Figure(tells="scale", text="7B parameters"),
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


def test_what_a_work_activates_is_not_its_size():
    assert figures(["It activates only 2.8B parameters."], []) == ()
    assert figures(["It activates only 2.8B parameters of 16B parameters."], [])[0].text == "16B parameters"


def test_data_may_be_counted_in_words_and_hours_of_computing_are_none():
    assert (
        figures(["On two million richly annotated SVG assets."], [])[0].text
        == "two million richly annotated SVG assets"
    )
    assert figures(["Trained for 665,000 H100 GPU hours."], []) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "A context window of 128K tokens holds long videos.",
        "It natively supports a context length of 1 million tokens.",
        "The average length falls from 741 to 225 tokens.",
        "It reaches 5.86 tokens per second and 93 tokens/s.",
        "We sample 64 frames and render at 18 frames per second.",
        "It handles videos of up to 10K frames.",
        "It serves 400 million daily active users.",
        "We study Sentinel-1/2 images.",
    ],
)
def test_what_a_model_takes_at_a_time_and_rates_and_customers_are_no_data(sentence):
    assert figures([sentence], []) == ()


@pytest.mark.parametrize("told", ["1.2T Chinese tokens", "two trillion tokens", "1.2 million frames", "107 users"])
def test_what_it_was_made_from_is_told_after_what_it_takes(told):
    assert figures(["It takes inputs of 8K tokens.", f"It was made from {told}."], [])[0].text == told
