"""Strangers' text stays text, and their Markdown stays harmless."""

from __future__ import annotations

from html import unescape

import html5lib
import nh3
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from weekly.render.markdown import escape, to_html, to_text

LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60).map(
    lambda text: " ".join(text.split())
)


def shown(html):
    return " ".join(unescape(nh3.clean(html, tags=set(), attributes={})).split())


@given(LINES)
@example("# not a heading")
@example("#")
@example("1. not a list")
@example("- not a list")
@example("+ not a list either")
@example("=== not an underline")
@example("**not bold** _not italic_ `not code` ~~not struck~~")
@example("](javascript:alert(1)) [x](y) ![z](w)")
@example("<script>alert(1)</script> &lt; &amp; &#60;")
@example("| not | a | table |")
@example("price: $5 \\ backslash \\* star")
@example("https://example.org/a_b*c")
def test_escaped_text_is_shown_as_exactly_these_characters(text):
    assert shown(to_html(escape(text))) == " ".join(text.split())


@given(LINES)
def test_escaped_text_reads_the_same_in_the_plain_form(text):
    assert " ".join(to_text(escape(text)).split()) == " ".join(unescape(text).split()) or "&" in text


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "[click](vbscript:x)",
        "![x](javascript:alert(1))",
        "<style>*{display:none}</style>",
        "<svg onload=alert(1)>",
        '<a href="https://x" onclick="alert(1)">x</a>',
        "<iframe src=https://x></iframe>",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_markdown_of_strangers_is_inert(markdown):
    tree = html5lib.parseFragment(to_html(markdown), namespaceHTMLElements=False)
    for element in tree.iter():
        assert element.tag not in {"script", "img", "style", "svg", "iframe"}
        assert set(element.attrib) <= {"href", "title", "rel"}
        assert element.attrib.get("href", "https:").startswith(("http:", "https:", "mailto:"))


def test_links_lead_out_without_telling_where_from():
    assert to_html("[a](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener noreferrer">a</a></p>\n'
    )


def test_the_plain_form_keeps_words_lists_and_code():
    assert to_text("# T\n\n**a** and `b`\n\n- one\n- two\n\n```\nx = 1\n```\n") == "T\n\na and b\n\none\n\ntwo\n\nx = 1"


@given(st.text(st.sampled_from("aZ中é0 _*-.:：()（）/%#>`1)\u2014\u2026"), max_size=12))
@example("a-b: c (d) 5%")
@example("a  b")
def test_the_plain_form_of_a_line_is_the_same_beside_other_paragraphs(line):
    assume("```" not in line)  # a fence, which takes in what stands below it
    alone, *rest = to_text(f"{line}\n\n*x*").rpartition("x")
    assert to_text(line) == alone.rstrip("\n")
    assert rest == ["x", ""]


PROSE = st.lists(
    st.sampled_from(("a", "中", "é", "7", "²", " ", "**", "**", "*", "\n", "\n\n", *"-=+.)('\"!#:，_&\u00a0\t\\"))
).map("".join)


@given(PROSE)
@example("a **b** c\n\n**中 d**，“e”")
@example("**a****b**")
@example("**a***b*")
@example("a **b**c** d")
@example("a  \nb")
@example("a\n---")
@example("a\n1. b")
@example("\"a\" & 'b'")
def test_prose_reads_the_same_beside_what_needs_the_whole_grammar(text):
    text = text.strip()
    assert to_html(f"{text}\n\n`x`") == f"{to_html(text)}<p><code>x</code></p>\n"
    assert to_text(f"{text}\n\n`x`").removesuffix("x").rstrip("\n") == to_text(text).rstrip("\n")


def test_quotations_carry_their_language():
    assert '<blockquote lang="en">' in to_html("> It is quick.")
    assert '<blockquote lang="zh-Hans">' in to_html("> 我们发布了新的模型。")
    assert "<blockquote>" in to_html("> We present 悟道, which is quick and small.")
