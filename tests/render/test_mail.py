"""The mail: whole in every client, or cut where it says so; readable as text; harmless whatever it holds."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesParser

import html5lib
import pytest
from bs4 import BeautifulSoup

from tests.cards import HOSTILE, a_card, an_issue, hostile_cards
from tests.checks.contexts import context
from weekly.checks import mail as checks
from weekly.checks.mail import CLIPPED
from weekly.delivery.message import MessageTemplate
from weekly.models import Delivery, Level
from weekly.render.columns import WIDTH, width
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.mail import LIGHT, minify
from weekly.settings import NewsletterSettings, Settings
from weekly.signing import Signer

SETTINGS = Settings(newsletter=NewsletterSettings(postal_address="Example Road 1"))


@pytest.fixture(scope="module")
def renderer():
    return IssueRenderer(SETTINGS, environment())


def mail_of(renderer, cards, **more):
    return renderer.mail(an_issue(cards, **more))


def soup(mail):
    return BeautifulSoup(mail.html, "html.parser")


@pytest.mark.parametrize("count", [0, 1, 6, 12, 30, 100, 400])
def test_gmail_never_cuts_the_mail_and_the_mail_says_where_the_rest_is(renderer, count):
    mail = mail_of(renderer, [a_card(number) for number in range(count)])
    assert len(mail.html.encode()) <= LIGHT < CLIPPED
    page = soup(mail)
    whole = page.find_all("h3")
    assert len(whole) == count - mail.cut
    assert mail.cut == 0 or count > 30
    if mail.cut:
        rest = page.find("h2", string=re.compile(f"其余 {mail.cut} 条"))
        assert rest.find_next("a")["href"] == "https://weekly.example.org/2025/W15/"


def test_the_titles_of_what_is_cut_lead_to_the_cards_on_the_web(renderer):
    mail = mail_of(renderer, [a_card(number) for number in range(100)])
    links = soup(mail).find("h2", string=re.compile("其余")).find_next("ol").find_all("a")
    assert len(links) == mail.cut
    assert all(link["href"].startswith("https://weekly.example.org/2025/W15/#model-") for link in links)


def test_texts_of_a_megabyte_are_begun_and_lead_on(renderer):
    mail = mail_of(renderer, [a_card(number, text="很长的一段。" * 170_000) for number in range(12)])
    assert len(mail.html.encode()) <= LIGHT
    assert mail.cut == 0
    assert mail.html.count("在网页版阅读全文") == 12
    assert mail.text.count("全文：https://weekly.example.org/2025/W15/#model-") == 12
    assert len(mail.text) < 20_000


def test_a_check_tells_the_editor_how_much_is_cut(renderer):
    def sizes(mail):
        return [one for one in checks.mail(context(mail=mail, settings=SETTINGS)) if one.check == "size"]

    mail = mail_of(renderer, [a_card(number) for number in range(100)])
    (found,) = sizes(mail)
    assert found.level is Level.WARN
    assert str(mail.cut) in found.message
    assert not sizes(mail_of(renderer, [a_card(1)]))


def test_the_cut_is_the_same_for_every_reader(renderer):
    edition = an_issue([a_card(number) for number in range(100)])
    token = "r" * 60
    assert renderer.mail(edition, token).html.replace(f"/{token}", "") == renderer.mail(edition).html


def test_cards_stand_under_their_topics_and_are_numbered_in_that_order(renderer):
    page = soup(mail_of(renderer, [a_card(number) for number in range(12)]))
    topics = [one.get_text() for one in page.find_all("h2", class_="t")]
    assert topics == ["图像生成", "视频生成", "三维", "智能体", "推理", "其他"]
    assert [one.get_text().split(".")[0] for one in page.find_all("h3")] == [str(number) for number in range(1, 13)]
    assert page.find_all("h3")[1].get_text() == "2. Model-6"
    starts = [int(one["start"]) for one in page.find_all("ol") if one.has_attr("start")]
    assert starts == [1, 3, 5, 7, 9, 11]


def test_a_card_has_all_its_parts(renderer):
    page = soup(mail_of(renderer, [a_card(1)]))
    card = page.find("div", class_="c")
    assert card.img["alt"] == "A figure"
    assert card.h3.get_text() == "1. Model-1"
    text = card.get_text(" ")
    for part in ("A Title of Usual Length", "Ada Example-1 等 3 人", "示例大学", "7 billion", "#图像生成"):
        assert part in text
    assert [one.get_text() for one in card.find_all("a", class_="b")] == ["项目主页", "GitHub 仓库", "论文链接"]


def test_the_mail_says_its_language_its_beginning_and_both_colour_schemes(renderer):
    mail = mail_of(renderer, [a_card(1)])
    page = soup(mail)
    assert page.html["lang"] == "zh-Hans"
    assert page.find("meta", {"name": "color-scheme"})["content"] == "light dark"
    assert "prefers-color-scheme:dark" in mail.html.replace(" ", "")
    assert page.body.find("div").get_text() == "本周亮点。"
    assert [one.name for one in page.find_all(["h1", "h2", "h3"])][:3] == ["h1", "h2", "h2"]
    assert all(image["alt"] for image in page.find_all("img"))


def test_nothing_in_it_is_fetched_but_pictures_of_the_archive(renderer):
    page = soup(mail_of(renderer, [a_card(number) for number in range(12)]))
    assert not page.find_all(["script", "iframe", "form", "object", "video"])
    assert not page.find_all("link")
    assert {image["src"] for image in page.find_all("img")} == {
        "https://weekly.example.org/2025/W15/images/0123456789abcdef0123.png"
    }
    assert "url(" not in mail_of(renderer, [a_card(1)]).html
    assert "@import" not in mail_of(renderer, [a_card(1)]).html


def test_the_foot_says_why_and_how_to_leave(renderer):
    mail = mail_of(renderer, [a_card(1)], language="en")
    hrefs = {link.get_text(): link["href"] for link in soup(mail).find_all("a")}
    assert hrefs["Unsubscribe"] == "https://weekly.example.org/unsubscribe"
    assert hrefs["Change topics or language, or pause"] == "https://weekly.example.org/preferences"
    assert hrefs["Read on the web"] == "https://weekly.example.org/2025/W15/"
    for form in (mail.html, mail.text):
        assert "because you subscribed" in form
        assert "Example Road 1" in form


def test_the_text_is_72_columns_wide_and_its_links_are_numbered(renderer):
    text = mail_of(renderer, [a_card(number) for number in range(12)]).text
    lines = text.split("\n")
    assert max(width(line) for line in lines if "://" not in line) <= WIDTH
    assert [int(number) for number in re.findall(r"^\[(\d+)\] ", text, re.MULTILINE)] == list(range(1, 37))
    assert text.index("视频生成\n----") < text.index("三维\n----")
    assert "\n\n\n\n" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_cards_are_inert_in_both_parts(renderer, language):
    mail = mail_of(renderer, hostile_cards(), language=language)
    page = soup(mail)
    assert len(mail.html.encode()) <= LIGHT
    assert not page.find_all(["script", "iframe", "object"])
    assert not [one for one in page.find_all(True) for name in one.attrs if name.startswith("on")]
    assert all(link["href"].startswith(("https://", "mailto:weekly@example.org")) for link in page.find_all("a"))
    assert "49" not in re.sub(r"[#&]\w+|\d{5}|:\d+", "", page.get_text())
    for block in page.find_all("div", class_="md"):
        block.decompose()  # a text may turn its own direction, and ends with its block
    assert not re.search("[\x00\x08\x0b\u202e\u2067]", page.get_text())


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_mail_is_well_formed_whatever_a_card_says(renderer, kind):
    text = HOSTILE[kind]
    mail = mail_of(renderer, [a_card(1, name=text, line=text, summary=text, tags=(text,), institutions=(text,))])
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(mail.html)
    assert parser.errors == []


def test_the_message_parses_without_defects(renderer):
    mail = mail_of(renderer, hostile_cards())
    template = MessageTemplate.of(
        mail, SETTINGS.newsletter, Signer(b"k" * 32), slot="r" + "0" * 32, boundary="=_b", fields={"List-Id": "<a.b>"}
    )
    from datetime import UTC, datetime

    message = template.fill(Delivery(week="2025-W15", email="a@example.org", subscriber=1), datetime.now(UTC))
    parsed = BytesParser(policy=policy.default).parsebytes(message.data)
    assert not parsed.defects
    assert not any(part.defects for part in parsed.walk())
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


def test_minifying_leaves_what_stands_on_one_line():
    html = "<style>a { color: red }\n\n b { margin: 0 0 1px }</style>\n   <p>a <b>b</b> <i>c</i></p>\n\n  <p>d</p>"
    assert minify(html) == "<style>a{color:red}b{margin:0 0 1px}</style>\n<p>a <b>b</b> <i>c</i></p>\n<p>d</p>"
