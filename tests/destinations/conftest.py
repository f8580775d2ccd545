"""A stand-in for the services that issues are announced at, and a workspace that announces at all of them."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.published import WEEK, publish_issue
from tests.stand_in import standing_in
from weekly.destinations.announce import announce
from weekly.workspace import open_workspace

ALL = """
[http]
allow_private = ["127.0.0.1"]
timeout = 3
[destinations.buttondown]
api_url = "{url}/v1"
[destinations.listmonk]
api_url = "{url}"
username = "api"
lists = [1, 4]
[destinations.webhook]
shape = "{shape}"
[destinations.wechat]
"""


def taken(request):
    return httpx.Response(201, json={"id": "e-1"})


def campaign(request):
    return httpx.Response(200, json={"data": {"id": 9, "status": "draft"}})


@pytest.fixture
def service():
    answers = {
        "/v1/emails": taken,
        "/api/campaigns": campaign,
        "/hook": lambda _: httpx.Response(200, json={"code": 0}),
    }
    with standing_in(answers) as stand_in:
        yield stand_in


@pytest.fixture
def secrets(monkeypatch, service, tmp_path):
    (tmp_path / "key").write_text("k3y\n", encoding="utf-8")
    monkeypatch.setenv("WEEKLY_BUTTONDOWN_API_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("WEEKLY_LISTMONK_TOKEN", "t0ken")
    monkeypatch.setenv("WEEKLY_WEBHOOK_URL", f"{service.url}/hook/s3cret")


@pytest.fixture
def opened(tmp_path, service, secrets):
    with real(tmp_path / "w", ALL.format(url=service.url, shape="slack")) as made:
        publish_issue(made)
        yield made


def real(root, settings):
    """A workspace over real sockets."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "weekly.toml").write_text(settings, encoding="utf-8")
    return open_workspace(root, sleep=lambda _: None)


def states(opened, **more):
    return {one.destination: one.state for one in announce(opened, WEEK, **more)}


def sent(service, path):
    return [json.loads(one.content) for one in service.told if one.url.path.startswith(path)]
