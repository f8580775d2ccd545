"""What a runner tells a job, and what a step of ours says outside of one."""

from __future__ import annotations

import subprocess

import pytest

from weekly.errors import StageError
from weekly.models import Finding, Level, Week
from weekly.repository.job import branch_of, find_week, opened_job
from weekly.repository.report import line_of


def test_only_a_branch_of_a_week_is_one_of_a_draft():
    assert find_week(branch_of(Week.parse("2025-W15"))) == Week.parse("2025-W15")
    for other in ("main", "issue/2025-W15/x", "x/issue/2025-W15", "issue/latest", "issue/2025-W15\n"):
        assert find_week(other) is None


def test_outside_of_a_runner_a_step_says_what_it_is_for(workspace, weekly):
    for step in ("prepare", "review", "comment", "publish", "send"):
        told = weekly("--workspace", workspace.root, "github", step)
        assert told.status == 1
        assert "weekly init --github" in told.err


def test_an_event_that_cannot_be_read_is_said(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "owner/newsletter")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "none.json"))
    with pytest.raises(StageError, match="what happened cannot be read"), opened_job(workspace):
        pass


def test_a_summary_is_added_to_and_an_output_is_one_line(workspace, tmp_path, monkeypatch):
    subprocess.run(["git", "init", "-q", workspace.root], check=True)
    (tmp_path / "event.json").write_text("[]")
    told = {"REPOSITORY": "owner/newsletter", "EVENT_PATH": tmp_path / "event.json", "OUTPUT": tmp_path / "out"}
    for name, value in {**told, "STEP_SUMMARY": tmp_path / "summary"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", str(value))
    with opened_job(workspace) as job:
        job.summarize("one")
        job.summarize("two")
        job.set_output("deploy", "true\nother=1")
        assert job.sender == ""
    assert (tmp_path / "summary").read_text() == "one\ntwo\n"
    assert (tmp_path / "out").read_text() == "deploy=true other=1\n"


def test_a_finding_is_at_its_words_or_at_its_cards_heading(workspace):
    with workspace.store.read() as tx:
        draft = tx.drafts.find(Week.parse("2025-W15")).draft
    first, second = draft.cards[:2]
    lines = [
        f"# {first.name} | {second.name}",
        "",
        f"## {first.name}: x",
        "about 7 things",
        f"## {second.name}: y",
        "7",
    ]

    def at(card, place):
        finding = Finding(check="claims", level=Level.BLOCK, card=card, message="", place=place)
        return line_of("\n".join(lines), draft, finding)

    assert at(first.id, "7 things") == 4
    assert at(second.id, "7") == 6
    assert at(second.id, "elsewhere") == 5
    assert at("", "") == 1
