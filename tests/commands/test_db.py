"""The database from the command line: backed up, restored, copied elsewhere, pruned."""

from __future__ import annotations

import json

import pytest

from tests.published import WEEK, counts, publish_issue
from weekly.testing import workspace
from weekly.workspace import open_workspace

READERS = ["ada@example.org", "ben@example.org"]


@pytest.fixture
def root(tmp_path):
    with workspace(tmp_path / "w") as opened:
        publish_issue(opened, READERS)
    return tmp_path / "w"


@pytest.fixture
def run(root, weekly):
    return lambda *arguments: weekly("--workspace", root, *arguments)


def test_a_backup_comes_back_and_what_it_replaced_is_kept(root, run, tmp_path):
    assert run("db", "backup", tmp_path / "monday.db").status == 0
    assert run("subscribers", "add", "eve@example.org").status == 0
    again = run("db", "backup", tmp_path / "monday.db")
    assert (again.status, "is there already" in again.err) == (1, True)
    ran = run("db", "restore", tmp_path / "monday.db")
    assert ran.status == 0
    assert [one["email"] for one in json.loads(run("subscribers", "list", "--json").out)] == READERS
    (kept,) = (root / ".weekly").glob("replaced-*.db")
    assert str(kept) in ran.out
    assert run("db", "restore", kept).status == 0
    assert len(json.loads(run("subscribers", "list", "--json").out)) == 3


def test_a_copy_is_used_by_its_address_and_knows_the_same_ledger(root, run):
    ran = run("db", "copy", "--to", "sqlite:///.weekly/other.db", "--json")
    assert json.loads(ran.out)["deliveries"] == len(READERS)
    (root / "weekly.toml").write_text('[database]\nurl = "sqlite:///.weekly/other.db"\n', encoding="utf-8")
    with open_workspace(root) as opened:
        assert counts(opened)["pending"] == len(READERS)
    twice = run("db", "copy", "--to", "sqlite:///.weekly/weekly.db")
    assert (twice.status, "it holds something already: name an empty one" in twice.err) == (1, True)
    assert run("db", "copy", "--to", "sqlite:///.weekly/weekly.db", "--anew").status == 0


def test_pruning_says_what_it_took_and_the_second_time_that_there_is_nothing(run):
    (week,) = json.loads(run("db", "prune", "--json").out)
    assert week["week"] == str(WEEK)
    assert "nothing to take" in run("db", "prune").out


def test_an_older_backup_than_the_archive_is_said_by_the_next_command_and_restored_from_there(run, root, tmp_path):
    run("db", "backup", tmp_path / "monday.db")
    with open_workspace(root) as opened:
        publish_issue(opened, week=WEEK.shift(1))
    run("db", "restore", tmp_path / "monday.db")
    assert "does not know No. 2 of 2025-W16" in run("status").err
    assert run("archive", "restore").status == 0
    assert run("status").status == 0


def test_a_damaged_database_is_set_aside_for_its_backup(run, root, tmp_path):
    run("db", "backup", tmp_path / "monday.db")
    for path in (root / ".weekly").glob("weekly.db*"):
        path.unlink()
    (root / ".weekly" / "weekly.db").write_bytes(b"not a database " * 500)
    assert "restore it from a backup with 'weekly db restore'" in run("status").err
    assert "the damaged database is kept in" in run("db", "restore", tmp_path / "monday.db").out
    assert len(list((root / ".weekly").glob("damaged-*.db"))) == 1
    assert len(json.loads(run("subscribers", "list", "--json").out)) == len(READERS)
