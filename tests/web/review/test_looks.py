"""Nobody approves what they have not seen: what others changed since is named, with who, which card and how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stored import approval, stored
from tests.web.review.conftest import HOME, WEEK, elements, visiting

JSON = {"accept": "application/json"}


@pytest.fixture
def two(workspace):
    """Two editors, who have looked at the inbox."""
    with visiting(workspace, "ada") as ada, visiting(workspace, "bob") as bob:
        for editor in (ada, bob):
            editor.get(HOME)
        yield ada, bob


def cards(workspace):
    return stored(workspace).drafts.find(WEEK).draft.cards


def write(editor, card, **fields):
    return editor.post(f"{HOME}/card", params={"id": card.id}, data={"etag": "*", **fields})


def form(page):
    return {one["name"]: one["value"] for one in elements(page, "name") if one["name"] in {"hash", "revision"}}


def changed(editor):
    """What the dialog lists, as words."""
    page = editor.get(f"{HOME}/approve").text
    return page.split("Changed since you looked")[1].split("</ul>")[0] if "data-changed" in page else ""


def test_a_stale_view_is_refused_with_who_which_card_and_how(two, workspace):
    ada, bob = two
    seen = form(ada.get(f"{HOME}/approve"))
    card = cards(workspace)[3]
    write(bob, card, body="A false sentence.")
    refused = ada.post(f"{HOME}/approve", data=seen, headers=JSON)
    assert refused.status_code == 409
    assert f"bob has edited “{card.name}”" in refused.json()["error"]
    (told,) = refused.json()["changed"]
    assert (told["by"], told["card"]) == ("bob", card.name)
    assert "{+A false sentence.+}" in "".join(text for _, text in told["diff"])
    assert approval(workspace, WEEK) is None
    assert "A false sentence." in changed(ada)
    assert ada.post(f"{HOME}/approve", data=form(ada.get(f"{HOME}/approve")), headers=JSON).status_code == 200


def test_an_approval_without_a_version_is_refused(editor, workspace):
    assert editor.post(f"{HOME}/approve", headers=JSON).status_code == 422
    assert approval(workspace, WEEK) is None


def test_the_dialog_names_what_others_changed_until_one_opens_it(two, workspace):
    ada, bob = two
    opened = stored(workspace).candidates.ranking(WEEK)[0].work.id  # it is open wherever the inbox is
    first, second, third, *_ = [card for card in cards(workspace) if card.id != opened]
    assert changed(ada) == ""
    write(bob, first, body="Changed by Bob.")
    bob.post(f"{HOME}/decide", data={"candidate": second.id, "action": "reject"})
    write(ada, third, body="Changed by Ada.")
    ada.get(HOME)
    listed = changed(ada)
    assert all(text in listed for text in ("<b>bob</b>", first.name, "Changed by Bob.", second.name))
    assert third.name not in listed.replace(first.name, "").replace(second.name, "")
    ada.get(HOME, params={"card": first.id})
    assert "Changed by Bob." not in changed(ada)
    ada.get(f"{HOME}/preview")
    assert changed(ada) == ""


def test_what_another_wrote_on_the_head_is_named(two):
    ada, bob = two
    bob.post(f"{HOME}/head", data={"etag": "*", "summary": "Bob's summary."})
    assert "the head of the issue" in changed(ada)
    assert "Bob&#39;s summary." in changed(ada)


def test_cards_that_were_never_opened_are_counted(editor, workspace):
    first, second, *rest = cards(workspace)
    for card in (first, second):
        editor.get(f"{HOME}/panel", params={"card": card.id})
    closed = elements(editor.get(f"{HOME}/approve"), "data-unopened")
    opened = {one.card for one in stored(workspace).reviews.looks(WEEK, "editor").values()} - {""}
    assert {first.id, second.id} <= opened
    assert int(closed[0]["data-unopened"]) == len(rest) + 2 - len(opened)
    assert stored(workspace).reviews.history(WEEK) == []  # to look is to do nothing


def test_a_date_counts_even_where_no_script_chooses_its_radio(editor, workspace):
    wanted = workspace.clock().astimezone(workspace.settings.newsletter.zone) + timedelta(days=2)
    seen = form(editor.get(f"{HOME}/approve"))
    editor.post(f"{HOME}/approve", data={**seen, "when": "now", "at": wanted.strftime("%Y-%m-%dT%H:%M")})
    assert approval(workspace, WEEK).due_at - workspace.clock() > timedelta(days=1)
