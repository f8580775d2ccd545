"""A workspace that an earlier version left goes on with this one: what stands in it stays, what is open is finished."""

from __future__ import annotations

import json
from email import message_from_bytes, policy

import pytest

from tests.workspaces import DRAFTED, ENVIRONMENT, KEPT, PUBLISHED, answers, relaying, restore


@pytest.fixture(params=sorted(path.name for path in KEPT.iterdir()))
def root(request, tmp_path, monkeypatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    return restore(request.param, tmp_path / "workspace")


@pytest.fixture
def ask(root, weekly):
    """Runs a command in the workspace; with --json, what it says."""

    def run(*arguments):
        ran = weekly("--workspace", root, *arguments)
        assert ran.status == 0, ran.err
        return json.loads(ran.out) if "--json" in arguments else ran.out

    return run


def holds(now, then):
    """Whether *now* says all that *then* said; a later version may say more of a thing, not of fewer or other things."""
    if isinstance(then, dict):
        return all(name in now and holds(now[name], value) for name, value in then.items())
    if isinstance(then, list):
        return len(now) == len(then) and all(map(holds, now, then))
    return bool(now == then)


def still_told(question, now, then):
    """Whether *now* answers all that *then* did; checks that came since may find more in the same draft."""
    if question.startswith("check "):
        return all(finding in now for finding in then)
    return holds(now, then)


def test_everything_that_an_earlier_version_told_of_its_weeks_is_still_told(root):
    then, now = json.loads((root / "then.json").read_text(encoding="utf-8")), answers(root)
    assert [question for question in then if not still_told(question, now[question], then[question])] == []


def test_an_issue_that_an_earlier_version_published_is_found_unchanged(ask):
    ask("archive", "rebuild")  # only the issue was kept
    verified = ask("archive", "verify", "--json")
    assert [issue["week"] for issue in verified] == [PUBLISHED]
    # A template may change, and with it what the content would give today; what stands in the archive may not.
    assert {file["what"] for issue in verified for file in issue["files"]} <= {"renders differently"}


def test_a_week_that_an_earlier_version_drafted_is_approved_published_and_delivered(root, ask):
    ask("approve", "--week", DRAFTED, "--by", "Ada", "--override", "thin=a quiet week")
    ask("publish", "--week", DRAFTED)
    with relaying(root) as relay:
        counts = ask("deliver", "--week", DRAFTED, "--json")
    mine = {"audience": 3, "sent": 3, "failed": 0, "uncertain": 0, "suppressed": 0, "pending": 0, "skipped": 0}
    assert counts == mine
    mails = [message_from_bytes(mail, policy=policy.default) for mail in relay.messages]
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mails) == [
        "ada@example.org",
        "later@example.net",
        "slow@example.net",
    ]
    # The owner changed this template: it still gets everything that it asks for.
    assert all(mail.get_body(("plain",)).get_content().rstrip().endswith(f"祝好 {DRAFTED}") for mail in mails)
    assert "A Pair of Agents" in (root / "archive" / "2025" / "W16" / "issue.md").read_text(encoding="utf-8")


def test_a_notice_that_an_earlier_version_owed_is_sent_once(root, ask):
    with relaying(root) as relay:
        for _ in range(2):
            ask("deliver", "--week", f"{PUBLISHED}+1")
    # The other address has bounced since.
    assert [message_from_bytes(mail, policy=policy.default)["To"].addresses[0].username for mail in relay.messages] == [
        "slow"
    ]
