"""What strangers write, push and time is worth nothing: nothing unapproved is published, no secret is given away."""

from __future__ import annotations

import base64
import json
import re

import pytest

from tests.repository.hosting_site import BOT
from tests.repository.rehearsal import FIRST, READERS
from tests.repository.runner import RunnerFault

ISSUE, DRAFT = f"issues/{FIRST}/issue.md", f"issues/{FIRST}/draft.json"
BRANCH, MANIFEST = f"issue/{FIRST}", "archive/2025/W20/.manifest.json"
PAYLOADS = [
    "/weekly accept $(touch /tmp/weekly-owned)",
    "/weekly accept `id`; cat /etc/passwd",
    "/weekly accept ../../etc/passwd",
    "/weekly topic arxiv:1 <script>alert(1)</script>",
    "/weekly accept ${{ secrets.WEEKLY_SECRET }}",
    "/weekly approve everything",
    "::set-output name=deploy::true\n/weekly reject ::add-mask::x",
    "/weekly accept @everyone ![x](https://evil.example/x.png)",
]
pytestmark = pytest.mark.sample(8, of="strangers at a repository")


def offered(rehearsal):
    return re.findall(r"`(/weekly accept \S+?)`", rehearsal.site.pulls[1]["body"])[0]


def draft_revision(rehearsal):
    return json.loads(rehearsal.site.file(BRANCH, DRAFT))["revision"]


def test_a_comment_by_somebody_who_may_not_write_does_nothing_at_all(rehearse):
    rehearsal = rehearse()
    before = rehearsal.site.git("for-each-ref")
    for stranger in ("mallory", "eve"):
        rehearsal.site.permissions["eve"] = "read"
        rehearsal.comment(1, offered(rehearsal), by=stranger)
    assert rehearsal.site.git("for-each-ref") == before
    assert not rehearsal.site.said


def test_payloads_in_comments_are_answered_as_they_stand_and_nothing_runs(rehearse):
    rehearsal = rehearse()
    tree = rehearsal.site.git("rev-parse", f"{BRANCH}^{{tree}}")
    rehearsal.comment(1, "\n".join(["/weekly", *PAYLOADS]))
    assert rehearsal.site.git("rev-parse", f"{BRANCH}^{{tree}}") == tree
    (said,) = rehearsal.site.said[1]
    for line in said["body"].splitlines():
        assert re.fullmatch(r"- `[^`]*`(: `[^`]*`)?", line), line
    assert "passwd" not in said["body"]
    assert not [
        line for line in rehearsal.runner.log[-1].splitlines() if line.startswith(("::set-output", "::add-mask"))
    ]


def test_what_quotes_a_request_asks_for_nothing(rehearse):
    rehearsal = rehearse()
    rehearsal.comment(1, f"> {offered(rehearsal)}\nI would not {offered(rehearsal)}")
    assert not rehearsal.site.asked
    assert not rehearsal.site.said
    rehearsal.comment(1, f"But this:\n{offered(rehearsal)}")
    assert "`done`" in rehearsal.site.said[1][0]["body"]


def test_a_fork_is_not_read_and_not_published(rehearse):
    rehearsal = rehearse()
    jobs = rehearsal.runner.jobs
    rehearsal.review(1, fork=True)
    assert rehearsal.runner.jobs == jobs
    rehearsal.site.pulls[1]["head"]["repo"] = {"full_name": "stranger/newsletter"}
    rehearsal.comment(1, offered(rehearsal))
    assert "no open draft of this repository" in rehearsal.site.said[1][0]["body"]
    rehearsal.site.merge(1)
    rehearsal.publish()
    assert not rehearsal.issues()


def test_a_title_with_expressions_and_workflow_commands_is_a_title(rehearse):
    rehearsal = rehearse()
    hostile = "${{ secrets.WEEKLY_SECRET }} ::set-output name=deploy::true @everyone"
    rehearsal.edit(FIRST, "本周亮点", f"本周亮点 {hostile}\n::set-output name=deploy::true\n")
    with pytest.raises(RunnerFault) as fault:
        rehearsal.review(1)
    assert not [line for line in fault.value.output.splitlines() if line.startswith("::set-output")]
    assert "a secret of the rehearsal" not in "".join(rehearsal.runner.log)


