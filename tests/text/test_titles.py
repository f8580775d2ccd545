"""Titles keep what they mean: generics, thinking tokens, joiners; and lose what hides or marks up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.text import title_from_html, visible


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("Let's <think> about it", "Let's <think> about it"),
        ("List<T> and <b>bold</b> R&amp;D", "List<T> and bold R&D"),
        ("Vec<Vec<u8>> in p<0.05", "Vec<Vec<u8>> in p<0.05"),
        ("<3 Deno", "<3 Deno"),
        ("<i>It</i><script>alert(1)</script>", "It"),
        ("<img src=x onerror=y>A<!-- b --> B", "A B"),
        ("Family 👨‍👩‍👧, 🏳️‍🌈 and ❤️‍🔥", "Family 👨‍👩‍👧, 🏳️‍🌈 and ❤️‍🔥"),
        ("می‌خواهم", "می‌خواهم"),
        ("pay\u200dpal and 中\u200c文", "paypal and 中文"),
    ],
)
def test_a_title_keeps_what_it_means(markup, title):
    assert title_from_html(markup) == title


@given(st.text(st.sampled_from("<>/abiscrpt img&;\"'= \n‍‌👩ا"), max_size=80))
def test_no_title_holds_a_tag_of_html(markup):
    title = title_from_html(markup)
    assert not re.search(r"(?i)<\s*(?:script|img|a|b|i)\b[^<>]*>", title)
    assert title == " ".join(title.split())


@given(st.text(max_size=200))
def test_what_is_visible_stays_so(text):
    assert visible(visible(text)) == visible(text)
