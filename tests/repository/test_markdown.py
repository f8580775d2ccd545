"""Strangers' words on a hosting site."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from weekly.repository.markdown import annotation, code, table


@given(st.text(max_size=80))
def test_whatever_it_is_it_is_one_span_of_code(text):
    shown = code(text)
    tokens = MarkdownIt("commonmark").parse(f"a {shown} b")
    assert {child.type for token in tokens for child in token.children or ()} <= {"text", "code_inline"}
    assert "\n" not in shown


def test_a_bar_in_a_cell_ends_no_cell():
    text = table(("a", "b"), [(code("x | y"), "z")])
    (row,) = [line for line in text.splitlines() if "x" in line]
    assert row.count("|") == 3


@given(st.text(max_size=60), st.text(max_size=60))
def test_an_annotation_is_one_line_and_one_command(message, title):
    line = annotation("error", message, file="issues/2025-W15/issue.md", line=3, title=title)
    assert "\n" not in line
    assert "\r" not in line
    fields, _, said = line.removeprefix("::error ").partition("::")
    assert len(fields.split(",")) == 3
    assert said.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") == message
