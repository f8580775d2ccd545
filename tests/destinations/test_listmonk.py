"""A campaign in listmonk: a draft, or started where the owner has said so."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.destinations.conftest import ALL, real, sent, states
from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.models import State

SENDING = 'username = "api"\nsend = true\ntemplate = 3'


def test_the_campaign_is_a_draft_for_the_lists_of_the_settings(opened, service):
    states(opened, to="listmonk")
    issue = stored(opened).issues.find(WEEK)
    (made,) = sent(service, "/api/campaigns")
    assert (made["lists"], made["type"], made["headers"]) == ([1, 4], "regular", [{"X-Weekly-Hash": issue.hash}])


@pytest.fixture
def sending(tmp_path, service, secrets):
    toml = ALL.format(url=service.url, shape="slack").replace('username = "api"', SENDING)
    with real(tmp_path / "w", toml) as opened:
        publish_issue(opened)
        yield opened


def test_it_is_started_where_the_owner_has_said_so(sending, service):
    assert states(sending, to="listmonk") == {"listmonk": State.SENT}
    made, started = service.told
    assert json.loads(made.content)["template_id"] == 3
    assert made.headers["authorization"] == "token api:t0ken"
    assert (started.method, started.url.path, json.loads(started.content)) == (
        "PUT",
        "/api/campaigns/9/status",
        {"status": "running"},
    )


def test_one_that_was_made_and_not_started_is_uncertain(sending, service):
    service.answers["/api/campaigns/9/status"] = lambda _: httpx.Response(400, text="no")
    assert states(sending, to="listmonk") == {"listmonk": State.UNCERTAIN}


def test_an_answer_that_names_no_campaign_is_uncertain(opened, service):
    service.answers["/api/campaigns"] = lambda _: httpx.Response(200, json={"data": True})
    assert states(opened, to="listmonk") == {"listmonk": State.UNCERTAIN}
