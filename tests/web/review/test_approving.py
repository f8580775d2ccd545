"""Approving on the page: bound to what was seen, refused while something blocks, waiting and withdrawn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import approval, stored
from tests.web.review.conftest import HOME, WEEK, elements, visiting
from weekly import pipeline
from weekly.errors import NotApproved


def seen(client, path=f"{HOME}/approve"):
    return next(one["value"] for one in elements(client.get(path), "name") if one["name"] == "hash")


def approve(client, **more):
    return client.post(f"{HOME}/approve", data={"hash": seen(client), **more})


def write(client, text):
    card = elements(client.get(HOME), "data-card")[0]["data-card"]
    return client.post(f"{HOME}/card", params={"id": card}, data={"etag": "*", "body": text})


def ripen(workspace):
    """As if the wait were over: the same approval, due now."""
    now, standing = datetime.now(UTC), approval(workspace, WEEK)
    with workspace.store.write() as tx:
        tx.drafts.withdraw(WEEK, "clock", now)
        tx.drafts.approve(tx.drafts.find(WEEK), standing.by, standing.at, standing.overrides, now)


def test_an_approval_waits_ten_minutes_and_is_then_published(editor, workspace):
    approve(editor)
    due = approval(workspace, WEEK).due_at
    assert timedelta(minutes=9) < due - datetime.now(UTC) <= timedelta(minutes=10)
    with pytest.raises(NotApproved, match="waits until"):
        pipeline.publish(workspace, WEEK)
    ripen(workspace)
    assert pipeline.publish(workspace, WEEK).approved_by == "editor"
    assert "Published as No. 1" in editor.get(HOME).text


def test_the_mail_that_is_shown_is_the_mail_that_is_sent(editor, workspace):
    shown = {name: editor.get(f"{HOME}/{name}").text for name in ("mail.html", "mail.txt")}
    pipeline.approve(workspace, WEEK, "ada")
    pipeline.publish(workspace, WEEK)
    place = workspace.archive / "2025" / "W15"
    assert shown == {f"mail{path.suffix}": path.read_text(encoding="utf-8") for path in place.glob("email.*")}


def test_a_withdrawn_approval_publishes_nothing(editor, workspace):
    approve(editor)
    page = editor.post(f"{HOME}/withdraw")
    assert "Approved by" not in page.text
    with pytest.raises(NotApproved, match="not approved as it stands"):
        pipeline.publish(workspace, WEEK)
    assert stored(workspace).issues.all() == []
    assert editor.post(f"{HOME}/withdraw").status_code == 409


def test_what_is_published_is_neither_withdrawn_nor_edited(editor, workspace):
    approve(editor)
    ripen(workspace)
    pipeline.publish(workspace, WEEK)
    assert "published already" in editor.post(f"{HOME}/withdraw").text
    assert write(editor, "Too late.").status_code == 409
    candidate = stored(workspace).candidates.ranking(WEEK)[0].work.id
    assert editor.post(f"{HOME}/decide", data={"candidate": candidate, "action": "reject"}).status_code == 409


def test_a_later_edit_voids_the_approval_and_the_page_says_so(editor, workspace):
    approve(editor)
    write(editor, "Edited afterwards.")
    assert "is void" in editor.get(HOME).text
    with pytest.raises(NotApproved):
        pipeline.publish(workspace, WEEK)


def test_only_what_was_seen_is_approved(editor, workspace):
    stale = seen(editor)
    write(editor, "Changed while the dialog was open.")
    answer = editor.post(f"{HOME}/approve", data={"hash": stale})
    assert answer.status_code == 409
    assert approval(workspace, WEEK) is None


def test_a_blocking_finding_needs_a_reason_which_stays_with_the_issue(editor, workspace):
    write(editor, "待补充")
    assert approve(editor).status_code == 409
    assert approve(editor, **{"override:placeholders": "  "}).status_code == 409
    approve(editor, **{"override:placeholders": "it quotes the word"})
    assert approval(workspace, WEEK).overrides == {"placeholders": "it quotes the word"}


def test_a_moment_is_in_the_newsletters_time_zone(editor, workspace):
    wanted = datetime.now(workspace.settings.newsletter.zone).replace(microsecond=0) + timedelta(days=2)
    approve(editor, when="at", at=wanted.strftime("%Y-%m-%dT%H:%M"))
    assert approval(workspace, WEEK).due_at == wanted.replace(second=0)
    for wrong in ("", "soon", "2001-01-01T00:00", "9999-12-31T23:59"):
        assert approve(editor, when="at", at=wrong).status_code == 422


def test_the_rule_of_two_wants_two_different_people(drafted):
    with (drafted / "weekly.toml").open("a") as settings:
        settings.write("\n[review]\napprovals = 2\nwait = 0\n")
    from weekly.workspace import open_workspace

    with (
        open_workspace(drafted) as workspace,
        visiting(workspace, "ada") as ada,
        visiting(workspace, "grace") as grace,
    ):
        approve(ada)
        assert approve(ada).status_code == 403
        with pytest.raises(NotApproved, match="2 people have to approve"):
            pipeline.publish(workspace, WEEK)
        approve(grace)
        assert pipeline.publish(workspace, WEEK).approved_by == "ada, grace"


def test_a_signed_link_lets_somebody_without_an_account_look_and_approve(editor, stranger, workspace):
    link = editor.post(f"{HOME}/invite", data={"name": "Prof. Li"}, headers={"Accept": "application/json"}).json()[
        "link"
    ]
    page = stranger.get(link)
    assert page.status_code == 200
    assert stranger.get(f"{link}/preview.html").status_code == 200
    assert approval(workspace, WEEK) is None  # looking approves nothing
    assert stranger.get(HOME).status_code == 401  # and opens nothing else
    stranger.post(link, data={"hash": seen(stranger, link)})
    assert approval(workspace, WEEK).by == "Prof. Li"
    assert stranger.post(link, data={}).status_code == 409
    for wrong in (link[:-1], link.replace("-", "x-"), "/signed/x.y", "/signed/" + "é" * 30):
        assert stranger.get(wrong).status_code == 403


def test_everything_stands_in_the_log(editor, workspace):
    candidate = stored(workspace).candidates.ranking(WEEK)[0].work.id
    editor.post(f"{HOME}/decide", data={"candidate": candidate, "action": "accept"})
    editor.post(f"{HOME}/comment", data={"card": candidate, "text": "Nice <b>one</b>"})
    editor.post(f"{HOME}/claim", data={"card": candidate})
    write(editor, "By hand.")
    approve(editor)
    editor.post(f"{HOME}/withdraw")
    deeds = [deed.action for deed in stored(workspace).reviews.history(WEEK)]
    assert deeds == ["withdrawn", "approved", "edited", "claimed", "commented", "accepted"]
    assert "Nice &lt;b&gt;one&lt;/b&gt;" in editor.get(HOME, params={"card": candidate}).text


def test_a_claimed_card_is_seen_by_the_others(workspace):
    candidate = stored(workspace).candidates.ranking(WEEK)[0].work.id
    with visiting(workspace, "ada") as ada, visiting(workspace, "grace") as grace:
        ada.post(f"{HOME}/claim", data={"card": candidate})
        assert "ada has claimed this card" in grace.get(HOME, params={"card": candidate}).text
        assert grace.post(f"{HOME}/claim", data={"card": candidate}).status_code == 409
        ada.post(f"{HOME}/presence", data={"card": candidate})
        assert grace.post(f"{HOME}/presence").json()["present"] == [{"by": "ada", "card": candidate}]


def test_without_javascript_a_conflict_shows_both_texts(workspace):
    with visiting(workspace, "ada") as ada, visiting(workspace, "grace") as grace:
        form = elements(ada.get(HOME), "data-card")[0]
        for client, text, status in ((ada, "Ada's", 200), (grace, "Grace's", 409)):
            answer = client.post(
                f"{HOME}/card", params={"id": form["data-card"]}, data={"etag": form["data-etag"], "body": text}
            )
            assert answer.status_code == status
        assert "Ada&#39;s" in answer.text
        assert "Grace&#39;s" in answer.text
        again = next(one["value"] for one in elements(answer, "name") if one["name"] == "etag")
        taken = grace.post(f"{HOME}/card", params={"id": form["data-card"]}, data={"etag": again, "body": "Grace's"})
        assert taken.status_code == 200
