from __future__ import annotations

import re
from itertools import pairwise

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats import from_json, to_json
from weekly.formats.collection import Collection, CollectionEntry, CollectionLink, CollectionSection, parse
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
ENTRY = CollectionEntry(
    title="Nexus-Gen",
    sections=(
        CollectionSection(heading="简介", body="统一模型。"),
        CollectionSection(heading="核心功能", body="- 图像理解\n- 图像生成"),
    ),
    links=(
        CollectionLink(label="论文", url="https://arxiv.org/abs/1"),
        CollectionLink(label="modelscope/Nexus-Gen", url="https://github.com/a/b"),
    ),
)
WRITTEN = """\
# LLM合集

三十个模型。

## 目录

1. [Nexus-Gen](#nexus-gen)

# Nexus-Gen

#### 简介
统一模型。

#### 核心功能
- 图像理解
- 图像生成

- [论文](https://arxiv.org/abs/1)
- [modelscope/Nexus-Gen](https://github.com/a/b)

**[⬆ 返回README目录](../README.md#目录)**
"""
SECTION = re.compile(r"(?m)^ {0,3}#{1,6}[ \t]+(?:[\d.]+[ \t]+)?(?:简介|核心功能|技术原理|应用场景)[ \t]*$")


def write(page: Collection) -> str:
    return render(from_json(to_json(page)), ENVIRONMENT)


def test_a_page_written_from_scratch_has_the_form_of_the_model():
    footer = "**[⬆ 返回README目录](../README.md#目录)**"
    page = Collection(title="LLM合集", intro="三十个模型。", entries=(ENTRY,), footer=footer)
    assert render(page, ENVIRONMENT) == WRITTEN
    assert parse(WRITTEN) == page


@pytest.mark.parametrize(
    ("line", "label", "url"),
    [
        ("- [a [b] c](http://x.org/(d))", "a [b] c", "http://x.org/(d)"),
        ("*   GitHub仓库：https://github.com/a/b", "GitHub仓库", "https://github.com/a/b"),
        ("  * MindLink-32B: https://huggingface.co/a", "MindLink-32B", "https://huggingface.co/a"),
        (
            "[HumanOmniV2-论文](https://arxiv.org/pdf/2506.21277)",
            "HumanOmniV2-论文",
            "https://arxiv.org/pdf/2506.21277",
        ),
        ("https://x.org", "", "https://x.org"),
    ],
)
def test_links_are_bulleted_bare_or_indented(line, label, url):
    text = f"# T\n\n# E\n\n#### 应用场景\n- 创作\n\n\n{line}\n"
    page = parse(text)
    assert page.entries[0].links == (CollectionLink(label=label, url=url),)
    assert page.entries[0].sections[0].body == "- 创作"
    assert write(page) == text


def test_sections_under_the_title_of_the_page_are_an_entry_without_a_title():
    text = "# T\n\nintro\n\n#### 简介\na\n\n## 目录\n\n1. E\n\n# E\n\n#### 1.4.1 核心功能\nb\n"
    page = parse(text)
    assert [(entry.title, len(entry.sections)) for entry in page.entries] == [("", 1), ("E", 1)]
    assert page.entries[1].sections[0].heading == "核心功能"
    assert page.intro == "intro"
    assert write(page) == text


def test_what_stands_between_entries_stays_there():
    text = "# T\n\n## A\n\n#### 简介\na\n\n- [a](http://a.org)\n\n<!-- end -->\n\n### 📱 关注\n* [b](http://b.org)\n\n------\n\n## B\n\n#### 简介\nb\n"
    page = parse(text)
    assert [entry.title for entry in page.entries] == ["A", "B"]
    assert [len(entry.links) for entry in page.entries] == [1, 0]
    assert write(page) == text


def test_an_entry_put_into_the_data_is_written():
    data = to_json(parse(WRITTEN))
    data["entries"][0]["sections"].append({"heading": "应用场景", "body": "创作"})
    data["entries"].append({"title": "B", "level": 2, "sections": [], "links": [{"label": "x", "url": "http://x.org"}]})
    text = render(from_json(data), ENVIRONMENT)
    assert "- 图像生成\n\n#### 应用场景\n创作\n\n- [论文]" in text
    assert "## B\n\n- [x](http://x.org)\n\n**[⬆" in text


