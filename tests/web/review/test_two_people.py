"""Where two people have to approve, two people have: no link, no other spelling and no old name makes one of them two."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import approval, stored
from tests.web.review.conftest import HOME, TOKEN, WEEK, elements, visiting
from weekly import pipeline
from weekly.errors import NotApproved
from weekly.web.review.access import COOKIE
from weekly.workspace import open_workspace

JSON = {"accept": "application/json"}


@contextmanager
def reviewing(root, settings, *names):
    """The page of a workspace with these [review] settings, and a browser for each of *names*."""
    with (root / "weekly.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[review]\n{settings}\n")
    with open_workspace(root) as workspace, ExitStack() as browsers:
        yield workspace, *(browsers.enter_context(visiting(workspace, name)) for name in names)


def seen(client, path=f"{HOME}/approve"):
    return next(one["value"] for one in elements(client.get(path), "name") if one["name"] == "hash")


def approve(client, path=f"{HOME}/approve", **more):
    return client.post(path, data={"hash": seen(client, path), **more}, headers=JSON)


def link(editor, name="Prof. Li"):
    return editor.post(f"{HOME}/invite", data={"name": name}, headers=JSON).json()["link"]


def write(client, text):
    card = elements(client.get(HOME), "data-card")[0]["data-card"]
    return client.post(f"{HOME}/card", params={"id": card}, data={"etag": "*", "body": text})


def test_a_link_counts_as_the_one_who_made_it(drafted):
    with reviewing(drafted, "approvals = 2\nwait = 0", "ada", None, "grace") as (workspace, ada, guest, grace):
        approve(guest, link(ada))
        assert approval(workspace, WEEK).by == "Prof. Li"
        assert approve(ada).status_code == 403
        with pytest.raises(NotApproved, match="2 people"):
            pipeline.publish(workspace, WEEK)
        approve(grace)
        assert pipeline.publish(workspace, WEEK).approved_by == "Prof. Li, grace"


def test_a_link_for_ones_own_approval_makes_no_second_one(drafted):
    with reviewing(drafted, "approvals = 2\nwait = 0", "ada", None) as (workspace, ada, guest):
        approve(ada)
        assert approve(guest, link(ada)).status_code == 403
        with pytest.raises(NotApproved, match="2 people"):
            pipeline.publish(workspace, WEEK)


@pytest.mark.parametrize("name", ["bob", "Bob", "ｂｏｂ", "ada", " bob "])
def test_no_link_carries_the_name_of_an_editor(drafted, name):
    with reviewing(drafted, 'editors = ["ada", "bob"]\napprovals = 2', "ada") as (_, ada):
        refused = ada.post(f"{HOME}/invite", data={"name": name}, headers=JSON)
        assert refused.status_code == 403
        assert "themselves" in refused.json()["error"]


def test_nor_of_whoever_reviews_where_no_editors_are_named(drafted):
    with reviewing(drafted, "approvals = 2", "ada", "bob") as (_, ada, bob):
        write(bob, "By Bob.")
        assert ada.post(f"{HOME}/invite", data={"name": "bob"}).status_code == 403


def test_a_proxy_that_signs_people_in_is_not_gone_round_by_a_link(drafted):
    settings = 'editors = ["ada", "bob"]\napprovals = 2\nwait = 0\nproxy_header = "X-User"'
    with reviewing(drafted, settings, None) as (workspace, client):
        client.headers["X-User"] = "ada"
        made = link(client)
        approve(client)
        assert approve(client, made).status_code == 403
        with pytest.raises(NotApproved, match="2 people"):
            pipeline.publish(workspace, WEEK)


def test_the_approval_of_somebody_who_is_no_editor_any_more_counts_for_nobody(drafted):
    with reviewing(drafted, 'editors = ["ada"]\napprovals = 1\nwait = 0', "ada") as (_, ada):
        approve(ada)
    text = (drafted / "weekly.toml").read_text(encoding="utf-8")
    renamed = text.replace('["ada"]\napprovals = 1', '["ada l.", "bob"]\napprovals = 2')
    (drafted / "weekly.toml").write_text(renamed, encoding="utf-8")
    with open_workspace(drafted) as workspace, visiting(workspace, "ada l.") as ada:
        approve(ada)
        with pytest.raises(NotApproved, match="2 people"):
            pipeline.publish(workspace, WEEK)


def test_a_link_obeys_the_wait(drafted):
    with reviewing(drafted, "wait = 10", "ada", None) as (workspace, ada, guest):
        soon = datetime.now(workspace.settings.newsletter.zone) + timedelta(minutes=1)
        approve(guest, link(ada), when="at", at=soon.strftime("%Y-%m-%dT%H:%M"))
        assert approval(workspace, WEEK).due_at - datetime.now(UTC) > timedelta(minutes=9)


def test_an_edit_a_withdrawal_and_whoever_revokes_it_end_a_link(drafted):
    with reviewing(drafted, "wait = 10", "ada", None) as (workspace, ada, guest):
        first = link(ada)
        write(ada, "Edited after it was made.")
        assert guest.get(first).status_code == 410
        second = link(ada)
        approve(guest, second)
        ada.post(f"{HOME}/withdraw")
        assert guest.post(second, data={"hash": stored(workspace).drafts.find(WEEK).hash}).status_code == 410
        assert approval(workspace, WEEK) is None
        third = link(ada)
        form = next(one for one in elements(ada.get(f"{HOME}/approve"), "name") if one["name"] == "invitation")
        ada.post(f"{HOME}/revoke", data={"invitation": form["value"]})
        for path in ("", "/preview.html"):
            assert guest.get(third + path).status_code == 410
        assert ada.post(f"{HOME}/revoke", data={"invitation": form["value"]}).status_code == 409


@pytest.mark.parametrize(
    ("settings", "headers"),
    [('url = "https://review.example.org"', {}), ("", {"X-Forwarded-Proto": "https"})],
)
def test_behind_tls_the_cookie_goes_over_tls_alone(drafted, settings, headers):
    with reviewing(drafted, settings) as (workspace,), visiting(workspace, None, follow_redirects=False) as client:
        cookie = client.get(HOME, params={"token": TOKEN}, headers=headers).headers["set-cookie"]
        assert "; Secure" in cookie


def test_signing_out_ends_every_copy_of_the_cookie(editor, stranger):
    kept = editor.cookies[COOKIE]
    assert [one["action"] for one in elements(editor.get(HOME), "action")].count("/sign-out") == 1
    answer = editor.post("/sign-out", headers={"accept": "text/html"})
    assert elements(answer, "action")[0]["action"] == "/sign-in"
    assert stranger.get(HOME, headers={"Cookie": f"{COOKIE}={kept}"}).status_code == 401
    assert editor.get(HOME, params={"token": TOKEN}).status_code == 200


def test_where_fewer_editors_are_named_than_have_to_approve_it_is_said(drafted):
    with reviewing(drafted, 'editors = ["ada"]\napprovals = 2', "ada") as (workspace, _):
        pipeline.approve(workspace, WEEK, "ada")
        with pytest.raises(NotApproved, match=r"2 people have to approve it, and \[review\] editors names 1: add one"):
            pipeline.publish(workspace, WEEK)
