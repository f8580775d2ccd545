"""The same content in every form, in both languages, however hostile."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import html5lib
import pytest

from weekly import formats
from weekly.models import Card, Draft, Issue, Kind, Link, LinkKind, Picture
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.markdown import escape
from weekly.settings import NewsletterSettings, Settings

HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    "\u202egnirts\u202c RTL",
    "](javascript:alert(1)) | # * _",
    "x" * 300,
    "a｜b【c】|d",
)


def card(name="UNO", line="one line", **more):
    known = {
        "id": f"arxiv:{name[:20]}", "kind": Kind.PAPER, "topic": "3d", "title": name, "summary": f"**{escape(name)}** is.",
        "tags": ("a",), "links": (Link(kind=LinkKind.PAPER, url="https://arxiv.org/abs/2504.00001", origin="arxiv"),),
    }  # fmt: skip
    return Card(name=name, line=line, **{**known, **more})


def an_issue(*cards, language="zh"):
    headlines = tuple(one.name for one in cards[:3])
    draft = Draft(week="2025-W15", language=language, headlines=headlines, summary="本周亮点。", cards=cards)
    return Issue(
        week=draft.week, draft=draft, number=7, hash="0" * 64, published_at=datetime(2025, 4, 14, 6, tzinfo=UTC)
    )


@pytest.fixture
def renderer():
    return IssueRenderer(Settings(), environment())


def test_equal_content_gives_equal_bytes(renderer):
    assert renderer.files(an_issue(card())) == renderer.files(an_issue(card()))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_stay_text_in_every_form(renderer, text):
    files = renderer.files(an_issue(card(name=text, line=text)))
    for name in ("index.html", "email.html"):
        page = files[name].decode()
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert "49" not in page.replace("&#", "") or "7*7" in page
    document = formats.parse(files["issue.md"].decode(), "digest")
    assert len(document.items) == 1
    assert not document.findings
    assert json.loads(files["issue.json"])["items"][0]["name"] == text


def test_the_page_is_valid_html(renderer):
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(renderer.files(an_issue(card(), card(name="SVG")))["index.html"].decode())
    assert parser.errors == []


def test_what_is_written_is_read_back(renderer):
    picture = Picture(file="abc.png", alt="UNO Teaser 图", origin="https://x.example/y.png", width=9, height=9)
    files = renderer.files(an_issue(card(picture=picture), card(name="SVG", line="")))
    document = formats.parse(files["issue.md"].decode())
    assert document.headlines == ("UNO", "SVG")
    assert [item.title for item in document.items] == ["UNO：one line", "SVG"]
    assert document.items[0].image.url == "images/abc.png"
    assert [reference.label for reference in document.references] == ["UNO 论文链接", "SVG 论文链接"]
    assert not document.findings


def test_an_english_newsletter_speaks_english_throughout():
    settings = Settings(newsletter=NewsletterSettings(title="AI Weekly", language="en"))
    files = IssueRenderer(settings, environment()).files(an_issue(card(), language="en"))
    text = files["issue.md"].decode().replace("本周亮点。", "")
    assert text.isascii()
    assert "[AI Weekly]" in text
    for name in ("index.html", "email.html", "email.txt"):
        assert "标签" not in files[name].decode()
        assert "退订" not in files[name].decode()


def test_an_owners_template_replaces_ours_one_file_at_a_time(tmp_path):
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "issue.txt.j2").write_text("只有 {{ title }}\n", encoding="utf-8")
    files = IssueRenderer(Settings(), environment([tmp_path])).files(an_issue(card()))
    assert files["email.txt"].decode() == "只有 UNO【AI周报】\n"
    assert b"<html" in files["index.html"]


def test_the_text_part_numbers_its_links_and_says_how_to_leave(renderer):
    text = renderer.files(an_issue(card()))["email.txt"].decode()
    assert "[1] 论文链接: https://arxiv.org/abs/2504.00001" in text
    assert "退订" in text


@pytest.mark.parametrize(
    ("language", "summary", "mark"),
    [
        ("zh", "A text that somebody wrote in English.", ' lang="en"'),
        ("zh", "**UNO** 是框架。\n\n> We propose UNO.\n\nAda 等 2 人", ""),
        ("en", "把视觉语言模型变成矢量图的书写者。", ' lang="zh-Hans"'),
        ("en", "**我们做了什么** is a post on agents of many kinds.", ""),
    ],
)
def test_a_text_in_another_language_than_the_issue_is_marked(language, summary, mark):
    made = IssueRenderer(Settings(newsletter=NewsletterSettings(language=language)), environment())
    files = made.files(an_issue(card(summary=summary), language=language))
    assert f'<div class="brief md"{mark}>' in files["index.html"].decode()
    assert f'<div class="md"{mark}>' in files["email.html"].decode()
