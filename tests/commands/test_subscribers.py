"""The list of readers and the ledger from the keyboard."""

from __future__ import annotations

import json

import pytest

from tests.published import WEEK, publish_issue
from weekly.delivery.ledger import LEASE
from weekly.models import Outcome, State
from weekly.store.suppressions import Bounce, BounceKind
from weekly.testing import workspace
from weekly.workspace import open_workspace

TOML = '[maildir]\npath = "mail"\n'
FIVE = ("sent", "failed", "uncertain", "suppressed", "pending")


@pytest.fixture
def root(tmp_path):
    with workspace(tmp_path / "w", TOML) as made:
        publish_issue(made, ["ada@example.net", "bob@example.net"])
    return tmp_path / "w"


@pytest.fixture
def run(weekly, root):
    return lambda *arguments: weekly("--workspace", root, *arguments)


def unsure(root):
    """Makes a mail of the week uncertain, as the death of a sender does."""
    with open_workspace(root) as opened:
        now = opened.now()
        with opened.store.write() as tx:
            (row,) = tx.deliveries.reserve(WEEK, "dead", 1, now, LEASE)
            tx.deliveries.write_down("dead", now + LEASE, sending=[row])
            tx.deliveries.release(WEEK, State.UNCERTAIN, lambda _: True, now)
        return row.email


def test_one_reader_is_added_removed_and_never_brought_back(run, tmp_path):
    assert run("subscribers", "add", "Eve@Example.org", "--topics", "3d", "--language", "en").out.endswith("added\n")
    assert "there already" in run("subscribers", "add", "eve@example.org").out
    (eve,) = [one for one in json.loads(run("subscribers", "list", "--json").out) if one["email"] == "Eve@example.org"]
    assert eve == {"email": "Eve@example.org", "name": "", "topics": ["3d"], "language": "en", "status": "active"}
    assert run("subscribers", "remove", "eve@example.org").status == 0
    (tmp_path / "list.csv").write_text("email\neve@example.org\n")
    run("subscribers", "import", tmp_path / "list.csv")
    assert "Eve@example.org,,3d,en,unsubscribed" in run("subscribers", "export").out
    assert "eve@example.org" in run("subscribers", "list").out.lower()


def test_an_erased_reader_stays_out_and_the_owner_is_told_why(run):
    assert "erased" in run("subscribers", "erase", "ada@example.net").out
    assert "was not there" in run("subscribers", "erase", "ada@example.net").out
    ran = run("subscribers", "add", "ada@example.net")
    assert (ran.status, "suppression list" in ran.err, ran.err.count("\n")) == (1, True, 1)


def test_who_bounced_is_not_brought_back_in_silence_and_the_owner_is_told_how(run, root):
    fail(root, unknown=True)
    ran = run("subscribers", "add", "ada@example.net")
    assert ran.status == 1
    assert "(bounce): see 'weekly suppressions lift ada@example.net'" in ran.err
    assert run("suppressions", "lift", "ada@example.net").status == 0
    assert "there already" in run("subscribers", "add", "ada@example.net").out


def test_a_list_without_any_good_row_is_a_failure(run, tmp_path):
    (tmp_path / "list.csv").write_text("email\nnobody\n")
    ran = run("subscribers", "import", tmp_path / "list.csv")
    assert ran.status == 1
    assert "list.csv:2:" in ran.err


def test_a_list_is_shown_before_it_is_imported(run, tmp_path):
    rows = "Email,Status,Notes\nnew@example.org,Subscribed,x\ngone@example.org,Unsubscribed,\nodd@example.org,Lapsed,\n"
    (tmp_path / "list.csv").write_text(rows)
    shown = json.loads(run("subscribers", "import", tmp_path / "list.csv", "--dry-run", "--json").out)
    assert shown["columns"] == {"Email": "email", "Status": "status"}
    assert (shown["ignored"], shown["counts"]) == (["Notes"], {"active": 1, "unsubscribed": 1, "bad": 1})
    assert [row["email"] for row in shown["rows"]] == ["new@example.org", "gone@example.org"]
    assert "Lapsed" in run("subscribers", "import", tmp_path / "list.csv", "--dry-run").out
    assert "new@example.org" not in run("subscribers", "list").out


def test_the_owner_says_what_a_status_means(run, tmp_path):
    (tmp_path / "list.csv").write_text("email,status\nodd@example.org,Lapsed\n")
    ran = run("subscribers", "import", tmp_path / "list.csv", "--status", "lapsed=unsubscribed", "--json")
    assert json.loads(ran.out) == {"added": 1, "known": 0, "suppressed": 0, "unconfirmed": 0, "bad": 0}
    assert "odd@example.org,,,,unsubscribed" in run("subscribers", "export").out
    assert run("subscribers", "import", tmp_path / "list.csv", "--status", "lapsed=perhaps").status == 1


def test_the_counts_of_a_week_add_up_and_the_skipped_ones_stand_beside(run):
    assert run("deliver", "--week", WEEK, "--limit", "1").status == 0
    counts = json.loads(run("deliveries", "--week", WEEK, "--json").out)
    assert list(counts) == ["audience", *FIVE, "skipped"]
    assert (counts["sent"], sum(counts[name] for name in FIVE)) == (1, counts["audience"])
    assert "audience" in run("deliveries", "--week", WEEK).out


def test_the_ledger_says_who_got_it(run):
    run("deliver", "--week", WEEK)
    rows = json.loads(run("deliveries", "list", "--week", WEEK, "--state", "sent", "--json").out)
    assert [row["email"] for row in rows] == ["ada@example.net", "bob@example.net"]
    assert "bob@example.net" in run("deliveries", "list", "--week", WEEK, "--to", "BOB@example.net").out