@pytest.mark.parametrize(
    "change",
    [
        lambda told: {**told, "revision": "1; rm -rf /", "week": "../../.."},
        lambda told: {**told, "hash": "0" * 64},
        lambda told: [told],
    ],
)
def test_a_draft_json_that_was_edited_is_refused_and_cannot_be_merged_into_an_issue(rehearse, change):
    rehearsal = rehearse()
    rehearsal.site.edit(BRANCH, DRAFT, lambda text: json.dumps(change(json.loads(text))))
    with pytest.raises(RunnerFault):
        rehearsal.review(1)
    rehearsal.site.merge(1)
    rehearsal.publish()
    assert not rehearsal.issues()
    assert "Not published" in rehearsal.site.said[1][-1]["body"]


def test_evidence_that_was_edited_into_draft_json_is_not_believed(rehearse):
    rehearsal = rehearse()

    def lie(text):
        told = json.loads(text)
        told["cards"][0]["evidence"] = [{"quote": "It is 97 times faster.", "url": "https://example.org"}]
        return json.dumps(told)

    rehearsal.site.edit(BRANCH, DRAFT, lie)
    rehearsal.edit(FIRST, "是智能体。\n\n**提出**", "是智能体，快 97 倍。\n\n**提出**")
    with pytest.raises(RunnerFault):
        rehearsal.review(1)
    said = "".join(rehearsal.runner.log)
    line = next(line for line in said.splitlines() if line.startswith(f"::error file={ISSUE},line="))
    number = int(re.search(r"line=(\d+)", line)[1])
    assert "97" in rehearsal.text(FIRST).splitlines()[number - 1]
    assert rehearsal.site.statuses[-1][1] == "failure"
    rehearsal.site.merge(1)
    rehearsal.publish()
    rehearsal.publish("schedule")
    assert not rehearsal.issues()
    assert len(rehearsal.site.said[1]) == 1, "said once, not with every run"
    assert "97" in rehearsal.site.said[1][0]["body"]


def test_a_finding_stands_by_the_word_of_an_editor_who_may_push_and_of_nobody_else(rehearse):
    rehearsal = rehearse(REVIEW__EDITORS='["ada", "ben"]')
    rehearsal.site.permissions |= {"cyd": "write"}
    rehearsal.edit(FIRST, "是智能体。\n\n**提出**", "是智能体，快 97 倍。\n\n**提出**")
    with pytest.raises(RunnerFault):
        rehearsal.review(1)
    why = "/weekly override numbers=they told us on the telephone"
    assert "`/weekly override numbers=REASON`" in rehearsal.site.pulls[1]["body"]
    rehearsal.comment(1, why, by="mallory")
    assert 1 not in rehearsal.site.said
    rehearsal.comment(1, why, by="cyd")  # may push, and is no editor
    assert "may not approve" in rehearsal.site.said[1][-1]["body"]
    assert rehearsal.site.statuses[-1][1] == "failure"
    rehearsal.site.merge(1)
    rehearsal.publish()
    assert not rehearsal.issues()
    rehearsal.comment(1, f"{offered(rehearsal)}\n{why}", by="ben")
    late, stands = rehearsal.site.said[1][-1]["body"].splitlines()
    assert "not done: this is merged" in late
    assert stands == "- `override numbers`: `done`"
    rehearsal.publish("schedule")
    assert rehearsal.issues() == {str(FIRST): 1}
    assert '"numbers": "they told us on the telephone (ben)"' in rehearsal.site.file("main", MANIFEST)


def test_a_reason_that_was_given_before_the_merge_makes_the_mark_green_until_the_next_edit(rehearse):
    rehearsal = rehearse()
    rehearsal.edit(FIRST, "是智能体。\n\n**提出**", "是智能体，快 97 倍。\n\n**提出**")
    rehearsal.comment(1, "/weekly override numbers=they told us\n/weekly override links=why not", by="ben")
    done, idle = rehearsal.site.said[1][-1]["body"].splitlines()
    assert done == "- `override numbers`: `done`"
    assert "nothing to override for links" in idle
    assert rehearsal.site.statuses[-1][1] == "success"
    assert "`they told us (ben)`" in rehearsal.site.pulls[1]["body"]
    rehearsal.edit(FIRST, "快 97 倍", "快 98 倍")
    with pytest.raises(RunnerFault):
        rehearsal.review(1)
    assert rehearsal.site.statuses[-1][1] == "failure"


