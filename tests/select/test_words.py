"""Reading titles as they come: Greek, Chinese, LaTeX, endless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.select.tokens import LONGEST, has_han, plain, words


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
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(plain(text)) == expected


def test_only_the_beginning_of_an_endless_text_is_read() -> None:
    assert len(plain("ﷺ" * 10_000)) == LONGEST


def test_chinese_is_noticed() -> None:
    assert has_han("UNO：主体定制")
    assert not has_han("naïve π")


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    assert all(words(plain(text)))
