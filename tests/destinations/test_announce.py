"""Making an issue known elsewhere: stand-ins at the wire, a real git, and kill -9 in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from datetime import timedelta

import httpx
import pytest

from tests.published import CARDS, WEEK, publish_issue
from tests.stand_in import standing_in
from tests.stored import stored
from weekly.archive import errata
from weekly.destinations.announce import announce, plans
from weekly.errors import StageError
from weekly.models import State
from weekly.processes import has_ended
from weekly.store.announcements import LEASE
from weekly.testing import workspace
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


def test_every_place_gets_the_approved_issue_once(opened, service):
    assert set(states(opened).values()) == {State.SENT}
    assert len(service.told) == 3
    issue = stored(opened).issues.find(WEEK)
    (mail,) = sent(service, "/v1/emails")
    assert (mail["status"], mail["metadata"]) == ("draft", {"week": "2025-W15", "hash": issue.hash})
    (made,) = sent(service, "/api/campaigns")
    assert (made["lists"], made["type"], made["headers"]) == ([1, 4], "regular", [{"X-Weekly-Hash": issue.hash}])
    assert issue.hash in (opened.root / "wechat" / "2025-W15.html").read_text(encoding="utf-8")
    assert {one.hash for one in stored(opened).announcements.rows(WEEK)} == {issue.hash}
    for text in (mail["body"], made["body"], made["altbody"], sent(service, "/hook")[0]["text"]):
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


def test_nothing_is_sent_to_readers_unless_the_owner_has_said_so(tmp_path, service, secrets):
    toml = ALL.format(url=service.url, shape="slack").replace('/v1"', '/v1"\nsend = true')
    toml = toml.replace('username = "api"', 'username = "api"\nsend = true\ntemplate = 3')
    with real(tmp_path / "w", toml) as opened:
        publish_issue(opened)
        states(opened)
    (mail,) = [one for one in service.told if one.url.path == "/v1/emails"]
    assert json.loads(mail.content)["status"] == "about_to_send"
    assert mail.headers["x-buttondown-live-dangerously"] == "true"
    made, started = [one for one in service.told if one.url.path.startswith("/api/campaigns")]
    assert json.loads(made.content)["template_id"] == 3
    assert made.headers["authorization"] == "token api:t0ken"
    assert (started.method, started.url.path, json.loads(started.content)) == (
        "PUT",
        "/api/campaigns/9/status",
        {"status": "running"},
    )


def test_a_campaign_that_was_made_and_not_started_is_uncertain(tmp_path, service, secrets):
    service.answers["/api/campaigns/9/status"] = lambda _: httpx.Response(400, text="no")
    toml = ALL.format(url=service.url, shape="slack").replace('username = "api"', 'username = "api"\nsend = true')
    with real(tmp_path / "w", toml) as opened:
        publish_issue(opened)
        assert states(opened, to="listmonk") == {"listmonk": State.UNCERTAIN}


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


def test_secrets_reach_no_output_and_no_row(opened, service, weekly):
    service.answers["/hook"] = lambda _: httpx.Response(500, text="x")
    service.answers["/v1/emails"] = lambda _: ConnectionError()
    ran = weekly("--workspace", opened.root, "announce", "--week", WEEK)
    assert ran.status == 1
    assert "not announced at buttondown, webhook" in ran.err
    rows = " ".join(one.detail for one in stored(opened).announcements.rows(WEEK))
    for secret in ("s3cret", "t0ken", "k3y"):
        assert secret not in ran.out + ran.err + rows


def test_a_webhook_inside_a_private_network_is_refused(tmp_path, service, secrets):
    with real(tmp_path / "w", '[destinations.webhook]\nshape = "slack"\n') as opened:
        publish_issue(opened)
        (one,) = announce(opened, WEEK, "webhook")
    assert one.state is State.FAILED
    assert "allow_private" in one.detail
    assert "s3cret" not in one.detail
    assert service.told == []


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


def git(folder, *arguments):
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "repo"
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path / "remote.git")], check=True)
    with workspace(root, "[destinations.git]\n") as opened:
        (root / ".gitignore").write_text(".weekly\n", encoding="utf-8")
        git(root, "init", "--quiet", "--initial-branch=main")
        git(root, "remote", "add", "origin", str(tmp_path / "remote.git"))
        git(root, "add", "weekly.toml", ".gitignore")
        git(root, "commit", "--quiet", "-m", "mine")
        git(root, "push", "--quiet", "origin", "main")
        publish_issue(opened)
        yield opened


def remote_files(opened):
    return git(opened.root.parent / "remote.git", "ls-tree", "-r", "--name-only", "main").splitlines()


def only(opened):
    (one,) = announce(opened, WEEK)
    return one


def test_git_commits_and_pushes_the_archive_and_nothing_else(repository):
    (repository.root / "notes.txt").write_text("mine", encoding="utf-8")
    (repository.archive / "2025" / ".W16.0123456789abcdef.part").mkdir()
    (repository.archive / "2025" / ".W16.0123456789abcdef.part" / "issue.md").write_text("half", encoding="utf-8")
    ((_, plan, able),) = plans(repository, WEEK)
    assert able
    assert "archive/2025/W15/issue.md" in plan
    assert git(repository.root, "log", "--format=%s") == "mine"
    one = only(repository)
    assert one.state is State.SENT
    assert one.detail.startswith("origin main is at ")
    pushed = remote_files(repository)
    assert "archive/2025/W15/issue.md" in pushed
    assert not [path for path in pushed if "notes" in path or "W16" in path]
    assert stored(repository).issues.find(WEEK).hash in git(repository.root, "log", "-1", "--format=%B")
    assert only(repository).detail.startswith("nothing new")
    assert git(repository.root, "rev-list", "--count", "HEAD") == "2"


def test_git_takes_corrections_along_when_it_announces_again(repository):
    only(repository)
    errata.correct(repository, WEEK, card=CARDS[0].id, text="7B.")
    assert only(repository).state is State.SENT
    assert "archive/2025/W15/errata.md" in remote_files(repository)


def test_git_leaves_what_others_have_staged_alone(repository):
    (repository.root / "notes.txt").write_text("mine", encoding="utf-8")
    git(repository.root, "add", "notes.txt")
    one = only(repository)
    assert one.state is State.FAILED
    assert "notes.txt waits to be committed, outside of archive/" in one.detail
    assert git(repository.root, "diff", "--cached", "--name-only") == "notes.txt"


def test_git_pushes_no_commits_of_others(repository):
    (repository.root / "notes.txt").write_text("mine", encoding="utf-8")
    git(repository.root, "add", "notes.txt")
    git(repository.root, "commit", "--quiet", "-m", "not pushed")
    one = only(repository)
    assert one.state is State.FAILED
    assert "hold notes.txt: push them yourself first" in one.detail
    assert "notes.txt" not in remote_files(repository)


def test_git_forces_nothing_where_the_remote_is_ahead(repository, tmp_path):
    subprocess.run(["git", "clone", "--quiet", str(tmp_path / "remote.git"), str(tmp_path / "other")], check=True)
    (tmp_path / "other" / "theirs.txt").write_text("theirs", encoding="utf-8")
    git(tmp_path / "other", "checkout", "--quiet", "-B", "main", "origin/main")
    git(tmp_path / "other", "add", "theirs.txt")
    git(tmp_path / "other", "commit", "--quiet", "-m", "theirs")
    git(tmp_path / "other", "push", "--quiet", "origin", "main")
    one = only(repository)
    assert one.state is State.FAILED
    assert "origin main is ahead of this repository: git pull there first" in one.detail
    assert "theirs.txt" in remote_files(repository)


def test_git_says_what_is_missing(tmp_path, repository):
    git(repository.root, "checkout", "--quiet", "--detach")
    assert "no branch is checked out" in only(repository).detail
    git(repository.root, "checkout", "--quiet", "main")
    git(repository.root, "remote", "set-url", "origin", "https://ada:pass@127.0.0.1:9/x.git")
    detail = only(repository).detail
    assert "git ls-remote" in detail
    assert "pass" not in detail
    with workspace(tmp_path / "bare", "[destinations.git]\n") as opened:
        publish_issue(opened)
        assert "is in no git repository" in only(opened).detail


def test_killing_the_push_leaves_a_repository_that_the_next_run_finishes(repository):
    hook = repository.root / ".git" / "hooks" / "pre-push"
    hook.write_text('#!/bin/sh\ntouch "$PWD/pushing"\nsleep 1\n', encoding="utf-8")
    hook.chmod(0o755)
    pid = os.fork()
    if not pid:
        with open_workspace(repository.root) as own:
            list(announce(own, WEEK))
        os._exit(0)
    while not (repository.root / "pushing").exists():
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    time.sleep(1.5)  # git itself was not killed, and finishes
    hook.unlink()
    assert only(repository).state is State.SENT
    assert "archive/2025/W15/issue.md" in remote_files(repository)
    assert git(repository.root, "rev-list", "--count", "HEAD") == "2"
