"""A card as readers want it: nothing twice, titles as their authors wrote them, what is no paper behind the topics."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cards import a_card, an_issue, picture
from weekly.formats.digest import Labels
from weekly.models import Kind
from weekly.render.card_views import BRIEFS, by_topic, groups
from weekly.review.order import placed
from weekly.settings import Settings
from weekly.text.vocabulary import vocabulary

LABELS = Labels.of(vocabulary("zh"), "AI周报")


def shown(*cards, language="zh"):
    draft = replace(an_issue(list(cards)).draft, language=language)
    return [one for group in groups(draft, LABELS, Settings()) for one in group.cards]


@pytest.mark.parametrize(
    ("name", "line", "title", "heading"),
    [
        ("Kimi-VL", "Technical Report", "Kimi-VL Technical Report", "Kimi-VL Technical Report"),
        ("HoloPart", "Generative 3D Parts", "HoloPart: Generative 3D Parts", "HoloPart: Generative 3D Parts"),
        ("HoloPart", "三维部件补全", "HoloPart: Generative 3D Parts", "HoloPart：三维部件补全"),
    ],
)
def test_a_heading_of_a_titles_words_is_that_title(name, line, title, heading):
    (card,) = shown(a_card(1, name=name, line=line, title=title))
    assert card.heading == heading


def test_the_line_of_facts_is_told_once_and_stands_apart_from_the_text():
    facts = (
        "Ada 等 3 人 · 示例大学、Institute 1 · 2025-04-11 · arXiv:2504.08685 · CVPR 2025 · [代码](https://a.example/)"
    )
    (card,) = shown(a_card(1, summary=f"**Model-1** 是一篇论文。\n\n{facts}"))
    assert card.markdown == "**Model-1** 是一篇论文。"
    assert (card.authors, card.known) == ("Ada 等 3 人", ("2025-04-11", "arXiv:2504.08685", "CVPR 2025"))
    (other,) = shown(a_card(1, summary="一 · 二 · 三"))
    assert other.markdown == "一 · 二 · 三"
    assert other.authors == "Ada Example-1 等 3 人"


def test_tags_say_more_than_the_topic_and_the_name_over_them():
    (card,) = shown(a_card(1, topic="image_generation", tags=("图像生成", "扩散模型", "model-1")))
    assert card.own_tags == ("扩散模型",)


def test_caption_and_description_of_a_picture_differ():
    named = replace(picture(), alt="Model-1 Teaser 图：A recipe: data, model.")
    (card,) = shown(a_card(1, picture=named))
    assert (card.alt, card.caption) == ("Model-1 Teaser 图", "A recipe: data, model.")
    (plain,) = shown(a_card(1))
    assert (plain.alt, plain.caption) == ("A figure", "")


def test_title_and_picture_lead_to_the_paper_the_repository_or_nowhere():
    assert shown(a_card(1))[0].main.startswith("https://paper.example.org/")
    assert shown(a_card(1, kind=Kind.PROJECT))[0].main.startswith("https://code.example.org/")
    assert shown(a_card(1, links=()))[0].main == ""


def test_what_is_no_paper_stands_behind_the_topics_as_news_in_brief():
    cards = [a_card(1, kind=Kind.PROJECT), a_card(2), a_card(3, kind=Kind.POST), a_card(4)]
    assert by_topic(cards) == {cards[1].topic: [1], cards[3].topic: [3], BRIEFS: [0, 2]}
    made = groups(an_issue(cards).draft, LABELS, Settings())
    assert made[-1].topic == "快讯"
    assert [one.number for group in made for one in group.cards] == [1, 2, 3, 4]
    moved = placed(cards, cards[2].id, BRIEFS, cards[0].id)
    assert [one.id for one in moved] == [cards[at].id for at in (1, 3, 2, 0)]
    assert [one.topic for one in moved] == [cards[at].topic for at in (1, 3, 2, 0)]
    assert BRIEFS not in by_topic([card for card in cards if card.kind is not Kind.PAPER])
