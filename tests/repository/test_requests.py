"""What counts as a request in a comment, and what does not."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import ParseError
from weekly.models import Status, Week
from weekly.repository.requests import Request, fulfil, requests

WEEK = Week.parse("2025-W15")


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("/weekly accept 2504.08685", Request(action="accept", card="arxiv:2504.08685")),
        ("/weekly reject github:owner/name  ", Request(action="reject", card="github:owner/name")),
        ("/weekly topic arxiv:2504.08685 agents", Request(action="topic", card="arxiv:2504.08685", topic="agents")),
        ("Good.\n/weekly redraw 2504.08685\r\n", Request(action="redraw", card="arxiv:2504.08685")),
        ("/weekly later url:example.org/a?b=1#c", Request(action="later", card="url:example.org/a?b=1#c")),
        (
            "/weekly override no papers = a week of conferences, a=b",
            Request(action="override", check="no papers", reason="a week of conferences, a=b"),
        ),
    ],
)
def test_a_line_that_begins_with_the_word_is_a_request(comment, wanted):
    assert requests(comment) == [wanted]


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "> /weekly accept 1",
        "  /weekly accept 1",
        "please /weekly accept 1",
        "/weeklyaccept 1",
        "`/weekly accept 1`",
    ],
)
def test_a_line_that_merely_holds_it_is_none(comment):
    assert requests(comment) == []


@pytest.mark.parametrize(
    "comment",
    [
        "/weekly",
        "/weekly approve 2504.08685",
        "/weekly accept",
        "/weekly accept a b",
        "/weekly accept $(id)",
        "/weekly accept `x`",
        "/weekly accept -rf",
        "/weekly topic 2504.08685 Agents;",
        f"/weekly accept {'a' * 300}",
        "/weekly override thin",
        "/weekly override thin=",
        "/weekly override thin= \u200b",
        "/weekly override =it may",
        "/weekly override `thin`=it may",
        f"/weekly override thin={'a' * 501}",
    ],
)
def test_what_begins_so_and_is_not_written_so_is_told(comment):
    (told,) = requests(comment)
    assert isinstance(told, ParseError)


def test_a_comment_of_a_thousand_requests_is_read_to_the_fiftieth():
    assert len(requests("/weekly accept 2504.08685\n" * 1000)) == 50


def test_requests_are_done_by_whoever_asked_and_a_second_time_change_nothing(workspace):
    ranking = stored(workspace).candidates.ranking(WEEK)
    cards = {card.id for card in stored(workspace).drafts.find(WEEK).draft.cards}
    new = next(one.work.id for one in ranking if one.work.id not in cards)
    assert fulfil(workspace, WEEK, Request(action="accept", card=new), "ben") == "done"
    assert new in {card.id for card in stored(workspace).drafts.find(WEEK).draft.cards}
    history = stored(workspace).reviews.history(WEEK)
    assert "ben" in {entry.by for entry in history}
    assert fulfil(workspace, WEEK, Request(action="accept", card=new), "ben") == "done"
    assert stored(workspace).reviews.history(WEEK) == history
    assert fulfil(workspace, WEEK, Request(action="reject", card=new), "ben") == "done"
    assert stored(workspace).candidates.find(WEEK, new).status is Status.REJECTED


def test_a_card_is_drawn_again_from_its_sources_and_stays_where_it_is(workspace):
    before = stored(workspace).drafts.find(WEEK).draft
    card = before.cards[1].id
    assert fulfil(workspace, WEEK, Request(action="topic", card=card, topic="agents"), "ben") == "done"
    assert fulfil(workspace, WEEK, Request(action="redraw", card=card), "ben") == "done"
    now = next(one for one in stored(workspace).drafts.find(WEEK).draft.cards if one.id == card)
    assert now.topic == "agents"


def test_what_is_not_there_is_said_in_one_line(workspace):
    for request in (
        Request(action="accept", card="arxiv:0000.00000"),
        Request(action="redraw", card="arxiv:0000.00000"),
        Request(action="topic", card="arxiv:2504.08685", topic="no_such_topic"),
    ):
        told = fulfil(workspace, WEEK, request, "ben")
        assert told.startswith("not done: ")
        assert "\n" not in told
