"""The index is whole, in pieces that are small, and no text of a card gets out of it."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

import pytest

from tests.cards import a_card, an_issue, hostile_cards
from weekly.models import Week
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.site.issues import IssueIndex
from weekly.render.site.search.index import BYTES, index
from weekly.render.site.search.terms import card_terms
from weekly.settings import Settings

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"


def cards_of(*issues):
    data = [json.loads(json.dumps(IssueRenderer(Settings(), environment()).data(issue))) for issue in issues]
    return IssueIndex(data, Settings().newsletter.zone).items[::-1]


@pytest.fixture(scope="module")
def cards():
    weeks = (Week(2024, 51).shift(number) for number in range(4))
    return cards_of(
        *(
            an_issue([a_card(20 * at + number) for number in range(20)], week=str(week), number=at + 1)
            for at, week in enumerate(weeks)
        )
    )


def files(cards):
    return dict(index("p", cards, lambda topic: f"Topic {topic}"))


def value(text):
    name, body = re.fullmatch(r'weeklySearch\("([\w/]+)",(.*)\);\n', text, re.DOTALL).groups()
    return name, json.loads(body)


def unpacked(packed):
    """The cards and places of one term, read as the format says."""
    numbers, number, shift = [], 0, 0
    for digit in packed:
        rest, bits = divmod(DIGITS.index(digit), 32)
        number |= bits << shift
        shift += 5
        if not rest:
            numbers.append(number)
            number = shift = 0
    card, found = 0, []
    for number in numbers:
        card += number >> 3
        found.append((card, number & 7))
    return found


def test_every_term_leads_to_its_cards_and_is_in_the_piece_that_it_is_looked_for_in(cards):
    made = files(cards)
    _, about = value(made["search/p/index.js"])
    starts = about["starts"]["t"]
    assert len(starts) > 1
    for number, card in enumerate(cards):
        for term, place in card_terms(card, f"Topic {card.topic}").items():
            piece = bisect_right(starts, term) - 1
            entries = dict(entry.split("|") for entry in value(made[f"search/p/t{piece}.js"])[1].split("~"))
            assert (number, place) in unpacked(entries[term])


def test_every_card_is_there_to_be_shown_with_its_year_topic_and_kind(cards):
    made = files(cards)
    _, about = value(made["search/p/index.js"])
    rows = [row for piece in range(len(about["starts"]["d"])) for row in value(made[f"search/p/d{piece}.js"])[1]]
    assert [row[0] for row in rows] == [card.title for card in cards]
    assert [f"{row[1].replace('-', '/')}/index.html#{row[2]}" for row in rows] == [card.place for card in cards]
    topics = [about["topics"][DIGITS.index(digit)] for digit in about["cards"][::2]]
    assert topics == [[card.topic, f"Topic {card.topic}"] for card in cards]
    assert {about["kinds"][DIGITS.index(digit)] for digit in about["cards"][1::2]} == {"paper"}
    assert about["years"] == [["2024", 0], ["2025", 40]]


def test_pieces_are_small(cards):
    sizes = [len(text.encode()) for name, text in files(cards).items() if not name.endswith("index.js")]
    assert max(sizes) < 2 * BYTES


def test_no_text_of_a_card_ends_a_script_or_stands_for_another_entry():
    made = files(cards_of(an_issue(hostile_cards())))
    for place, text in made.items():
        assert "<" not in text
        name, entries = value(text)
        assert f"search/{name}.js" == place
        if re.search(r"/t\d", place):
            assert all(re.fullmatch(r"[^|~]+\|[\w-]+", entry) for entry in entries.split("~"))


def test_terms_are_in_the_order_of_browsers():
    made = files(cards_of(an_issue([a_card(1, text="𠀀 豈 \uffdc 字母")])))
    terms = [entry.partition("|")[0] for entry in value(made["search/p/t0.js"])[1].split("~")]
    assert terms == sorted(terms, key=lambda term: term.encode("utf-16-be"))
