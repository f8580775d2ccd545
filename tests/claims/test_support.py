"""Each claim of a text leads to the sentence of the sources that holds it."""

from __future__ import annotations

from weekly.claims import Sentence, Sources
from weekly.claims.sources import LONGEST

SOURCES = Sources(
    [
        "UNO: Less to More",
        "We introduce UNO. It gains 3.5% over GPT-4o on DreamBench. Others gain 3.5% too.",
        "字节跳动",
    ],
    ["https://uno.example/"],
)


def supports(text: str) -> dict[str, tuple[bool, tuple[str, ...]]]:
    return {
        one.claim.text: (one.held, tuple(sentence.text for sentence in one.sentences)) for one in SOURCES.support(text)
    }


def test_the_sentence_that_says_most_comes_first():
    found = supports("在 DreamBench 上比 GPT-4o 提升 3.5%。")
    assert found["3.5%"] == (True, ("It gains 3.5% over GPT-4o on DreamBench.", "Others gain 3.5% too."))


def test_what_nothing_holds_has_no_sentence():
    assert supports("提升 7.5%。") == {"7.5%": (False, ())}


def test_all_that_was_read_is_one_text():
    assert SOURCES.text.splitlines()[0] == "UNO: Less to More"


def test_an_address_is_held_by_no_sentence():
    assert supports("见 https://uno.example 。")["https://uno.example"] == (True, ())


def test_a_copied_sentence_is_its_own_support():
    found = supports("It gains 3.5% over GPT-4o on DreamBench.")
    assert set(found.values()) == {(True, ("It gains 3.5% over GPT-4o on DreamBench.",))}


def test_a_sentence_knows_its_source():
    (support,) = SOURCES.support("由字节跳动提出。")
    assert support.sentences == (Sentence("字节跳动", 2),)


def test_a_claim_that_two_sentences_make_is_told_once_with_the_places_of_both_sources():
    sources = Sources(["It gains 3.5%.", "Nothing.", "We gain 3.5% with UNO."])
    (number,) = (one for one in sources.support("提升3.5%，UNO 也提升3.5%。") if one.claim.text == "3.5%")
    assert [(sentence.source, sentence.text) for sentence in number.sentences] == [
        (2, "We gain 3.5% with UNO."),
        (0, "It gains 3.5%."),
    ]


def test_no_more_is_read_than_the_most_that_is_looked_at():
    sources = Sources(["x " * (LONGEST // 2 - 10), "DreamBench and then DreamNet, far behind it"])
    assert [claim.text for claim in sources.unsupported("在 DreamBench 上，在 DreamNet 上。")] == ["DreamNet"]


def test_the_points_of_a_list_are_sentences_of_their_own():
    sources = Sources(["Results:\n- UNO gains 3.5%\n- DDT gains 7.5%\n\nAnother paragraph\nthat is wrapped."])
    assert [one.text for one in sources.sentences] == [
        "Results:", "- UNO gains 3.5%", "- DDT gains 7.5%", "Another paragraph that is wrapped."
    ]  # fmt: skip
