"""The issue as a piece of HTML for other people's pages."""

from __future__ import annotations

import re

import pytest
from lxml import html

from tests.render.test_issue import HOSTILE, an_issue, card
from weekly.models import Link, LinkKind, Picture
from weekly.render.article import article, for_wechat, inert, inert_text
from weekly.render.environment import environment
from weekly.settings import Settings

ADDRESS = "https://weekly.example.org/2025/W15/"
PICTURE = Picture(file="abc.png", alt="a figure", origin="https://x.example/y.png", width=9, height=9)


def made(*cards, errata=None, language="zh"):
    return article(an_issue(*cards, language=language), Settings(), environment(), errata or {}, ADDRESS)


def tree(markup):
    return html.fragment_fromstring(markup, create_parent="div")


def test_styles_stand_in_the_elements_and_addresses_are_whole():
    markup, text = made(card(picture=PICTURE))
    assert "<style" not in markup
    assert all(one.get("style") for one in tree(markup).iter("h2", "h3", "p", "img", "a"))
    assert [one.get("src") for one in tree(markup).iter("img")] == [f"{ADDRESS}images/abc.png"]
    assert ADDRESS in text
    assert "https://arxiv.org/abs/2504.00001" in text


def test_links_become_numbers_and_references_for_a_gongzhonghao():
    links = (
        Link(kind=LinkKind.CODE, url="https://github.com/o/n?a=1&b=2", origin="abstract"),
        Link(kind=LinkKind.PAPER, url="https://arxiv.org/abs/2504.00001", origin="arxiv"),
        Link(kind=LinkKind.POST, url="https://mp.weixin.qq.com/s/abc", origin="feed"),
    )
    shown = tree(for_wechat(made(card(links=links), card(name="Two", links=links[:1]))[0], "zh"))
    assert [one.get("href") for one in shown.iter("a")] == ["https://mp.weixin.qq.com/s/abc"] * 1
    words = shown.text_content()
    assert [one.text for one in shown.iter("sup")] == ["[1]", "[2]", "[1]", "[3]"]
    assert "参考链接" in words
    assert "[1] https://github.com/o/n?a=1&b=2" in words
    assert f"[3] {ADDRESS}" in words


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_the_editor_takes_away_is_there_however_hostile_a_title_is(text):
    markup = for_wechat(
        made(card(name=text, line=text, summary=f"[{text}](https://x.example/) <b onclick=x>"))[0], "en"
    )
    for one in tree(markup).iter():
        assert not {"class", "id", "target", "onclick"} & set(one.attrib)
        assert one.tag not in {"script", "style", "link", "iframe", "form"}
    assert "<script" not in markup


def test_no_template_language_of_a_mail_service_finds_anything():
    markup, text = made(card(name="{{ .Subscriber.Email }}", line="{% raw %} {# x #}"))
    assert not re.search(r"\{[{%#]", inert(markup))
    assert not re.search(r"\{[{%#]", inert_text(text))
    assert "{{ .Subscriber.Email }}" in tree(inert(markup)).text_content()


def test_corrections_stand_at_their_card():
    one, two = card(name="Ant"), card(name="Cube")
    markup, text = made(one, two, errata={two.id: ("It is **7B**.",)})
    words = tree(markup).text_content()
    assert words.index("更正") > words.rindex("Cube：")
    assert "更正：It is 7B." in text
