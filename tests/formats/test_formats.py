from __future__ import annotations

import json
import random

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats import FORMATS, detect, from_json, parse, read_text, to_json
from weekly.formats.convert import from_data
from weekly.formats.digest import Digest
from weekly.formats.texts import LARGEST
from weekly.render.documents import render
from weekly.render.environment import environment

DIGEST = "# A | B【AI周报】\n\n## 摘要\n\na\n\n## X：y\n\n**概要**：b\n\n**标签**：#c\n"


@pytest.mark.parametrize("name", FORMATS)
def test_every_document_at_hand_is_told_from_the_other_formats(name):
    for path, text in texts(name).items():
        assert detect(text) == name, path
        assert isinstance(parse(text), FORMATS[name].document)


@pytest.mark.parametrize("name", FORMATS)
def test_the_data_is_json_and_holds_no_copy_of_the_text(name):
    for path, text in texts(name).items():
        data = to_json(parse(text))
        written = json.dumps({**data, "findings": []}, ensure_ascii=False)
        assert len(written.encode()) < 1.5 * len(text.encode()) + 1000, path
        assert json.loads(written)["format"] == name


@pytest.mark.parametrize(
    "text",
    [
        "Dear diary\n",
        "# README\n\nAn ordinary project.\n\n## Install\n\nmake\n",
        "x" * 100_000,
        "[" * 100_000,
        "".join(random.Random(1).choices("abc #|[]()*\n", k=20_000)),
    ],
)
def test_what_is_none_of_the_four_is_refused_in_one_line(text):
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_format_of_another_name_is_refused():
    with pytest.raises(ParseError, match="'novel' is none of digest, topic, collection, handbook"):
        parse(DIGEST, "novel")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary"),
        ("标题".encode("gb18030"), "line 1 is not UTF-8"),
        (b"ok\nok\n\xff\n", "line 3 is not UTF-8"),
        ("标题".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_is_no_text_gets_one_line_that_names_it(tmp_path, content, why):
    path = tmp_path / "page.md"
    path.write_bytes(content)
    with pytest.raises(ParseError, match=why) as caught:
        read_text(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(ParseError, match=why):
        read_text(content)


def test_a_file_that_is_not_there_gets_one_line(tmp_path):
    with pytest.raises(ParseError, match=r"none\.md: No such file"):
        read_text(tmp_path / "none.md")


def test_line_ends_and_a_byte_order_mark_are_kept(tmp_path):
    path = tmp_path / "page.md"
    path.write_bytes(b"\xef\xbb\xbf# A\r\n")
    assert read_text(path) == "\ufeff# A\r\n"
    assert parse("\ufeff" + DIGEST).lead == "\ufeff"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "the document: an object is needed"),
        ({}, "format: None is none of"),
        ({"format": ["digest"]}, "format: "),
        ({"format": "digest", "items": [{"title": "a"}, {"summary": "b"}]}, r"items\[1\]\.title: "),
        ({"format": "digest", "items": [{"title": "a", "image": {"alt": "b"}}]}, r"items\[0\]\.image\.url: "),
        ({"format": "digest", "headlines": "a"}, "headlines: "),
        (
            {"format": "topic", "topics": [{"name": "a", "papers": [{"title": 1}]}]},
            r"topics\[0\]\.papers\[0\]\.title: ",
        ),
        ({"format": "handbook", "toc": [{"text": "a", "anchor": None}]}, r"toc\[0\]\.anchor: "),
    ],
)
def test_data_of_the_wrong_shape_is_refused_with_its_place(data, place):
    with pytest.raises(ParseError, match=place) as caught:
        from_json(data)
    assert "\n" not in str(caught.value)


def test_what_the_data_does_not_say_follows_from_the_rest():
    digest = from_data(Digest, {"headlines": ["A", "B"], "items": [{"title": "A：b"}]})
    assert digest.title == "A | B【AI周报】"
    assert [(line.text, line.anchor) for line in digest.contents or ()] == [("A：b", "ab")]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", [" \n\n", "\ufeff\n", "text\n", "#\n", "```\n# a\n```\n"])
def test_a_text_without_what_the_form_needs_is_refused_whatever_its_name(name, text):
    with pytest.raises(ParseError, match=r"^no (title|topic|entry|question)"):
        parse(text, name) if text != "#\n" or name != "digest" else parse("\n", name)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "page.md"
    with path.open("wb") as out:
        out.truncate(LARGEST + 1)
    with pytest.raises(ParseError, match=r"page\.md: larger than 64 MB, split it"):
        read_text(path)


def test_what_is_cleared_in_the_data_leaves_the_page():
    data = to_json(parse(DIGEST.replace("## X", "![c](http://x.org/a.png)\n\n##  X")))
    data["items"][0]["summary"] = ""
    data["items"][0]["tags"] = []
    text = render(from_json(data), environment())
    assert "概要" not in text
    assert "标签" not in text
    assert "##  X：y" in text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[a]()", "a link without an address"),
        ("[a](#)", "a link without an address"),
        ("[a](http://x.org", "never closed"),
        ("[a] (http://x.org)", "a blank between"),
    ],
)
def test_malformed_links_are_reported_with_their_line(line, why):
    found = parse(DIGEST.replace("\na\n", f"\n{line}\n")).findings
    assert [(one.kind, one.line) for one in found if why in one.message] == [("malformed-link", 5)]


def test_line_ends_zero_width_characters_and_open_code_are_reported():
    text = DIGEST.replace("\na\n", "\na\u200b\r\n") + "```\ncode\n"
    kinds = {one.kind: one.line for one in parse(text).findings}
    assert {kind: kinds.get(kind) for kind in ("line-ends", "zero-width", "unclosed-code")} == {
        "line-ends": 5,
        "zero-width": 5,
        "unclosed-code": 12,
    }
    family = parse(DIGEST.replace("\na\n", "\n👩\u200d🔬\n")).findings
    assert "zero-width" not in {one.kind for one in family}
