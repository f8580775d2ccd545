from __future__ import annotations

import re

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats import from_json, to_json
from weekly.formats.handbook import Chapter, Handbook, Question, parse
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
PAGE = Handbook(
    chapters=(
        Chapter(
            title="第一章 可控数字人生成",
            questions=(
                Question(
                    id="1.介绍一下Hallo", title="1.介绍一下Hallo", body='### 要点\n\n```\n<h2 id="no">code</h2>\n```'
                ),
                Question(id="2.what is it?", title="2.what is it?", body="看图。"),
            ),
        ),
    )
)
WRITTEN = """\
# 目录

- [1.介绍一下Hallo](#1.介绍一下Hallo)
- [2.what is it?](#2.what is it?)

## 第一章 可控数字人生成

<h2 id="1.介绍一下Hallo">1.介绍一下Hallo</h2>

### 要点

```
<h2 id="no">code</h2>
```

<h2 id="2.what is it?">2.what is it?</h2>

看图。

"""


def write(page: Handbook) -> str:
    return render(from_json(to_json(page)), ENVIRONMENT)


def test_a_page_written_from_scratch_has_the_form_of_the_model():
    assert render(PAGE, ENVIRONMENT) == WRITTEN
    assert parse(WRITTEN) == PAGE
    assert parse(WRITTEN).findings == ()


def test_questions_of_every_level_quoting_and_language_are_read():
    text = (
        '## 目录\n\n[1. A](#q-001)\n  - [B](#q-002)\n - [3.C](#3c)\n\n## 甲\n\n<h1 id="q-001">1. A</h1>\n\n'
        "<h3 id='q-002'>B</h3>\r\nb\n\n---\n\n## 3.C\n\nc\n\n---\n\n## 参考资料\n\n- x\n"
    )
    page = parse(text)
    assert [(q.level, q.id, q.title) for q in page.chapters[0].questions] == [
        (1, "q-001", "1. A"),
        (3, "q-002", "B"),
        (2, "", "3.C"),
    ]
    assert [(chapter.title, chapter.intro) for chapter in page.chapters] == [("甲", ""), ("参考资料", "- x")]
    assert [(line.text, line.anchor) for line in page.toc or ()] == [("1. A", "q-001"), ("B", "q-002"), ("3.C", "3c")]
    assert write(page) == text


def test_headings_inside_of_answers_stay_there():
    text = WRITTEN.replace("看图。", "## 小结\n\n看图。\n\n# 又\n\n完。")
    page = parse(text)
    assert page.chapters[0].questions[1].body == "## 小结\n\n看图。\n\n# 又\n\n完。"
    assert write(page) == text


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("(#2.what is it?)", "(#2)", "contents-target"),
        ("- [2.what is it?](#2.what is it?)\n", "", "contents-missing"),
        ('<h2 id="2.what is it?">2.what is it?', '<h2 id="1.介绍一下Hallo">2.what is it?', "duplicate-id"),
        ('id="2.what is it?"', 'id="2.what"', "contents-target"),
        (">2.what is it?</h2>", ">3.what is it?</h2>", "numbering"),
        ("看图", "看\u200b图", "zero-width"),
    ],
)
def test_mistakes_are_reported_and_kept(old, new, kind):
    text = WRITTEN.replace(old, new)
    page = parse(text)
    assert kind in {finding.kind for finding in page.findings}
    assert write(page) == text


def test_anchors_may_be_percent_encoded_or_carry_the_prefix_of_github():
    text = WRITTEN.replace("(#2.what is it?)", "(#2.what%20is%20it?)").replace("(#1.", "(#user-content-1.")
    assert parse(text).findings == ()


def test_a_text_without_questions_is_refused():
    with pytest.raises(ParseError, match="no question"):
        parse("# 目录\n\n- [a](#a)\n")


def test_the_model_page_has_eleven_contents_lines_without_a_target():
    (text,) = (text for name, text in texts("handbook").items() if name.startswith("004"))
    page = parse(text)
    assert len(page.toc or ()) == 59
    assert sum(finding.kind == "contents-target" for finding in page.findings) == 11


def test_the_pages_at_hand_come_back_byte_for_byte_and_are_understood():
    for name, text in texts("handbook").items():
        page = parse(text)
        assert write(page) == text, name
        questions = [question for chapter in page.chapters for question in chapter.questions]
        assert [question.id for question in questions] == ids(text), name
        first = next(index for index, line in enumerate(text.split("\n")) if QUESTION.match(line))
        front = "\n".join(text.split("\n")[:first])
        assert len(page.toc or ()) == len(re.findall(r"(?m)^[ \t]*(?:[-*] )?\[.*\]\(#.*\)[ \t\r]*$", front)), name


QUESTION = re.compile(r"""\s*<h[1-6] id=(?:"([^"]*)"|'([^']*)')""")


def ids(text: str) -> list[str]:
    found = []
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        if not fenced and (match := QUESTION.match(line)):
            found.append(match[1] or match[2])
    return found


def test_the_contents_may_stand_under_a_heading_in_html():
    text = '<h1 id="目录">目录</h1>\n\n- [1.A](#1.A)\n\n<h2 id="1.A">1.A</h2>\n\na\n'
    page = parse(text)
    assert [question.id for chapter in page.chapters for question in chapter.questions] == ["1.A"]
    assert [line.anchor for line in page.toc or ()] == ["1.A"]
    assert write(page) == text


def test_a_page_without_contents_may_have_a_title_over_its_chapters():
    text = '# 手册\n\n## 第一章\n\n<h2 id="a">A</h2>\n\na\n'
    page = parse(text)
    assert (page.title, [chapter.title for chapter in page.chapters]) == ("手册", ["第一章"])
    assert write(page) == text
