"""A draft in Buttondown, which would send to everybody what names no status."""

from __future__ import annotations

import json

from tests.destinations.conftest import ALL, real, sent, states
from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.models import State


def test_the_email_is_a_draft_that_names_the_issue_and_its_hash(opened, service):
    states(opened, to="buttondown")
    issue = stored(opened).issues.find(WEEK)
    (mail,) = sent(service, "/v1/emails")
    assert (mail["status"], mail["metadata"]) == ("draft", {"week": "2025-W15", "hash": issue.hash})


def test_it_is_sent_to_readers_where_the_owner_has_said_so(tmp_path, service, secrets):
    toml = ALL.format(url=service.url, shape="slack").replace('/v1"', '/v1"\nsend = true')
    with real(tmp_path / "w", toml) as opened:
        publish_issue(opened)
        assert states(opened, to="buttondown") == {"buttondown": State.SENT}
    (mail,) = service.told
    assert json.loads(mail.content)["status"] == "about_to_send"
    assert mail.headers["x-buttondown-live-dangerously"] == "true"


def test_without_its_key_nothing_is_asked(opened, service, monkeypatch):
    monkeypatch.delenv("WEEKLY_BUTTONDOWN_API_KEY_FILE")
    assert states(opened, to="buttondown") == {"buttondown": State.FAILED}
    assert service.told == []
