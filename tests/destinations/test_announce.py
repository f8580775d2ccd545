"""Making an issue known elsewhere: each place on its own, each announcement once, whatever is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import time
from datetime import timedelta

import httpx
import pytest

from tests.destinations.conftest import sent, states, taken
from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.destinations.announce import announce, plans
from weekly.errors import StageError
from weekly.models import State
from weekly.processes import has_ended
from weekly.store.announcements import LEASE
from weekly.testing import workspace
from weekly.workspace import open_workspace


def test_every_place_gets_the_approved_issue_once(opened, service):
    assert set(states(opened).values()) == {State.SENT}
    assert len(service.told) == 3
    issue = stored(opened).issues.find(WEEK)
    assert {one.hash for one in stored(opened).announcements.rows(WEEK)} == {issue.hash}
    (mail,), (made,), (posted,) = (sent(service, path) for path in ("/v1/emails", "/api/campaigns", "/hook"))
    for text in (mail["body"], made["body"], made["altbody"], posted["text"]):
        assert "Ant" in text
        assert "unsubscribe" not in text


def test_announcing_again_sends_nothing_again(opened, service):
    states(opened)
    again = {one.destination: one for one in announce(opened, WEEK)}
    assert len(service.told) == 3
    assert all(one.state is State.SENT for one in again.values())
    assert again["webhook"].detail.startswith("announced before")


def test_a_place_that_fails_does_not_keep_the_others_from_theirs(opened, service):
    service.answers["/v1/emails"] = lambda _: httpx.Response(401, text="no such key")
    outcomes = {one.destination: one for one in announce(opened, WEEK)}
    assert outcomes["buttondown"].state is State.FAILED
    assert "refused (HTTP 401): no such key" in outcomes["buttondown"].detail
    assert {one.state for name, one in outcomes.items() if name != "buttondown"} == {State.SENT}
    service.answers["/v1/emails"] = taken
    assert states(opened)["buttondown"] is State.SENT
    assert len(sent(service, "/hook")) == 1


def test_an_answer_that_never_came_is_uncertain_until_a_person_decides(opened, service, weekly):
    service.answers["/hook"] = lambda _: ConnectionError()
    assert states(opened, to="webhook") == {"webhook": State.UNCERTAIN}
    service.answers["/hook"] = lambda _: httpx.Response(200, text="ok")
    assert states(opened, to="webhook") == {"webhook": State.UNCERTAIN}
    assert len(sent(service, "/hook")) == 1
    run = lambda *more: weekly("--workspace", opened.root, "announcements", *more, "--week", WEEK)  # noqa: E731
    assert json.loads(run("--json").out)[0]["state"] == "uncertain"
    assert run("resolve", "--as", "retry", "--to", "webhook").status == 0
    assert run("resolve", "--as", "retry", "--to", "webhook").status == 1
    assert states(opened, to="webhook") == {"webhook": State.SENT}


def test_a_dry_run_sends_and_writes_nothing(opened, service, weekly):
    ran = weekly("--workspace", opened.root, "announce", "--week", WEEK, "--dry-run")
    assert ran.status == 0
    assert f"POST {service.url}/v1/emails: status draft" in ran.out
    assert "s3cret" not in ran.out
    assert service.told == []
    assert not (opened.root / "wechat").exists()
    assert stored(opened).announcements.rows(WEEK) == []


def test_secrets_reach_no_output_and_no_row(opened, service, weekly):
    service.answers["/hook"] = lambda _: httpx.Response(500, text="x")
    service.answers["/v1/emails"] = lambda _: ConnectionError()
    ran = weekly("--workspace", opened.root, "announce", "--week", WEEK)
    assert ran.status == 1
    assert "not announced at buttondown, webhook" in ran.err
    rows = " ".join(one.detail for one in stored(opened).announcements.rows(WEEK))
    for secret in ("s3cret", "t0ken", "k3y"):
        assert secret not in ran.out + ran.err + rows


def test_what_is_missing_or_misspelt_is_said(tmp_path, weekly, monkeypatch):
    with workspace(tmp_path / "w", '[destinations.webhook]\nshape = "slack"\n') as opened:
        publish_issue(opened)
        (one,) = announce(opened, WEEK)
        assert (
            one.detail
            == "[destinations.webhook]: its address is missing: set WEEKLY_WEBHOOK_URL or WEEKLY_WEBHOOK_URL_FILE"
        )
        with pytest.raises(StageError, match="did you mean webhook"):
            list(announce(opened, WEEK, "webhok"))
        with pytest.raises(StageError, match="2025-W16 is not published"):
            list(announce(opened, WEEK.shift(1)))
    with workspace(tmp_path / "x") as opened:
        publish_issue(opened)
        with pytest.raises(StageError, match="no destination is set"):
            list(plans(opened, WEEK))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[destinations.gti]\nremote = "x"', "destinations.gti: unknown key, did you mean git?"),
        ('[destinations.git]\nremot = "x"', "destinations.git.remot: unknown key, did you mean remote?"),
        ('[destinations.git]\nremote = "--upload-pack=x"', "destinations.git.remote"),
        ('[destinations.webhook]\nshape = "slack"\nurl = "https://x"', "set WEEKLY_WEBHOOK_URL instead"),
        ('[destinations.listmonk]\napi_url = "https://x"\nusername = "a"\nlists = []', "destinations.listmonk.lists"),
        ('[destinations.buttondown]\napi_key = "x"', "secrets belong in the environment"),
    ],
)
def test_wrong_settings_are_one_line_that_names_the_place(tmp_path, weekly, toml, said):
    (tmp_path / "weekly.toml").write_text(toml, encoding="utf-8")
    ran = weekly("--workspace", tmp_path, "announce", "--week", WEEK)
    assert ran.status == 1
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_killed_while_it_waits_for_the_answer_it_is_uncertain_and_never_sent_again(opened, service):
    service.answers["/hook"] = lambda _: time.sleep(1.5) or httpx.Response(200, text="ok")
    pid = os.fork()
    if not pid:
        with open_workspace(opened.root) as own:
            list(announce(own, WEEK, "webhook"))
        os._exit(0)
    while not service.told:
        time.sleep(0.01)
    assert next(iter(announce(opened, WEEK, "webhook"))).detail == "another process is announcing it"
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    assert states(opened, to="webhook") == {"webhook": State.UNCERTAIN}
    assert states(opened, to="webhook") == {"webhook": State.UNCERTAIN}
    assert len(service.told) == 1


def test_of_one_whose_process_nobody_can_see_a_person_may_decide_once_its_lease_has_run_out(opened, service):
    now = opened.clock()
    for destination, began in (("webhook", now - LEASE - timedelta(seconds=1)), ("wechat", now)):
        with opened.store.write() as tx:
            elsewhere = {"holder": "another-boot:1:1:x", "gone": has_ended, "repeatable": False}
            assert tx.announcements.begin(WEEK, destination, content="x", at=began, **elsewhere) is None
    assert states(opened, to="webhook") == {"webhook": State.UNCERTAIN}
    assert next(iter(announce(opened, WEEK, "wechat"))).detail == "another process is announcing it"
    with opened.store.write() as tx:
        assert tx.announcements.resolve(WEEK, "", State.FAILED, has_ended, now + LEASE / 2) == 1
        assert tx.announcements.resolve(WEEK, "", State.FAILED, has_ended, now + 2 * LEASE) == 1
    assert service.told == []
