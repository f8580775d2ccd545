"""Authors, date, institutions, venue and links as an editor has them; they prove nothing that the text says."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import Conflict, ParseError, StageError
from weekly.models import LinkKind, Week
from weekly.review import edit
from weekly.review.edit import etag
from weekly.review.facts import edit_facts, fact_fields, version
from weekly.review.findings import findings
from weekly.review.versions import versions

WEEK = Week.parse("2025-W15")


def first(workspace):
    return stored(workspace).drafts.find(WEEK).draft.cards[0]


def test_each_field_is_written_and_what_was_not_touched_keeps_its_origin(workspace):
    before = first(workspace)
    links = f"{fact_fields(before)['links']}\nproject https://ours.example.org/"
    changes = {"date": "2025-04-01", "venue": "CVPR 2025", "authors": "Ada Lovelace\n\n Grace  Hopper ", "links": links}
    edit_facts(workspace, WEEK, before.id, changes, "ada", version(before))
    card = first(workspace)
    assert fact_fields(card) == {
        **fact_fields(before),
        "date": "2025-04-01",
        "venue": "CVPR 2025",
        "authors": "Ada Lovelace\nGrace Hopper",
        "links": links,
    }
    assert card.links[: len(before.links)] == before.links
    assert (card.links[-1].kind, card.links[-1].origin) == (LinkKind.PROJECT, "editor")
    assert next(fact.value for fact in card.facts if fact.name == "authors") == "2 authors"
    assert stored(workspace).reviews.history(WEEK)[0].data["fields"] == ["authors", "date", "venue", "links"]
    assert "venue" in next(versions(workspace, WEEK)).changes[-1].texts


def test_fields_are_emptied_and_links_removed(workspace):
    card = first(workspace)
    edit_facts(workspace, WEEK, card.id, {"date": "", "links": "", "institutions": ""}, "ada")
    assert [fact_fields(first(workspace))[name] for name in ("date", "links", "institutions")] == ["", "", ""]


def test_what_stands_already_makes_no_version(workspace):
    card, newest = first(workspace), stored(workspace).drafts.find(WEEK).number
    edit_facts(workspace, WEEK, card.id, fact_fields(card), "ada")
    assert stored(workspace).drafts.find(WEEK).number == newest


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"date": "April"}, "is no day: write it as 2025-04-09"),
        ({"links": "javascript:alert(1)"}, "write a kind and an address"),
        ({"links": "paper javascript:alert(1)"}, "write a kind and an address"),
        ({"links": "elsewhere https://example.org"}, "kinds are project, code"),
        ({"links": "\n".join(f"post https://example.org/{number}" for number in range(31))}, "at most 30"),
        ({"venue": "x" * 201}, "at most 200"),
        ({"colour": "red"}, "is no field"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_changes_nothing(workspace, wrong, told):
    before = first(workspace)
    with pytest.raises(ParseError, match=told):
        edit_facts(workspace, WEEK, before.id, wrong, "ada")
    assert first(workspace) == before


def test_nobody_writes_over_what_another_wrote_since(workspace):
    card = first(workspace)
    edit_facts(workspace, WEEK, card.id, {"venue": "ICML"}, "bob", version(card))
    with pytest.raises(Conflict, match="somebody else"):
        edit_facts(workspace, WEEK, card.id, {"venue": "CVPR"}, "ada", version(card))
    with pytest.raises(StageError, match="no card"):
        edit_facts(workspace, WEEK, "none", {"venue": "CVPR"}, "ada")


def test_a_fact_of_an_editor_is_no_evidence_for_the_text_and_an_institution_is_held_against_the_sources(workspace):
    card = first(workspace)
    edit_facts(workspace, WEEK, card.id, {"venue": "Zebra 77.7", "institutions": "Quux University"}, "ada")
    card = first(workspace)
    edit.edit(workspace, WEEK, card.id, {"body": f"{card.summary} Shown at Zebra 77.7."}, etag(card), "ada")
    told = {one.check for one in findings(workspace, stored(workspace).drafts.find(WEEK).draft) if one.card == card.id}
    assert {"numbers", "institutions"} <= told