@pytest.mark.parametrize(("decision", "counted"), [("sent", "sent"), ("retry", "pending")])
def test_a_person_decides_about_an_uncertain_one(run, root, decision, counted):
    email = unsure(root)
    assert run("deliveries", "resolve", "--week", WEEK, "--as", decision, "--to", email).status == 0
    counts = json.loads(run("deliveries", "--week", WEEK, "--json").out)
    assert counts["uncertain"] == 0
    assert counts[counted] >= 1


def test_there_is_nothing_to_decide_about_who_is_not_uncertain(run):
    ran = run("deliveries", "resolve", "--week", WEEK, "--as", "sent", "--to", "ada@example.net")
    assert (ran.status, "no uncertain delivery" in ran.err) == (1, True)


def fail(root, *, unknown):
    """Makes every mail of the week fail."""
    with open_workspace(root) as opened, opened.store.write() as tx:
        for row in tx.deliveries.reserve(WEEK, "me", 9, opened.now(), LEASE):
            outcome = Outcome(email=row.email, state=State.FAILED, detail="550 5.1.1 no such user", unknown=unknown)
            tx.deliveries.write_down("me", opened.now(), settled=[(row, outcome)])


def test_what_failed_is_tried_again_when_a_person_says_so(run, root):
    fail(root, unknown=False)
    assert "2 failed now pending" in run("deliveries", "resolve", "--week", WEEK, "--as", "retry").out
    assert run("deliver", "--week", WEEK).status == 0
    assert json.loads(run("deliveries", "--week", WEEK, "--json").out)["sent"] == 2


def test_a_relay_that_knew_nobody_is_forgiven_and_everybody_gets_their_mail(run, root):
    fail(root, unknown=True)
    assert "0 failed" in run("deliveries", "resolve", "--week", WEEK, "--as", "retry").out
    rows = json.loads(run("suppressions", "list", "--reason", "bounce", "--json").out)
    assert [(row["email"], row["reason"]) for row in rows] == [
        ("ada@example.net", "bounce"),
        ("bob@example.net", "bounce"),
    ]
    assert "550 5.1.1 no such user" in run("suppressions", "show", "ada@example.net").out
    assert run("suppressions", "lift").status == 1
    lifted = run("suppressions", "lift", "--reason", "bounce", "--domain", "example.net")
    assert lifted.out.startswith("2 lifted")
    run("deliveries", "resolve", "--week", WEEK, "--as", "retry")
    run("deliver", "--week", WEEK)
    assert json.loads(run("deliveries", "--week", WEEK, "--json").out)["sent"] == 2


def test_what_a_reader_decided_is_not_the_owners_to_lift(run):
    run("subscribers", "remove", "ada@example.net")
    refused = run("suppressions", "lift", "ada@example.net")
    assert (refused.status, "unsubscribed" in refused.err, "/subscribe" in refused.err) == (1, True, True)
    assert run("suppressions", "lift", "--domain", "example.net").out.startswith("0 lifted")
    assert json.loads(run("suppressions", "show", "ada@example.net", "--json").out)["reason"] == "unsubscribed"
    assert run("suppressions", "show", "bob@example.net").status == 1
    assert json.loads(run("suppressions", "list", "--since", "2999-01-01", "--json").out) == []


def test_a_test_mail_goes_to_one_address_and_is_no_delivery(run, root):
    assert run("test-send", "--week", WEEK, "--to", "me@example.org").status == 0
    assert len(list((root / "mail" / "new").iterdir())) == 1
    assert json.loads(run("deliveries", "--week", WEEK, "--json").out)["sent"] == 0


def test_a_folder_of_reports_is_counted(run, tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "1.eml").write_bytes(b"Subject: hello\n\nx\n")
    found = json.loads(run("bounces", tmp_path / "reports", "--json").out)
    assert (found["read"], found["other"], found["hard"]) == (1, 1, 0)
    assert "1 read" in run("bounces", tmp_path / "reports").out
    assert run("bounces", tmp_path / "nowhere").status == 1


def test_one_reader_is_shown_with_what_became_of_each_issue(run, root):
    fail(root, unknown=True)
    shown = json.loads(run("subscribers", "show", "Ada@example.net", "--json").out)
    assert (shown["status"], shown["suppression"]["reason"]) == ("suppressed", "bounce")
    assert shown["consent"] == {"by": "the owner's list", "at": None, "where": "", "text": ""}
    assert [(row["event"], row["detail"]) for row in shown["history"]] == [
        ("added", ""),
        ("suppressed", "bounce: 550 5.1.1 no such user"),
    ]
    assert [(row["week"], row["state"]) for row in shown["deliveries"]] == [(str(WEEK), "failed")]
    assert json.loads(run("subscribers", "export", "--person", "ada@example.net").out) == shown
    assert "550 5.1.1 no such user" in run("subscribers", "show", "ada@example.net").out
    assert run("subscribers", "show", "nobody@example.net").status == 1


def test_what_came_back_is_counted_by_issue_domain_and_reason(run, root):
    with open_workspace(root) as opened, opened.store.write() as tx:
        for number, cause in enumerate(["address", "mailbox", "mailbox"]):
            row = Bounce(
                report=str(number), subscriber=1, week=str(WEEK), kind=BounceKind.SOFT, cause=cause, detail="552 full"
            )
            tx.bounces.add(row, opened.now())
    rows = json.loads(run("bounces", "report", "--json").out)
    assert [(row["domain"], row["cause"], row["count"]) for row in rows] == [
        ("example.net", "mailbox", 2),
        ("example.net", "address", 1),
    ]
    assert "552 full" in run("bounces", "report").out
