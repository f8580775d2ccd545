"""Five readers of one issue: what their mails say is said of what is in them, in mail, text and web view."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from tests.cards import a_card, an_issue, picture
from weekly.models import Block, BlockKind, Evidence, Picture
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.selection import Selection, select
from weekly.settings import NewsletterSettings, Settings

URL = "https://weekly.example.org"
NAMES = {f"Model-{number}" for number in range(6)}
CARDS = tuple(
    a_card(
        number,
        line=f"第 {number} 个模型",
        text="{name} 是一个有七十亿参数的模型，由示例大学提出。",
        evidence=(Evidence(quote=f"We present Model-{number} of this week.", url="https://a.example/"),),
    )
    for number in range(6)
)
WORDS = {"headlines": ("Model-1：编辑的话", "Model-2 与 Model-3"), "summary": "本周亮点：Model-1 到 Model-5。"}
ISSUE = replace(an_issue(CARDS), draft=replace(an_issue(CARDS).draft, **WORDS))
READERS = {
    "zh all": ("zh", (), NAMES),
    "en all": ("en", (), NAMES),
    "zh one": ("zh", ("video_generation",), {"Model-1"}),
    "en two": ("en", ("3d", "agents"), {"Model-2", "Model-3"}),
    "without a card": ("zh", ("robotics_vla",), NAMES),
}


@pytest.fixture(scope="module")
def renderer():
    return IssueRenderer(Settings(newsletter=NewsletterSettings(reply_to="ed@example.org")), environment())


def names(text):
    return set(re.findall(r"Model-\d", text))


def forms(renderer, name):
    language, topics, _ = READERS[name]
    chosen = select(ISSUE.draft, topics, language)
    mail = renderer.mail(ISSUE, "token", chosen)
    page = BeautifulSoup(renderer.page(ISSUE, chosen), "html.parser")
    return chosen, mail, BeautifulSoup(mail.html, "html.parser"), page


@pytest.mark.parametrize("name", READERS)
def test_subject_preview_summary_contents_and_cards_agree_with_one_another(renderer, name):
    _, mail, html, page = forms(renderer, name)
    wanted = READERS[name][2]
    assert names(" ".join(one.get_text() for one in html.find_all("h3"))) == wanted
    assert names(" ".join(one.get_text() for one in page.find_all("h3"))) == wanted
    assert names(" ".join(one.get_text() for one in html.find_all("li"))) == wanted
    assert names(" ".join(one.get_text() for one in page.find("nav", class_="toc").find_all("li"))) == wanted
    assert names(mail.text) == wanted
    summary = html.find("div", class_="md").get_text()
    for said in (mail.subject, html.h1.get_text(), html.body.find("div").get_text(), summary, page.h1.get_text()):
        assert names(said)
        assert names(said) <= wanted
    assert html.h1.get_text() == page.h1.get_text()
    assert mail.subject.startswith(html.h1.get_text())


@pytest.mark.parametrize("name", READERS)
def test_the_view_in_the_browser_is_of_the_same_cards(renderer, name):
    chosen, mail, html, _ = forms(renderer, name)
    (view,) = {one["href"] for one in html.find_all("a") if one.get_text() in {"网页版", "Read on the web"}}
    assert view in mail.text
    query = {"zh all": "", "without a card": "", "en all": "language=en", "zh one": "topics=video_generation"}
    query |= {"en two": "topics=3d,agents&language=en"}
    assert view == (f"{URL}/issues/2025-W15?{query[name]}" if query[name] else f"{URL}/2025/W15/")
    assert bool(chosen.topics) == ("topics=" in view)


def test_a_part_says_that_it_is_one_and_leads_to_the_rest(renderer):
    for name, note in (
        ("zh one", "按您选的主题：视频生成。本期另有 5 条"),
        ("en two", "3D, Agents. This issue has 4 more"),
    ):
        _, mail, html, page = forms(renderer, name)
        assert note in html.get_text()
        assert note in mail.text.replace("\n", " ")
        assert note in page.get_text()
        assert html.find("p", class_="o").a["href"] == f"{URL}/2025/W15/"


def test_who_gets_everything_because_nothing_was_of_their_topics_is_told_so(renderer):
    chosen, mail, html, _ = forms(renderer, "without a card")
    assert chosen == Selection(language="zh", missed=True)
    assert "本期没有您所选主题的内容" in mail.text
    assert "本期没有您所选主题的内容" in html.get_text()
    assert "本期没有" not in renderer.mail(ISSUE).html


def test_a_card_is_where_it_always_was_whatever_stands_beside_it(renderer):
    whole = BeautifulSoup(renderer.files(ISSUE)["index.html"], "html.parser")
    places = {one["id"] for one in whole.find_all("article", class_="card")}
    for name in READERS:
        _, _, html, page = forms(renderer, name)
        assert {one["id"] for one in page.find_all("article", class_="card")} <= places
        hashes = {one["href"].partition("#")[2] for one in html.find_all("a")} - {""}
        assert hashes <= places


def test_the_editors_headline_stays_where_it_names_what_is_there_and_nothing_else(renderer):
    assert forms(renderer, "zh one")[1].subject == "Model-1：编辑的话【AI周报】"
    assert "与" not in forms(renderer, "en two")[1].subject


def test_an_english_reader_gets_what_there_is_in_english_and_the_rest_is_marked(renderer):
    _, mail, html, page = forms(renderer, "en two")
    assert html.html["lang"] == page.html["lang"] == "en"
    assert "A Title of Usual Length about What It Does" in html.h3.find_next("p").get_text()
    assert "We present Model-3 of this week." in mail.text
    assert "7–13 April 2025" in html.get_text()
    for form in (html, page.main):
        for words in form.find_all(string=re.compile(r"[\u4e00-\u9fff]")):
            marked = words.find_parent(lang=True)
            assert marked["lang"] == "zh-Hans", words
    bare = re.sub(r"AI周报|示例大学|https://\S+", "", mail.text)
    assert not re.search(r"[\u4e00-\u9fff]", bare)


def test_a_card_without_a_word_in_the_readers_language_is_marked_as_what_it_is(renderer):
    issue = an_issue([a_card(1, summary="只有中文。", evidence=())])
    html = BeautifulSoup(renderer.mail(issue, selection=Selection(language="en")).html, "html.parser")
    assert html.find("div", class_="md", string=None, lang="zh-Hans").get_text().strip() == "只有中文。"


def test_the_picture_of_a_card_that_is_not_there_is_no_cover(renderer):
    other = Picture(file="f" * 20 + ".png", alt="x", origin="https://a.example/", width=10, height=10)
    for cover, shown in ((picture(), False), (other, True)):
        issue = an_issue([a_card(1), a_card(2)])
        issue = replace(issue, draft=replace(issue.draft, cover=cover))
        html = renderer.mail(issue, selection=select(issue.draft, ("3d",))).html
        assert (cover.file in html) is shown


def test_words_of_an_editor_go_with_every_part(renderer):
    block = Block(kind=BlockKind.EDITORIAL, title="Hello", body="Words.", after=CARDS[1].id)
    issue = replace(ISSUE, draft=replace(ISSUE.draft, blocks=(block,)))
    assert "Words." in renderer.mail(issue, selection=select(issue.draft, ("3d",))).text


def test_who_chose_every_topic_of_the_issue_gets_the_mail_of_everybody():
    everything = select(ISSUE.draft, ())
    assert select(ISSUE.draft, [card.topic for card in CARDS]) == everything == Selection(language="zh")


def test_answers_go_to_the_editor(renderer):
    assert "ed@example.org" in renderer.mail(ISSUE).text
