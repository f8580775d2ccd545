from __future__ import annotations

from weekly.drafting.figures import Figure, figures


def test_scale_data_and_result_are_told_as_the_source_states_them():
    abstract = ["We train a 7B-parameter model on 2.5M image pairs.", "It gains 12.5% over others."]
    assert figures(abstract, abstract[1:]) == (
        Figure(tells="scale", text="7B"),
        Figure(tells="data", text="2.5M image pairs"),
        Figure(tells="result", text="12.5%"),
    )


def test_a_number_of_the_background_is_no_result():
    assert figures(["Others lose 40% of it.", "We win."], ["We win."]) == ()