def test_mistakes_are_reported():
    text = WRITTEN.replace("1. [Nexus-Gen](#nexus-gen)\n", "1. Nexus\n3. B\n").replace(
        "- [论文](https://arxiv.org/abs/1)\n", "- [论文]()\n"
    )
    kinds = [finding.kind for finding in parse(text).findings]
    assert sorted(kinds) == ["contents-missing", "contents-target", "contents-target", "malformed-link", "numbering"]


def test_the_model_page_skips_a_number_and_lists_four_entries_that_it_does_not_have():
    (text,) = (text for name, text in texts("collection").items() if name.startswith("002"))
    found = [finding.kind for finding in parse(text).findings]
    assert found.count("contents-target") == 4
    assert found.count("numbering") == 1


def test_a_text_without_headings_is_refused():
    with pytest.raises(ParseError, match="no entry"):
        parse("text\n")


def test_the_pages_at_hand_come_back_byte_for_byte_and_are_understood():
    for name, text in texts("collection").items():
        page = parse(text)
        assert write(page) == text, name
        assert sum(len(entry.sections) for entry in page.entries) == len(SECTION.findall(text)), name
        assert sum(bool(entry.sections) for entry in page.entries) == sections_begun(text), name
        if not name.endswith("README.md"):
            assert sum(len(entry.links) for entry in page.entries) == links_under_entries(text), name
            assert len(page.toc or ()) == contents_lines(text), name


def headings(text: str) -> list[tuple[int, str]]:
    fenced = False
    found = []
    for number, line in enumerate(text.split("\n")):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and re.match(r" {0,3}#{1,4}\s", line):
            found.append((number, line))
    return found


def sections_begun(text: str) -> int:
    lines = [line for _, line in headings(text)]
    return sum(bool(SECTION.match(b)) and not SECTION.match(a) for a, b in pairwise(lines))


def links_under_entries(text: str) -> int:
    link = re.compile(
        r"\s*(?:[-*+]\s+|\d+\.\s+)?(?:\[(?!!\[).*\]\(\S+\)|[^\[\]()]{1,80}[:：]\s*https?://\S+|\[.*\]https?://\S+|https?://\S+)\s*"
    )
    counted = 0
    under = False
    for number, line in enumerate(text.split("\n")):
        if re.match(r" {0,3}#{1,4}\s", line):
            under = not re.search(r"目录|[📱🤝💬📍]", line) and number != title_line(text)
            under = under or bool(SECTION.match(line))
        elif "⬆" in line:
            under = False
        elif under and link.fullmatch(line):
            counted += 1
    return counted


def title_line(text: str) -> int:
    number, line = headings(text)[0]
    return number if line.startswith("# ") else -1


def contents_lines(text: str) -> int:
    match = re.search(r"(?m)^#{1,6}[^\n]*目录[ \t]*$\n((?:(?!^#)[^\n]*\n)*)", text)
    return len(re.findall(r"(?m)^\d+\. ", match[1])) if match else 0


def test_contents_may_stand_behind_all_entries():
    text = "# T\n\n## A\n\n#### 简介\na\n\n- http://x.org\n\n## 目录\n\n1. A\n"
    page = parse(text)
    assert ([entry.title for entry in page.entries], [line.text for line in page.toc or ()]) == (["A"], ["A"])
    assert write(page) == text


def test_of_two_contents_the_second_is_an_entry():
    text = "# T\n\n## 目录\n\n1. A\n\n## A\n\n#### 简介\na\n\n## 目录\n\n#### 简介\nb\n"
    page = parse(text)
    assert [entry.title for entry in page.entries] == ["A", "目录"]
    assert write(page) == text


def test_two_links_in_a_row_are_text_and_no_link_of_an_entry():
    text = "# T\n\n# E\n\n#### 应用场景\n- 创作\n\n- [a](http://a.org)[b](http://b.org)\n"
    page = parse(text)
    assert page.entries[0].links == ()
    assert write(page) == text


def test_an_entry_without_a_title_has_no_line_in_the_contents():
    made = Collection(title="T", entries=(CollectionEntry(title=""), CollectionEntry(title="A")), contents_label="目录")
    assert [(line.text, line.anchor) for line in made.toc] == [("A", "a")]
