"""Reading titles as they come: Greek, Chinese, LaTeX, endless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.select.tokens import LONGEST, has_other_script, other_number, plain, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3D Gaussians for NeRFs", ["3d", "gaussian", "for", "nerf"]),
        ("Text-to-Image", ["text", "to", "image"]),
        (r"$\mathbf{R}^2$-Bench", ["r", "2", "bench"]),
        ("C++ class analysis bus", ["c++", "class", "analysis", "bus"]),
        ("Ｖｉｄｅｏ", ["video"]),
        ("数字人", []),
        ("", []),
        ("El Niño", ["el", "nino"]),
        (r"El Ni\~no and {\'E}l Ni{\~n}o", ["el", "nino", "and", "el", "nino"]),
        (r"Schr\"odinger and Schrödinger", ["schrodinger", "and", "schrodinger"]),
        (r"$\beta$-plane and β-plane", ["beta", "plane", "and", "beta", "plane"]),
        (r"{K}ey-{V}alue, \emph{key}-value, $x^{2}y$", ["key", "value", "key", "value", "x", "2", "y"]),
        ("Storm\nsurge", ["storm", "surge"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(plain(text)) == expected


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert len(plain("ﷺ" * 10_000)) == LONGEST


def test_other_scripts_are_noticed() -> None:
    assert has_other_script("UNO：主体定制")
    assert has_other_script("погода")
    assert not has_other_script("naïve π “quoted” – done")


@pytest.mark.parametrize(
    ("one", "many"), [("query", "queries"), ("box", "boxes"), ("process", "processes"), ("batch", "batches")]
)
def test_plurals_that_take_more_than_an_s_have_a_singular(one: str, many: str) -> None:
    (plural,) = words(many)
    assert (other_number(one), other_number(plural)) == (plural, one)


def test_most_words_have_no_other_number() -> None:
    assert not any(map(other_number, ["storm", "survey", "video", ""]))


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    assert all(words(plain(text)))
