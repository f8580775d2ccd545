"""Branches, read and written beside whatever is checked out."""

from __future__ import annotations

import pytest

from tests.repository.hosting_site import HostingSite
from weekly.errors import Conflict, StageError
from weekly.repository.branches import Branches


@pytest.fixture
def site(tmp_path):
    site = HostingSite(tmp_path)
    site.git("init", "-q", "-b", "main", str(tmp_path / "first"), at=tmp_path)
    first = tmp_path / "first"
    (first / "weekly.toml").write_text("# settings\n")
    site.git("add", "--all", at=first)
    site.git("-c", "user.name=o", "-c", "user.email=o@localhost", "commit", "-qm", "first", at=first)
    site.git("push", "-q", str(site.bare), "main", at=first)
    return site


@pytest.fixture
def clone(site, tmp_path):
    site.git("clone", "-q", str(site.bare), str(tmp_path / "clone"), at=tmp_path)
    return tmp_path / "clone"


def folder(tmp_path, **files):
    place = tmp_path / "folder"
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def test_a_folder_goes_to_a_branch_and_comes_back(site, clone, tmp_path):
    known = Branches(clone)
    main = known.tip("main")
    commit = known.commit(folder(tmp_path, a="1", b="2"), "issues/2025-W15", main, "draft\n")
    known.push(commit, "issue/2025-W15", "")
    assert site.names("issue/2025-W15") == ["issues/2025-W15/a", "issues/2025-W15/b", "weekly.toml"]
    known.extract(known.tip("issue/2025-W15"), "issues/2025-W15", tmp_path / "back")
    assert sorted(path.name for path in (tmp_path / "back").iterdir()) == ["a", "b"]
    assert site.git("status", "--porcelain", at=clone) == ""


def test_what_is_there_already_is_no_commit(clone, tmp_path):
    known = Branches(clone)
    commit = known.commit(folder(tmp_path, a="1"), "", "", "state\n")
    assert known.commit(folder(tmp_path, a="1"), "", commit, "state\n") == commit


def test_the_second_of_two_that_push_is_told_and_overwrites_nothing(site, clone, tmp_path):
    known = Branches(clone)
    mine = known.commit(folder(tmp_path, a="mine"), "", "", "state\n")
    theirs = known.commit(folder(tmp_path, a="theirs"), "", "", "state\n")
    known.push(theirs, "weekly-state", "")
    with pytest.raises(Conflict, match="nothing is forced"):
        known.push(mine, "weekly-state", "")
    assert site.tip("weekly-state") == theirs


def test_two_that_touch_different_lines_are_one(site, clone, tmp_path):
    known = Branches(clone)
    base = known.commit(folder(tmp_path, a="1", b="1"), "", "", "state\n")
    mine = known.commit(folder(tmp_path, a="2", b="1"), "", base, "mine\n")
    theirs = known.commit(folder(tmp_path, a="1", b="2"), "", base, "theirs\n")
    known.push(known.merge(mine, theirs), "weekly-state", "")
    assert (site.file("weekly-state", "a"), site.file("weekly-state", "b")) == ("2", "2")
    other = known.commit(folder(tmp_path, a="3", b="1"), "", base, "other\n")
    with pytest.raises(Conflict):
        known.merge(mine, other)


def test_a_folder_that_is_too_large_is_not_taken(clone, tmp_path):
    known = Branches(clone, largest=1000)
    commit = known.commit(folder(tmp_path, a="1" * 2000), "", "", "state\n")
    with pytest.raises(StageError, match="2,000 bytes"):
        known.extract(commit, "", tmp_path / "back")


def test_a_branch_that_is_not_there_has_no_tip(clone):
    assert Branches(clone).tip("weekly-state") == ""
