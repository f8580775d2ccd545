"""The hash of a draft is that of its content, however much of it was known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from weekly.models import Card, Draft, Kind, Picture, Week
from weekly.store import codec
from weekly.store.drafts import next_revision

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
WEEK = Week.parse("2025-W15")


def card(identifier, **more):
    known = {"kind": Kind.PAPER, "topic": "agents", "name": "N", "line": "L", "title": "T", "summary": "一段。"}
    return Card(id=identifier, **known, **{"tags": (), "links": (), **more})


def draft(*cards, **more):
    return Draft(week=str(WEEK), language="zh", headlines=("[]",), summary='"cards":[]', cards=cards, **more)


def picture(width):
    return Picture(file="a.png", alt="", origin="", width=width, height=1)


def written(one):
    """The JSON of *one* as it is stored, by whose hash it is known."""
    revision = next_revision(None, one, "machine", NOW)
    text = codec.unpack(revision.data)
    assert codec.digest(text) == revision.hash
    return text


def test_what_is_hashed_is_the_whole_draft_whatever_was_hashed_before():
    first, second = card("1"), card("2", notes=('"cards":[]',))
    for one in (
        draft(first, second),
        draft(second, first),
        draft(replace(first, summary="Another."), second),
        draft(first, second, cover=picture(1)),
        draft(),
    ):
        assert written(one) == codec.dump(one)


def test_cards_that_are_equal_and_written_differently_are_hashed_as_they_are_written():
    narrow, same = card("1", picture=picture(1)), card("1", picture=picture(True))
    assert narrow == same
    assert written(draft(narrow)) == codec.dump(draft(narrow))
    assert written(draft(same)) == codec.dump(draft(same))


def test_a_card_that_is_gone_lends_its_text_to_no_other():
    """Cards are made and dropped by the thousand: Python gives the place of one to the next."""
    for number in range(1000):
        one = draft(card(str(number)))
        assert f'"id":"{number}"' in written(one)


def test_a_revision_is_found_again_as_it_was_added(store):
    with store.write() as tx:
        added = tx.drafts.add(draft(card("1"), card("2")), "machine", NOW)
    with store.read() as tx:
        assert tx.drafts.find(WEEK) == added
    assert added.hash == codec.digest(codec.dump(added.draft))
