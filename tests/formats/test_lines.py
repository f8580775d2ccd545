from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.formats.hostile import bodies, urls, words
from weekly.formats.body import RULE, Body
from weekly.formats.inline import read_cells, read_image, read_link, write_cells, write_image, write_link
from weekly.formats.lines import lead, split


def code(text: str) -> list[str]:
    return [line.text for line in split(text) if line.code]


@given(st.text())
def test_the_lines_are_the_text(text):
    lines = split(text)
    assert "".join(line.raw for line in lines) == text
    before, rest = lead(lines)
    assert before + "".join(line.raw for line in rest) == text


def test_lines_end_where_markdown_ends_them():
    lines = split("a \t\r\nb\rc\u2028d\n")
    assert [(line.text, line.end) for line in lines] == [("a", " \t\r\n"), ("b", "\r"), ("c\u2028d", "\n")]


def test_a_fence_is_closed_by_one_of_its_kind_and_at_least_its_length():
    assert code("````md\n```\n# a\n~~~~\n`````\n# b\n") == ["````md", "```", "# a", "~~~~", "`````"]
    assert code("- a\n    ```py\n    # b\n    ```\n# c\n") == ["    ```py", "    # b", "    ```"]


def test_a_fence_that_nothing_closes_opens_nothing():
    assert code("```\n# a\n") == []
    assert code("```a\n```b\n~~~\n# c\n~~~\n") == ["~~~", "# c", "~~~"]
    assert code("`````\n```\n# a\n```\n") == ["```", "# a", "```"]


BODY = Body(r"#{1,6}(?:[ \t]|$)", "<h2", last=RULE)


@given(bodies())
def test_running_text_reads_back(text):
    assert BODY.read(BODY.write(text)) == text
    assert BODY.read(BODY.write(text, behind=True), behind=True) == text


def test_what_looks_like_a_mark_gets_a_backslash_outside_of_code():
    assert BODY.write("# a\n```\n# b\n```\n\\# c\n---\n#d\n---") == "\\# a\n```\n# b\n```\n\\\\# c\n---\n#d\n\\---"
    assert BODY.write("```\n# a") == "\\```\n\\# a"


@given(words(), urls())
def test_links_and_pictures_read_back(label, url):
    assert read_link(write_link(label, url)) == (label, url)
    assert read_image(write_image(label, url)) == (label, url)


@given(st.lists(words(), min_size=1), st.sampled_from([" | ", "|"]))
def test_cells_read_back(cells, separator):
    assert list(read_cells(write_cells(cells, separator))) == cells


def test_a_line_with_more_than_a_link_is_no_link():
    assert read_link("[a](b) c") is None
    assert read_link("[a](b) [c](d)") is None
    assert read_link("[a] (b)") is None
