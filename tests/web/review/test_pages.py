"""The page without JavaScript: every decision is a form, every answer a page."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from tests.stored import stored
from tests.web.review.conftest import HOME, TOKEN, WEEK, elements, rows, visiting
from weekly import pipeline
from weekly.models import Status
from weekly.settings import default_topics
from weekly.web.review.template_context import FIRST
from weekly.workspace import open_workspace


def decide(editor, candidate, action):
    return editor.post(f"{HOME}/decide", data={"candidate": candidate, "action": action})


def statuses(workspace):
    return {one.work.id: one.status for one in stored(workspace).candidates.ranking(WEEK)}


def cards(workspace):
    return [card.id for card in stored(workspace).drafts.find(WEEK).draft.cards]


def test_the_inbox_lists_every_candidate_with_its_state_and_opens_the_first_that_waits(editor, workspace):
    page = editor.get(HOME)
    assert page.status_code == 200
    assert list(rows(page)) == list(statuses(workspace))
    assert {row["data-status"] for row in rows(page).values()} == {"pending"}
    assert [row["aria-selected"] for row in rows(page).values()].count("true") == 1
    assert elements(page, "data-decided")[0]["data-decided"] == "0"
    assert elements(page, "data-save-state")[0]["data-save-state"] == "saved"
    assert "body" in [one["name"] for one in elements(page, "name") if one["tag"] == "textarea"]
    assert elements(page, "data-preview")[0]["sandbox"] == "allow-same-origin"


def test_every_button_of_the_contract_is_there_once(editor):
    found = [one["data-action"] for one in elements(editor.get(HOME), "data-action")]
    for action in ("accept", "reject", "later", "undo", "approve"):
        assert found.count(action) == 1
    confirm = elements(editor.get(f"{HOME}/approve"), "data-action")
    assert [one["data-action"] for one in confirm].count("confirm-approve") == 1


def test_a_rejected_candidate_leaves_the_issue_and_undo_brings_it_back_to_its_place(editor, workspace):
    before = cards(workspace)
    page = decide(editor, before[3], "reject")
    assert rows(page)[before[3]]["data-status"] == "rejected"
    assert elements(page, "data-decided")[0]["data-decided"] == "1"
    assert cards(workspace) == [*before[:3], *before[4:]]
    page = decide(editor, "", "undo")
    assert rows(page)[before[3]]["data-status"] == "pending"
    assert cards(workspace) == before


def test_undo_goes_back_any_number_of_steps(editor, workspace):
    stood, order = statuses(workspace), cards(workspace)
    draft = stored(workspace).drafts.find(WEEK).draft
    ids = list(stood)
    for number, action in enumerate(["accept", "reject", "later", "reject", "accept", "accept", "later"]):
        decide(editor, ids[number * 3], action)
    editor.post(f"{HOME}/arrange", data={"card": cards(workspace)[0], "steps": "2"})
    for _ in range(8):
        editor.post(f"{HOME}/undo")
    assert statuses(workspace) == stood
    assert cards(workspace) == order
    assert stored(workspace).drafts.find(WEEK).draft == draft
    assert editor.post(f"{HOME}/undo").status_code == 200


def test_an_accepted_candidate_gets_a_card_at_once(editor, workspace):
    outside = next(one for one in statuses(workspace) if one not in cards(workspace))
    page = decide(editor, outside, "accept")
    assert rows(page)[outside]["data-status"] == "accepted"
    assert outside in cards(workspace)
    assert statuses(workspace)[outside] is Status.ACCEPTED
    assert "data-card" in editor.get(HOME, params={"card": outside}).text


def test_a_card_that_comes_back_says_what_was_written_on_it(editor, workspace):
    card = cards(workspace)[0]
    saved = editor.post(f"{HOME}/card", params={"id": card}, data={"etag": "*", "body": "Written by hand."})
    assert saved.status_code == 200
    decide(editor, card, "reject")
    decide(editor, card, "accept")
    found = next(one for one in stored(workspace).drafts.find(WEEK).draft.cards if one.id == card)
    assert found.summary == "Written by hand."


def test_the_subject_follows_the_cards_until_somebody_writes_it(editor, workspace):
    draft = stored(workspace).drafts.find(WEEK).draft
    first = next(card for card in draft.cards if draft.headlines[0].startswith(card.name))
    decide(editor, first.id, "reject")
    assert not any(first.name in one for one in stored(workspace).drafts.find(WEEK).draft.headlines)
    decide(editor, "", "undo")
    assert stored(workspace).drafts.find(WEEK).draft.headlines == draft.headlines
    editor.post(f"{HOME}/head", data={"etag": "*", "headlines": "By hand"})
    decide(editor, first.id, "reject")
    assert stored(workspace).drafts.find(WEEK).draft.headlines == ("By hand",)


def test_cards_are_put_in_order_with_buttons(editor, workspace):
    before = cards(workspace)
    page = editor.post(f"{HOME}/arrange", data={"card": before[2], "steps": "-1"})
    assert [one["data-order-card"] for one in elements(page, "data-order-card")] == cards(workspace)
    assert cards(workspace)[:3] == [before[0], before[2], before[1]]
    editor.post(f"{HOME}/arrange", data={"order": list(reversed(before))})
    assert cards(workspace) == list(reversed(before))


def test_a_card_moves_to_another_topic(editor, workspace):
    card = cards(workspace)[0]
    editor.post(f"{HOME}/topic", data={"card": card, "topic": "safety_alignment"})
    assert stored(workspace).drafts.find(WEEK).draft.cards[0].topic == "safety_alignment"
    assert editor.post(f"{HOME}/topic", data={"card": card, "topic": "no-such"}).status_code == 409


def test_filters_leave_the_rows_that_fit(editor, workspace):
    wanted = [one for one in stored(workspace).candidates.ranking(WEEK) if one.topic == "agents"]
    assert list(rows(editor.get(HOME, params={"topic": "agents"}))) == [one.work.id for one in wanted]
    title = wanted[0].work.lead.title
    assert list(rows(editor.get(HOME, params={"q": title.upper()}))) == [wanted[0].work.id]
    assert rows(editor.get(HOME, params={"q": "nothing says this"})) == {}


def test_what_is_missing_from_the_week_stands_at_the_top(editor, workspace):
    with workspace.store.read() as tx:
        ill = [one for one in tx.source_runs.health(WEEK) if one.verdict != "ok"]
    page = editor.get(HOME).text
    assert "Health of the week" in page or not ill
    for one in ill:
        assert f"<b>{one.source}</b>" in page


def test_every_view_answers_and_a_draft_that_is_not_there_says_what_to_do(editor):
    for view in (
        "",
        "/order",
        "/preview",
        "/approve",
        "/log",
        "/status",
        "/mail.html",
        "/mail.txt",
        "/growth.txt",
        "/preview.html",
    ):
        assert editor.get(HOME + view).status_code == 200, view
    absent = editor.get("/review/2025-W16")
    assert absent.status_code == 409
    assert "weekly run --week 2025-W16" in absent.text


def test_thousands_of_candidates_are_shown_when_they_are_asked_for(editor, workspace):
    known = stored(workspace).candidates.ranking(WEEK)
    more = [replace(one, work=replace(one.work, id=f"{one.work.id}-{turn}")) for turn in range(6) for one in known]
    with workspace.store.write() as tx:
        tx.candidates.replace(WEEK, [*known, *more])
    last = more[-1].work.id
    assert len(rows(editor.get(HOME))) == FIRST
    assert last in rows(editor.get(HOME, params={"card": last}))
    decide(editor, last, "later")
    assert rows(editor.get(HOME))[last]["data-status"] == "later"
    assert len(rows(editor.get(HOME, params={"all": "1"}))) == len(known) + len(more)


def test_a_rating_is_one_of_the_known_ones(editor, workspace):
    wanted = cards(workspace)[0]
    refused = editor.post(f"{HOME}/card", params={"id": wanted}, data={"rating": "11/10", "etag": "*"})
    assert refused.status_code == 422
    editor.post(f"{HOME}/card", params={"id": wanted}, data={"rating": "⭐️", "etag": "*"})
    assert stored(workspace).drafts.find(WEEK).draft.cards[0].rating == "⭐️"


def test_links_are_asked_in_the_background_and_the_page_says_so(editor):
    assert "asked" not in editor.get(f"{HOME}/preview").text.lower()
    assert "asked" in editor.post(f"{HOME}/links").text.lower()


def test_a_program_gets_json_with_the_version_of_what_it_read_and_wrote(editor, workspace):
    wanted = cards(workspace)[0]
    json = {"accept": "application/json"}
    read = editor.get(f"{HOME}/card", params={"id": wanted})
    put = partial(editor.put, f"{HOME}/card", params={"id": wanted})
    saved = put(json={"body": "By a program."}, headers={**json, "if-match": read.headers["etag"]})
    assert saved.status_code == 200
    assert saved.headers["etag"] == f'"{saved.json()["etag"]}"'
    late = put(json={"body": "Too late."}, headers={**json, "if-match": read.headers["etag"]})
    assert late.status_code == 409
    assert late.json()["theirs"]["body"] == "By a program."
    assert put(json={"body": "Which version?"}, headers=json).status_code == 422
    head = editor.put(f"{HOME}/head", json={"summary": "S."}, headers={**json, "if-match": "*"})
    assert head.json()["etag"]
    assert stored(workspace).drafts.find(WEEK).draft.summary == "S."


def test_cards_are_arranged_by_naming_them_and_wrong_steps_are_refused(editor, workspace):
    first, second, *rest = cards(workspace)
    editor.post(f"{HOME}/arrange", data={"order": [second, first]})
    assert cards(workspace) == [second, first, *rest]
    assert editor.post(f"{HOME}/arrange", data={"card": first, "steps": "up"}).status_code == 422


def test_what_a_candidate_never_had_is_a_plain_refusal(editor):
    for path, data in (
        ("/comment", {"card": "x", "text": "y"}),
        ("/claim", {"card": "x"}),
        ("/quote", {"card": "x", "quote": "a long enough quotation"}),
        ("/card?id=x", {"body": "y", "etag": "*"}),
    ):
        refused = editor.post(HOME + path, data=data)
        assert 400 <= refused.status_code < 500, path
        assert "Not done" in refused.text
    assert editor.post(f"{HOME}/comment", data={"card": "x", "text": "  "}).status_code == 422
    assert editor.get(f"{HOME}/card", params={"id": "x"}).status_code in {400, 404, 409}
    assert editor.get(f"{HOME}/pictures/nothing.png").status_code == 404


def test_candidates_are_filtered_by_source_topic_status_and_words(editor, workspace):
    candidates = stored(workspace).candidates.ranking(WEEK)
    wanted = candidates[0]
    assert set(rows(editor.get(HOME, params={"topic": wanted.topic}))) == {
        one.work.id for one in candidates if one.topic == wanted.topic
    }
    github = rows(editor.get(HOME, params={"source": "github"}))
    assert github
    assert all(any(e.source == "github" for e in one.work.entries) for one in candidates if one.work.id in github)
    decide(editor, wanted.work.id, "later")
    assert set(rows(editor.get(HOME, params={"status": "later"}))) == {wanted.work.id}
    assert wanted.work.id in rows(editor.get(HOME, params={"q": wanted.work.lead.title[:12].upper()}))
    assert "No candidate fits" in editor.get(HOME, params={"q": "no such thing anywhere"}).text


def test_the_home_page_lists_the_weeks_with_their_state(editor, workspace):
    (week,) = elements(editor.get("/"), "data-week")
    assert week["data-week"] == str(WEEK)
    first = next(iter(statuses(workspace)))
    decide(editor, first, "accept")
    assert f"to review, 1 of {len(statuses(workspace))} decided" in editor.get("/").text
    revision = stored(workspace).drafts.find(WEEK)
    with workspace.store.write() as tx:
        tx.drafts.approve(revision, "ada", workspace.clock(), {})
    assert "approved by ada" in editor.get("/").text
    pipeline.publish(workspace, WEEK)
    assert "published as No. 1" in editor.get("/").text


def test_signing_in_at_the_home_page_leads_to_the_weeks(workspace):
    with visiting(workspace, None) as client:
        assert client.get("/").status_code == 401
        entered = client.post("/sign-in", data={"token": TOKEN, "next": "/review/"})
        assert [one["data-week"] for one in elements(entered, "data-week")] == [str(WEEK)]


def test_the_home_page_leads_to_the_week_and_signing_out_ends_it(editor):
    assert editor.get("/", follow_redirects=False).headers["location"].startswith("/review/")
    assert editor.post("/sign-out").text == "Signed out.\n"
    assert editor.get(HOME).status_code == 401


def test_what_a_device_sends_twice_is_done_once(editor, workspace):
    first, second = list(statuses(workspace))[:2]
    order = cards(workspace)
    fields = {
        "action": ["accept", "later", "undo", "move"],
        "candidate": [first, second, "", order[0]],
        "value": ["", "", "", "2"],
        "key": ["key-00001", "key-00002", "key-00003", "key-00004"],
    }
    send = partial(editor.post, f"{HOME}/decide", data=fields, headers={"accept": "application/json"})
    once, again = send().json(), send().json()
    assert once["results"] == again["results"]
    assert once["results"]["key-00003"] == {"undone": {"action": "later", "card": second}}
    assert statuses(workspace)[first] is Status.ACCEPTED
    assert statuses(workspace)[second] is Status.PENDING
    assert cards(workspace).index(order[0]) == 2
    assert len(stored(workspace).reviews.history(WEEK)) == 4


def test_a_decision_that_is_refused_lets_the_others_be_taken(editor, workspace):
    first = next(iter(statuses(workspace)))
    fields = {"action": ["accept", "accept"], "candidate": ["no such", first], "key": ["key-00001", "key-00002"]}
    told = editor.post(f"{HOME}/decide", data=fields, headers={"accept": "application/json"}).json()
    assert "no candidate" in told["results"]["key-00001"]["refused"]
    assert told["results"]["key-00002"] == {}
    assert statuses(workspace)[first] is Status.ACCEPTED


def test_an_answer_holds_what_has_changed_since_the_page_heard_last(editor, workspace):
    first, second, *_ = list(statuses(workspace))
    json = {"accept": "application/json"}
    began = editor.get(f"{HOME}/status", headers=json).json()
    assert len(began["statuses"]) == began["total"]
    told = editor.post(f"{HOME}/decide", data={"candidate": first, "action": "accept"}, headers=json).json()
    assert told["statuses"] == {first: "accepted"}
    fields = {"candidate": second, "action": "reject", "since": began["version"]}
    assert set(editor.post(f"{HOME}/decide", data=fields, headers=json).json()["statuses"]) == {first, second}


def test_whoever_waits_for_news_is_told_of_what_another_decides(workspace):
    first = next(iter(statuses(workspace)))
    json = {"accept": "application/json"}
    with visiting(workspace, "ada") as ada, visiting(workspace, "grace") as grace, ThreadPoolExecutor(1) as pool:
        since = ada.get(f"{HOME}/status", headers=json).json()["version"]
        news = pool.submit(ada.post, f"{HOME}/presence", data={"since": since}, headers=json)
        decide(grace, first, "later")
        told = news.result(timeout=30).json()
    assert told["statuses"] == {first: "later"}
    assert told["others"] == [{"by": "grace", "action": "later", "card": first}]


def test_a_page_is_told_at_once_of_others_and_otherwise_of_what_changes(workspace):
    json = {"accept": "application/json"}
    with visiting(workspace, "ada") as ada, visiting(workspace, "grace") as grace:

        def known():
            return re.search(r'data-version="([^"]+)"', ada.get(HOME).text)[1]

        assert known() == ada.get(f"{HOME}/status", headers=json).json()["version"]
        grace.post(f"{HOME}/presence", headers=json).raise_for_status()
        assert known() != ada.get(f"{HOME}/status", headers=json).json()["version"]


def test_pages_and_answers_are_compressed(editor):
    static = re.findall(r'"(/static/[^"]+\.(?:css|js))"', editor.get(HOME).text)
    assert len(static) == 2
    for path in (HOME, f"{HOME}/status", *static):
        assert editor.get(path).raise_for_status().headers["content-encoding"] == "gzip"


def test_an_editor_sees_what_publishing_would_add_to_the_evergreen_pages(drafted):
    with (drafted / "weekly.toml").open("a", encoding="utf-8") as settings:
        for slug in default_topics():
            page = 'collection = "video"\n' if slug == "video_generation" else ""
            settings.write(f'\n[[topics]]\nslug = "{slug}"\n{page}')
    with open_workspace(drafted) as workspace, visiting(workspace) as editor:
        diff = editor.get(f"{HOME}/growth.txt")
        cards = stored(workspace).drafts.find(WEEK).draft.cards
        assert not (workspace.archive / "collections").exists()
    assert diff.headers["content-type"].startswith("text/plain")
    added = "\n".join(line for line in diff.text.splitlines() if line.startswith("+"))
    of_topic = [card for card in cards if card.topic == "video_generation"]
    assert of_topic
    assert all(card.name in added for card in of_topic)


def test_where_no_topic_has_a_page_that_is_said(editor):
    assert editor.get(f"{HOME}/growth.txt").text == "No page grows."