def test_a_link_on_the_branch_does_not_have_the_runners_files_read(rehearse, tmp_path):
    rehearsal = rehearse()
    (tmp_path / "passwords").write_text("WEEKLY_SECRET=secret\n" + rehearsal.text(FIRST), encoding="utf-8")
    with rehearsal.site.cloned(BRANCH) as place:
        (place / ISSUE).unlink()
        (place / ISSUE).symlink_to(tmp_path / "passwords")
        rehearsal.site.git("add", "--all", at=place)
        rehearsal.site.git("commit", "-qm", "link", at=place)
        rehearsal.site.git("push", "-q", "origin", BRANCH, at=place)
    with pytest.raises(RunnerFault):
        rehearsal.review(1)
    said = "".join(rehearsal.runner.log)
    assert "WEEKLY" not in said
    assert base64.b64encode(b"secret")[:6].decode() not in said


def test_what_is_published_is_what_the_merge_has_whatever_was_pushed_after_the_check(rehearse):
    rehearsal = rehearse()
    rehearsal.review(1)
    with rehearsal.site.cloned(BRANCH) as place:  # a force-push between the check and the merge
        (place / ISSUE).write_text(
            (place / ISSUE).read_text().replace("是智能体。\n\n**提出**", "快 97 倍。\n\n**提出**")
        )
        rehearsal.site.git("commit", "-qa", "--amend", "-m", "as it was checked", at=place)
        rehearsal.site.git("push", "-qf", "origin", BRANCH, at=place)
    rehearsal.site.merge(1)
    rehearsal.publish()
    assert not rehearsal.issues()
    assert "97" in rehearsal.site.said[1][-1]["body"]


def test_a_merge_that_is_not_in_the_newsletters_branch_approves_nothing(rehearse):
    rehearsal = rehearse()
    before = rehearsal.site.tip("main")
    rehearsal.site.merge(1)
    rehearsal.site.git("update-ref", "refs/heads/main", before)  # forced back
    rehearsal.publish()
    assert not rehearsal.issues()


def test_a_revert_before_the_wait_is_over_withdraws(rehearse):
    rehearsal = rehearse(REVIEW__WAIT="1440")
    commit = rehearsal.site.merge(1, when="2999-01-01T00:00:00Z")
    rehearsal.publish()
    assert not rehearsal.issues()
    assert '"by":"ada"' in rehearsal.site.file("weekly-state", f"{FIRST}/approvals.jsonl")
    rehearsal.site.revert(commit)
    rehearsal.publish()
    approvals = rehearsal.site.file("weekly-state", f"{FIRST}/approvals.jsonl")
    assert "withdrawn_at" in approvals
    rehearsal.runner.env["WEEKLY_REVIEW__WAIT"] = "0"
    rehearsal.publish("schedule")
    assert not rehearsal.issues()


def test_two_people_are_two_people_by_the_sites_own_answer(rehearse):
    rehearsal = rehearse(REVIEW__APPROVALS="2")
    rehearsal.site.approve(1, "mallory")  # may not write
    rehearsal.site.approve(1, "ada")  # merges too: still one person
    rehearsal.site.merge(1, by="ada")
    rehearsal.publish()
    assert not rehearsal.issues()
    assert "1 of 2 people" in rehearsal.site.said[1][-1]["body"]
    rehearsal.site.approve(1, "ben")
    rehearsal.publish("schedule")
    assert rehearsal.issues() == {str(FIRST): 1}
    assert "ada, ben" in rehearsal.site.file("main", MANIFEST)


def test_an_approval_of_an_earlier_commit_does_not_count(rehearse):
    rehearsal = rehearse(REVIEW__APPROVALS="2")
    rehearsal.site.approve(1, "ben")
    rehearsal.edit(FIRST, "本周亮点", "本周要点")
    rehearsal.review(1)
    rehearsal.site.merge(1)
    rehearsal.publish()
    assert not rehearsal.issues()


