"""A message in a chat: signed where the chat wants it, and refused where it says so with HTTP 200."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.destinations.conftest import ALL, real, states
from tests.published import WEEK, publish_issue
from weekly.destinations.announce import announce
from weekly.models import State


@pytest.mark.parametrize(
    ("shape", "refusal"),
    [
        ("feishu", {"code": 19021, "msg": "sign match fail"}),
        ("dingtalk", {"errcode": 310000, "errmsg": "keywords not in content"}),
    ],
)
def test_chats_that_refuse_with_status_200_have_refused(tmp_path, service, secrets, monkeypatch, shape, refusal):
    monkeypatch.setenv("WEEKLY_WEBHOOK_SECRET", "SEC")
    with real(tmp_path / "w", ALL.format(url=service.url, shape=shape)) as opened:
        publish_issue(opened)
        service.answers["/hook"] = lambda _: httpx.Response(200, json=refusal)
        (one,) = announce(opened, WEEK, "webhook")
        assert one.state is State.FAILED
        assert str(next(iter(refusal.values()))) in one.detail
        service.answers["/hook"] = lambda _: httpx.Response(200, json={"errcode": 0, "code": 0})
        assert states(opened, to="webhook") == {"webhook": State.SENT}
    signed = service.told[-1]
    assert ("sign" in json.loads(signed.content)) is (shape == "feishu")
    assert ("sign=" in str(signed.url)) is (shape == "dingtalk")


def test_a_webhook_inside_a_private_network_is_refused(tmp_path, service, secrets):
    with real(tmp_path / "w", '[destinations.webhook]\nshape = "slack"\n') as opened:
        publish_issue(opened)
        (one,) = announce(opened, WEEK, "webhook")
    assert one.state is State.FAILED
    assert "allow_private" in one.detail
    assert "s3cret" not in one.detail
    assert service.told == []
