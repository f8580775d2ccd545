"""What opens the review page can be listed and ended, one by one and all at once."""

from __future__ import annotations

import pytest

from tests.web.review.conftest import HOME, TOKEN, WEEK, visiting
from weekly.errors import StageError
from weekly.review.invitations import invite
from weekly.review.sessions import revoke_all, revoke_way_in, ways_in
from weekly.web.review.access import COOKIE, SESSION, Access


def test_a_browser_that_signs_in_is_listed_and_opens_nothing_once_it_is_ended(workspace):
    with visiting(workspace, "ada", follow_redirects=False) as ada, visiting(workspace, "grace") as grace:
        assert {one.who for one in ways_in(workspace)} == {"ada", "grace"}
        hers = next(one for one in ways_in(workspace) if one.who == "ada")
        assert (hers.until - hers.since).total_seconds() == SESSION
        revoke_way_in(workspace, hers.key, "owner")
        assert ada.get(HOME).status_code == 401
        assert grace.get(HOME).status_code == 200


def test_signing_out_ends_the_session_and_every_copy_of_its_cookie(workspace):
    with visiting(workspace, "ada") as ada:
        copy = ada.cookies[COOKIE]
        ada.post("/sign-out")
        assert ways_in(workspace) == []
        assert ada.get(HOME, headers={"Cookie": f"{COOKIE}={copy}"}).status_code == 401


def test_links_for_guests_are_listed_and_ended_with_the_sessions(workspace):
    link = invite(workspace, WEEK, "Prof. Li", "ada")
    earlier = Access(TOKEN, workspace.settings.review, workspace.clock).sign("session", 60, name="ada")
    with visiting(workspace, "grace") as grace:
        assert [(one.kind, one.who) for one in ways_in(workspace)] == [("session", "grace"), ("link", "Prof. Li")]
        assert next(one for one in ways_in(workspace) if one.key == link.key).detail == "2025-W15, made by ada"
        assert grace.get(HOME, headers={"Cookie": f"{COOKIE}={earlier}"}).status_code == 200
        assert revoke_all(workspace, "owner") == 2
        assert ways_in(workspace) == []
        assert grace.get(HOME).status_code == 401
        # A cookie that an earlier version has given has no row of its own.
        assert grace.get(HOME, headers={"Cookie": f"{COOKIE}={earlier}"}).status_code == 401
        grace.get(HOME, params={"token": TOKEN, "as": "grace"})
        assert grace.get(HOME).status_code == 200


def test_one_link_is_ended_by_its_name_and_what_is_not_there_is_said(workspace):
    link = invite(workspace, WEEK, "Prof. Li", "ada")
    revoke_way_in(workspace, link.key, "owner")
    assert ways_in(workspace) == []
    with pytest.raises(StageError, match="nothing that opens the page is called"):
        revoke_way_in(workspace, link.key, "owner")