def test_two_merges_at_once_are_two_issues_with_two_numbers(rehearse):
    rehearsal = rehearse()
    rehearsal.at(FIRST.shift(1))
    rehearsal.prepare()
    rehearsal.site.merge(1)
    rehearsal.site.merge(2)
    rehearsal.publish()
    rehearsal.publish()
    assert rehearsal.issues() == {str(FIRST): 1, str(FIRST.shift(1)): 2}
    assert set(rehearsal.relay.taken.values()) == {1}
    assert len(rehearsal.relay.taken) == 2 * len(READERS)


def test_a_run_that_another_one_has_overtaken_publishes_nothing(rehearse):
    rehearsal = rehearse()
    rehearsal.site.merge(1)
    state = rehearsal.site.tip("weekly-state")

    def overtake():
        if rehearsal.site.asked[-1].endswith("/pulls/1"):
            tree = rehearsal.site.git("rev-parse", f"{state}^{{tree}}")
            who = {"env": {"GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x", "GIT_COMMITTER_NAME": "x"}}
            who["env"]["GIT_COMMITTER_EMAIL"] = "x"
            commit = rehearsal.site.git("commit-tree", tree, "-p", state, "-m", "another run", **who)
            rehearsal.site.git("update-ref", "refs/heads/weekly-state", commit)

    rehearsal.site.on_request = overtake
    with pytest.raises(RunnerFault, match="weekly-state was pushed to meanwhile"):
        rehearsal.publish()
    assert not rehearsal.issues()
    assert not rehearsal.relay.taken
    rehearsal.site.on_request = lambda: None
    rehearsal.publish("schedule")
    assert rehearsal.issues() == {str(FIRST): 1}


def test_what_was_sent_is_known_although_another_run_pushed_the_state_meanwhile(rehearse):
    rehearsal = rehearse()
    rehearsal.site.merge(1)
    other = f"{FIRST.shift(1)}/comments.jsonl"
    line = {"id": 1, "card": "arxiv:1", "at": "2025-05-26T07:00:00Z", "by": "ben", "text": "Why this one?"}

    def meanwhile():
        if rehearsal.relay.taken.total() == 1:
            with rehearsal.site.cloned("weekly-state") as place:
                (place / other).parent.mkdir()
                (place / other).write_text(json.dumps(line) + "\n", encoding="utf-8")
                rehearsal.site.git("add", "--all", at=place)
                rehearsal.site.git("commit", "-qm", "a comment", at=place)
                rehearsal.site.git("push", "-q", "origin", "weekly-state", at=place)

    rehearsal.relay.on_message = meanwhile
    with pytest.raises(RunnerFault, match="pushed to meanwhile"):
        rehearsal.publish()
    assert rehearsal.ledger(FIRST).count('"state":"sent"') == len(READERS)
    rehearsal.publish("schedule")
    assert set(rehearsal.relay.taken.values()) == {1}
    assert "Why this one?" in rehearsal.site.file("weekly-state", other)


def test_a_state_branch_that_is_gone_comes_from_the_archive_and_mails_nobody_again(rehearse):
    rehearsal = rehearse()
    rehearsal.site.merge(1)
    rehearsal.publish()
    taken = dict(rehearsal.relay.taken)
    rehearsal.site.git("update-ref", "-d", "refs/heads/weekly-state")
    rehearsal.publish("schedule")
    assert rehearsal.relay.taken == taken
    assert rehearsal.ledger(FIRST).count('"state":"uncertain"') == len(READERS)
    rehearsal.at(FIRST.shift(1))
    rehearsal.prepare(FIRST.shift(1))
    rehearsal.site.merge(2)
    rehearsal.publish()
    assert rehearsal.issues() == {str(FIRST): 1, str(FIRST.shift(1)): 2}


def test_comments_are_by_the_bot_alone_and_the_state_has_no_address(rehearse):
    rehearsal = rehearse()
    rehearsal.comment(1, offered(rehearsal), by="ben")
    assert [said["user"]["login"] for said in rehearsal.site.said[1]] == [BOT]
    state = rehearsal.site.git("log", "-p", "weekly-state")
    assert not re.search(r"reader\d", state)
