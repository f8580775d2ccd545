from __future__ import annotations

import dataclasses

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats import from_json, to_json
from weekly.formats.digest import EN, Cover, Digest, Image, Item, Reference, parse
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
FRESH = Digest(
    headlines=("UNO多主体定制", "OmniSVG"),
    cover=Cover(alt="封面源自C站作者Koal2", url="https://example.org/cover.png"),
    summary="本周亮点：UNO。其余详见正文。",
    items=(
        Item(
            title="UNO：多主体个性化定制",
            image=Image(alt="UNO Teaser 图", url="https://example.org/x1.png"),
            summary="**UNO** 是一种方法。",
            tags=("图像生成", "个性化定制"),
        ),
        Item(title="OmniSVG (v2)：矢量图", summary="**OmniSVG** 生成 SVG。", tags=("SVG",)),
    ),
    references=(Reference(label="UNO 论文链接", url="https://arxiv.org/html/2504.02160v1"),),
)
WRITTEN = """\
# UNO多主体定制 | OmniSVG【AI周报】

![封面源自C站作者Koal2](https://example.org/cover.png)

## 摘要{blanks}

本周亮点：UNO。其余详见正文。

---

## 目录{blanks}

1. [UNO：多主体个性化定制](#uno多主体个性化定制)
2. [OmniSVG (v2)：矢量图](#omnisvg-v2矢量图)

---

## UNO：多主体个性化定制

![UNO Teaser 图](https://example.org/x1.png)

**概要**：**UNO** 是一种方法。

**标签**：#图像生成 #个性化定制

---

## OmniSVG (v2)：矢量图

**概要**：**OmniSVG** 生成 SVG。

**标签**：#SVG

---

### **参考链接**

1. [UNO 论文链接](https://arxiv.org/html/2504.02160v1)
""".replace("{blanks}", "  ")


def write(digest: Digest) -> str:
    return render(digest, ENVIRONMENT)


def test_an_issue_written_from_scratch_has_the_form_of_the_first_issues():
    assert write(FRESH) == WRITTEN


def test_what_was_written_reads_back_as_the_same_issue():
    assert parse(WRITTEN) == FRESH
    assert parse(WRITTEN).findings == ()


def test_an_english_issue_has_english_labels_and_reads_back():
    english = dataclasses.replace(FRESH, title="", contents=None, labels=EN)
    text = write(english)
    for words in (
        "OmniSVG [AI Weekly]\n",
        "## Summary",
        "## Contents",
        "**In brief**: ",
        "**Tags**: #",
        "### **References**",
    ):
        assert words in text
    assert parse(text) == english


def test_an_issue_may_have_no_cover_no_summary_and_no_references():
    bare = Digest(headlines=("A",), items=(Item(title="A：b"),))
    assert parse(write(bare)) == bare


def test_the_seeds_come_back_byte_for_byte():
    for name, text in texts("digest").items():
        assert write(from_json(to_json(parse(text)))) == text, name


def test_the_seeds_are_understood():
    first, second = (parse(text) for text in texts("digest").values())
    assert [len(first.items), len(second.items)] == [7, 6]
    assert [len(first.references), len(second.references)] == [20, 12]
    assert [len(first.contents or ()), len(second.contents or ())] == [7, 6]
    assert first.headlines == ("OmniCaptioner统一视觉描述", "UNO多主体定制", "SPF-Portrait消除污染提升肖像定制")
    assert second.headlines == ("MILS零训练多模态理解", "LayerTracer优化SVG生成", "OmniHuman高保真数字人")
    assert first.cover is not None
    assert first.cover.credit == "Koal2"
    assert second.items[1].tags == ("LayerTracer", "SVG合成", "DiT", "ShowLab")
    assert all(item.image and item.summary.startswith("**") and item.tags for item in first.items + second.items)
    assert first.findings == second.findings == ()


def test_an_edited_field_is_what_gets_written():
    text = WRITTEN.replace("#图像生成 #个性化定制", "#图像生成、 #个性化定制")
    data = to_json(parse(text))
    assert write(from_json(data)) == text
    data["items"][0]["tags"] = ["定制"]
    data["items"][1]["image"] = {"alt": "OmniSVG Pipeline 图", "url": "https://example.org/p.png"}
    edited = write(from_json(data))
    assert "**标签**：#定制\n" in edited
    assert "## OmniSVG (v2)：矢量图\n\n![OmniSVG Pipeline 图](https://example.org/p.png)\n\n**概要**" in edited


def test_what_the_form_does_not_know_stays_in_its_place():
    text = WRITTEN.replace("**标签**：#SVG\n", "**标签**：#SVG\n\n> 编者按\n\n## 招聘\n\n来信。\n").replace(
        "---\n\n## 目录", "<!-- note -->\n\n---\n\n## 目录"
    )
    digest = parse(text)
    assert write(from_json(to_json(digest))) == text
    assert [item.title for item in digest.items] == [item.title for item in FRESH.items]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("(#uno多主体个性化定制)", "(#uno)", "contents-target"),
        ("2. [OmniSVG (v2)：矢量图](#omnisvg-v2矢量图)\n", "", "contents-missing"),
        ("2. [OmniSVG", "3. [OmniSVG", "numbering"),
        ("[UNO 论文链接](https://arxiv.org/html/2504.02160v1)", "UNO 论文链接", "malformed-link"),
        ("其余详见", "其余\u200b详见", "zero-width"),
        ("其余详见正文。\n", "其余详见正文。\r\n", "line-ends"),
    ],
)
def test_mistakes_are_reported_and_kept(old, new, kind):
    text = WRITTEN.replace(old, new)
    digest = parse(text)
    assert kind in {finding.kind for finding in digest.findings}
    assert write(from_json(to_json(digest))) == text


def test_a_text_without_a_title_is_refused_in_one_line():
    with pytest.raises(ParseError, match="no title"):
        parse("some text\n")
