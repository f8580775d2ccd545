"""Announcing by git: a real one, which is never forced and pushes nothing of others."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import pytest

from tests.published import CARDS, WEEK, publish_issue
from tests.stored import stored
from weekly.archive import errata
from weekly.destinations.announce import announce, plans
from weekly.models import State
from weekly.testing import workspace
from weekly.workspace import open_workspace


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


def test_it_commits_and_pushes_the_archive_and_nothing_else(repository):
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


def test_it_takes_corrections_along_when_it_announces_again(repository):
    only(repository)
    errata.correct(repository, WEEK, card=CARDS[0].id, text="7B.")
    assert only(repository).state is State.SENT
    assert "archive/2025/W15/errata.md" in remote_files(repository)


def test_it_leaves_what_others_have_staged_alone(repository):
    (repository.root / "notes.txt").write_text("mine", encoding="utf-8")
    git(repository.root, "add", "notes.txt")
    one = only(repository)
    assert one.state is State.FAILED
    assert "notes.txt waits to be committed, outside of archive/" in one.detail
    assert git(repository.root, "diff", "--cached", "--name-only") == "notes.txt"


def test_it_pushes_no_commits_of_others(repository):
    (repository.root / "notes.txt").write_text("mine", encoding="utf-8")
    git(repository.root, "add", "notes.txt")
    git(repository.root, "commit", "--quiet", "-m", "not pushed")
    one = only(repository)
    assert one.state is State.FAILED
    assert "hold notes.txt: push them yourself first" in one.detail
    assert "notes.txt" not in remote_files(repository)


def test_it_forces_nothing_where_the_remote_is_ahead(repository, tmp_path):
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


def test_it_says_what_is_missing(tmp_path, repository):
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
