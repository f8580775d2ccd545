from __future__ import annotations

from itertools import combinations

import pytest

from weekly.formats.same_work import ids, is_same, names, own_ids


@pytest.mark.parametrize(
    "pair", [*combinations(["C", "C#", "C++", "Qwen2.5", "Qwen25", "Qwen2", "R1-V", "R1V", "R1"], 2)]
)
def test_names_that_differ_by_a_mark_are_of_different_works(pair):
    assert not is_same(pair[0], set(), pair[1], set())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("FantasyTalking – 音频驱动数字人", "2.fantasytalking–音频驱动数字人"),
        ("介绍一下open\\_clip", "12. 介绍一下open_clip"),
        ("A &lt;b&gt;", "A <b>"),
        ("3D人体", "12.3D人体"),
        ("！？", "1. ！？"),
    ],
)
def test_punctuation_case_and_number_make_no_other_name(one, other):
    assert is_same(one, set(), other, set())


def test_an_id_is_the_same_in_every_version_and_way_to_write_it():
    pages = ["https://arxiv.org/abs/2504.04842v1", "http://www.arxiv.org/pdf/2504.04842v3.pdf"]
    repositories = ["https://github.com/A/b", "https://www.github.com/a/B.git", "github.com/a/b/"]
    assert ids(pages) == {("arxiv", "2504.04842")}
    assert ids(repositories) == {("github.com", "a/b")}
    assert ids(["https://a.org", "https://github.com/a"]) == set()


def test_different_ids_outrank_one_name_and_one_id_outranks_different_names():
    first, second = ids(["https://arxiv.org/abs/1901.00001"]), ids(["https://arxiv.org/abs/1901.00002"])
    code = ids(["https://github.com/a/genius"])
    assert not is_same("Genius", first, "Genius", second)
    assert is_same("Genius", first, "Another", first)
    assert is_same("Genius", first, "Genius", code)
    assert is_same("Genius", first | code, "Genius", second | code)


def test_models_of_one_work_may_have_many_addresses():
    assert is_same("X", ids(["https://huggingface.co/a/x-2b"]), "X", ids(["https://huggingface.co/a/x-7b"]))


def test_an_answer_that_names_many_papers_is_about_none_of_them():
    body = "As in https://arxiv.org/abs/1901.00001 and https://arxiv.org/abs/1901.00002, see https://github.com/a/b。"
    assert own_ids(body) == {("github.com", "a/b")}


def test_a_title_of_marks_alone_is_its_own_name():
    assert names("1. ！？") == {"1", "！？"}
