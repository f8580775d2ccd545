"""Texts that try to break out of the place they are written at."""

from __future__ import annotations

from hypothesis import strategies as st

FRAGMENTS = (
    "|", "](", "｜", "[", "]", "\\", "#", "## 目录", "# Topic: X", "#### 简介", "**标签**：#a", "**概要**：", "---", "=====",
    "```", "~~~", "```python", '<h2 id="x">y</h2>', "<!-- x -->", "<script>alert(1)</script>", "</h2>", "$a_1 | b$",
    "![](http://x.org/y.png)", "- [a](http://x.org)", "1. [a](#b)", "a：http://x.org", "http://x.org/(a)_b", "&#44;", "&amp;",
    "\u00a0", "🤗", "👩\u200d🔬", "שלום", "مرحبا\u202e", "，", ", ", "⬆", "**[⬆ top](#a)**", "第一章", "## 第一章 x", "\u2028", "é",
)  # fmt: skip
_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
_SOME = st.sampled_from(FRAGMENTS) | st.text(_CHARACTERS, max_size=6)


def _stripped(text: str) -> str:
    return text.strip(" \t\r\n")


def words(*, without: str = "") -> st.SearchStrategy[str]:
    """One line with something in it."""
    return (
        st.lists(_SOME, min_size=1, max_size=4)
        .map(lambda parts: _stripped(" ".join(parts)))
        .filter(lambda text: bool(text) and not any(sign in text for sign in without))
    )


def bodies() -> st.SearchStrategy[str]:
    """Some lines, one of them with something in it."""
    line_break = st.sampled_from(["\n", "\n", "\n\n", "\r\n"])
    pairs = st.lists(st.tuples(words() | st.just(""), line_break), min_size=1, max_size=6)
    return pairs.map(lambda lines: _stripped("".join(text + end for text, end in lines))).filter(bool)


def urls() -> st.SearchStrategy[str]:
    """Addresses, some with parentheses and other signs that Markdown uses."""
    path = st.text(st.sampled_from("abc123/._-~%?=&()[]#｜，é"), max_size=12)
    return path.map("https://example.org/".__add__)
