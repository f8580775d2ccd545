"""The state as text: a database that is lost is made again from it and the archive, for whoever reads it elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest
from sqlalchemy import select

from tests.conftest import made_once
from tests.papers import SETTINGS, feed, monday
from tests.published import WEEK, a_draft, publish_issue
from tests.stored import stored
from weekly import due, pipeline
from weekly.archive.verify import verify
from weekly.errors import ParseError, StoreError
from weekly.learning import labels
from weekly.models import State, Status, Week
from weekly.review import decide
from weekly.review.findings import findings
from weekly.state import load, save
from weekly.state.rows import KEPT
from weekly.state.subscribers import LEFT
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Reason
from weekly.store.tables import deliveries, entries, metadata
from weekly.workspace import open_workspace

FIRST = Week.parse("2025-W20")
WEEKS = 12
READERS = [f"reader{number}@example.org" for number in range(20)]


def opened(root, week):
    return open_workspace(root, transport=feed(lambda: monday(week)), clock=lambda: monday(week), sleep=lambda _: None)


def make(root):
    """Twelve published weeks, in each of which an editor takes one paper, refuses one and sends the rest."""
    root.mkdir(parents=True)
    (root / "weekly.toml").write_text(f'{SETTINGS}[maildir]\npath = "maildir"\n', encoding="utf-8")
    for number in range(WEEKS):
        week = FIRST.shift(number)
        with opened(root, week) as workspace:
            if not number:
                subscribe(workspace, READERS)
            pipeline.collect(workspace, week)
            pipeline.classify(workspace, week)
            pipeline.draft(workspace, week)
            ranking = stored(workspace).candidates.ranking(week)
            decide.decide(workspace, week, ranking[3].work.id, Status.ACCEPTED, "Ada")
            decide.decide(workspace, week, ranking[4].work.id, Status.REJECTED, "Ben")
            standing = findings(workspace, stored(workspace).drafts.find(week).draft)
            blocking = {finding.check: "looked at" for finding in standing if finding.level == "block"}
            pipeline.approve(workspace, week, "Ada", blocking)
            pipeline.publish(workspace, week)
            pipeline.deliver(workspace, week)


def subscribe(workspace, addresses):
    with workspace.store.write() as tx:
        tx.subscribers.add([Subscriber(email=address) for address in addresses], workspace.now())


@pytest.fixture(scope="session")
def twelve_weeks(tmp_path_factory):
    return made_once(tmp_path_factory, "twelve-weeks", make)


@pytest.fixture
def written(tmp_path, twelve_weeks):
    """The state of the twelve weeks, and what else another machine has: settings, secret, archive."""
    with opened(twelve_weeks, FIRST.shift(WEEKS - 1)) as workspace:
        save(workspace, tmp_path / "state")
    return elsewhere(twelve_weeks, tmp_path / "other")


def elsewhere(root, other):
    (other / ".weekly").mkdir(parents=True)
    shutil.copy(root / "weekly.toml", other)
    shutil.copy(root / ".weekly" / "secret", other / ".weekly")
    if (root / "archive").exists():
        shutil.copytree(root / "archive", other / "archive")
    return other


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.jsonl")}


def rows(workspace, table, *columns):
    with workspace.store.read() as tx:
        return sorted(tx.connection.execute(select(*(table.c[column] for column in columns))).tuples())


def test_twelve_weeks_come_back_and_go_on_as_they_would_have(twelve_weeks, written, tmp_path):
    next_week = FIRST.shift(WEEKS)
    shutil.copytree(twelve_weeks, tmp_path / "original")
    told = []
    for root in (tmp_path / "original", written):
        with opened(root, next_week) as workspace:
            if root == written:
                subscribe(workspace, READERS)
                load(workspace, tmp_path / "state")
                assert not [report for report in verify(workspace) if report.faults]
            known = {
                "numbers": stored(workspace).issues.numbers(),
                "seen": rows(workspace, entries, "source", "key", "week", "seen_at"),
                "deliveries": rows(workspace, deliveries, "week", "email", "subscriber", "state", "id"),
                "lessons": list(labels._decisions(workspace)),
                "topics": list(labels._issue_topics(workspace)),
                "due": due.parts(workspace),
                "log": [stored(workspace).reviews.history(FIRST.shift(number)) for number in range(WEEKS)],
                "drafts": [stored(workspace).drafts.heads(FIRST.shift(number)) for number in range(WEEKS)],
                "machine": [stored(workspace).drafts.find_revision(FIRST.shift(number), 1) for number in range(WEEKS)],
            }
            health = pipeline.collect(workspace, next_week)
            pipeline.classify(workspace, next_week)
            ranking = stored(workspace).candidates.ranking(next_week)
            told.append({**known, "health": health, "candidates": ranking})
    assert told[1] == told[0]
    assert len(told[0]["lessons"]) > 5 * WEEKS
    assert len(told[0]["candidates"]) > 10


def test_what_is_loaded_is_saved_as_it_was(written, tmp_path):
    with opened(written, FIRST.shift(WEEKS - 1)) as workspace:
        subscribe(workspace, READERS)
        load(workspace, tmp_path / "state")
        again = save(workspace, tmp_path / "state")
    assert again.changed == 0


def test_a_week_is_small_and_twelve_are_twelve_times_one(written, tmp_path):
    sizes = {}
    for name, text in files(tmp_path / "state").items():
        week = name.partition("/")[0] if "/" in name else ""
        sizes[week] = sizes.get(week, 0) + len(text.encode())
    # What belongs to no week (marks, works that were published) is a small part of each.
    assert max(sizes.values()) < 300_000
    assert sizes[""] < WEEKS * 10_000
    first, last = (sizes[str(FIRST.shift(number))] for number in (1, WEEKS - 1))
    assert last < 1.2 * first


def test_a_second_week_changes_no_line_of_the_first(twelve_weeks, tmp_path):
    with opened(twelve_weeks, FIRST.shift(WEEKS - 1)) as workspace:
        save(workspace, tmp_path / "state")
    before = files(tmp_path / "state")
    shutil.copytree(twelve_weeks, tmp_path / "on")
    week = FIRST.shift(WEEKS)
    with opened(tmp_path / "on", week) as workspace:
        pipeline.collect(workspace, week)
        save(workspace, tmp_path / "state")
    now = files(tmp_path / "state")
    changed = {name for name in now if now[name] != before.get(name)}
    assert {name for name in changed if not name.startswith(str(week))} <= {"watermarks.jsonl", "numbers.jsonl"}
    for name, text in now.items():
        assert all(json.loads(line) is not None for line in text.splitlines()), name


def test_nothing_in_it_is_an_address_or_tells_one(written, tmp_path):
    everything = "".join(files(tmp_path / "state").values())
    for address in READERS:
        assert address not in everything
        assert hashlib.sha256(address.encode()).hexdigest() not in everything
        assert hashlib.md5(address.encode()).hexdigest() not in everything
    assert "reader0" not in everything


@pytest.fixture
def small(tmp_path, workspace):
    """A published issue in a workspace that keeps its secret in a file, saved."""
    publish_issue(workspace, ["ada@example.org", "bob@example.org", "eve@example.org"], WEEK.shift(1))
    return workspace


def another(workspace, tmp_path, name="other"):
    root = elsewhere(workspace.root, tmp_path / name)
    return open_workspace(root)


def test_what_is_being_sent_when_it_is_saved_is_uncertain_for_whoever_loads_it(small, tmp_path):
    week = WEEK.shift(1)
    with small.store.read() as tx:
        ids = {row.email: row.id for row in tx.connection.execute(select(deliveries))}
    save(small, tmp_path / "state", leaving=[ids["ada@example.org"]])
    with another(small, tmp_path) as other:
        subscribe(other, ["bob@example.org", "ada@example.org", "eve@example.org"])
        load(other, tmp_path / "state")
        told = {row["email"]: (row["state"], row["detail"]) for row in stored(other).deliveries.rows(week)}
    assert told["ada@example.org"] == (State.UNCERTAIN, LEFT)
    assert told["bob@example.org"] == (State.PENDING, "")


def test_who_unsubscribed_stays_unsubscribed_when_the_list_brings_them_again(small, tmp_path):
    with small.store.write() as tx:
        tx.subscribers.stop("eve@example.org", Reason.UNSUBSCRIBED, small.now(), "their own wish")
    save(small, tmp_path / "state")
    with another(small, tmp_path) as other:
        subscribe(other, ["ada@example.org"])  # the list lacks two of them now
        load(other, tmp_path / "state")
        save(other, tmp_path / "second")
    with another(small, tmp_path, "third") as third:
        subscribe(third, ["eve@example.org", "new@example.org", "bob@example.org", "ada@example.org"])
        load(third, tmp_path / "second")
        people = {one.email: (one.id, one.status) for one in stored(third).subscribers.all()}
        assert people["eve@example.org"] == (3, "unsubscribed")
        assert people["bob@example.org"] == (2, "active")
        assert people["new@example.org"] == (4, "active")
        with third.store.write() as tx:
            added = tx.subscribers.add([Subscriber(email="EVE@example.org")], third.now())
        assert (added.added, added.known + added.suppressed) == (0, 1)


def test_who_left_the_list_gets_no_mail_and_is_counted_still(small, tmp_path):
    save(small, tmp_path / "state")
    with another(small, tmp_path) as other:
        subscribe(other, ["ada@example.org"])
        load(other, tmp_path / "state")
        counts = pipeline.deliver(other, WEEK.shift(1))
    assert counts == {
        "audience": 3,
        "sent": 1,
        "failed": 0,
        "uncertain": 0,
        "suppressed": 2,
        "pending": 0,
        "skipped": 0,
    }


def test_an_issue_whose_files_were_lost_with_the_machine_is_published_from_the_state(small, tmp_path):
    week = WEEK.shift(1)
    save(small, tmp_path / "state", unplaced=[str(week)])
    root = elsewhere(small.root, tmp_path / "other")
    shutil.rmtree(root / "archive" / "2025" / f"W{week.number:02d}")
    shutil.copytree(small.root / ".weekly" / "pictures", root / ".weekly" / "pictures", dirs_exist_ok=True)
    with open_workspace(root) as other:
        load(other, tmp_path / "state")
        issue = pipeline.publish(other, week)
        assert (issue.number, issue.hash) == stored(small).issues.numbers()[str(week)]
        assert issue.files == stored(small).issues.find(week).files


def test_an_issue_that_the_state_does_not_know_comes_from_the_archive(small, tmp_path):
    save(small, tmp_path / "state")
    with small.store.write() as tx:
        tx.drafts.add(a_draft(WEEK.shift(2)), "ed", small.now())
    publish_issue(small, week=WEEK.shift(2))
    with another(small, tmp_path) as other:
        load(other, tmp_path / "state")
        assert stored(other).issues.numbers() == stored(small).issues.numbers()


def test_a_database_that_holds_something_is_not_overwritten(small, tmp_path):
    save(small, tmp_path / "state")
    with pytest.raises(StoreError, match="holds something already"):
        load(small, tmp_path / "state")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text.replace('"secret":"', '"secret":"0'), "another secret"),
        (lambda text: text.replace('"format":2', '"format":1'), "no state of this version"),
        (lambda text: f"<<<<<<< ours\n{text}", ":1: not JSON: after a merge"),
    ],
)
def test_another_newsletters_state_and_a_merge_that_was_not_finished_are_refused(small, tmp_path, spoil, told):
    save(small, tmp_path / "state")
    head = tmp_path / "state" / "state.jsonl"
    head.write_text(spoil(head.read_text()))
    with another(small, tmp_path) as other, pytest.raises(ParseError, match=told):
        load(other, tmp_path / "state")


def test_a_revision_that_somebody_edited_in_the_state_is_refused(workspace, tmp_path):
    save(workspace, tmp_path / "state")
    cards = tmp_path / "state" / "2025-W15" / "cards.jsonl"
    cards.write_text(cards.read_text().replace("Seaweed", "Kelp", 1))
    with another(workspace, tmp_path) as other:
        with pytest.raises(ParseError, match="revision 1 is not what its hash is of"):
            load(other, tmp_path / "state")
        assert not stored(other).drafts.heads(Week.parse("2025-W15"))


def test_it_is_the_same_from_either_database(small, tmp_path, fresh_database, monkeypatch):
    save(small, tmp_path / "state")
    monkeypatch.setenv("WEEKLY_DATABASE__URL", fresh_database().split('"')[1])
    with another(small, tmp_path) as other:
        subscribe(other, ["ada@example.org", "bob@example.org", "eve@example.org"])
        load(other, tmp_path / "state")
        assert save(other, tmp_path / "state").changed == 0
        subscribe(other, ["new@example.org"])
        with other.store.read() as tx:
            assert tx.subscribers.find("new@example.org").id == 4


def test_every_table_is_kept_or_left_out_on_purpose():
    kept = {kept.table.name for kept in KEPT} | {"entries", "candidates", "packed_candidates", "drafts"}
    kept |= {"subscribers", "suppressions", "deliveries"}
    lost = {"left_out", "links", "web_cache", "locks", "host_paces", "send_slots", "model_answers", "review_presence"}
    lost |= {"review_sessions", "subscriber_events", "consent_texts"}  # of the page, and of who signs up on ours
    assert kept | lost | {"confirmation_requests"} == set(metadata.tables)


def test_the_commands_save_and_load(small, tmp_path, weekly):
    saved = weekly("--workspace", small.root, "state", "save", tmp_path / "state", "--json")
    assert json.loads(saved.out)["changed"] == json.loads(saved.out)["files"]
    other = elsewhere(small.root, tmp_path / "other")
    (tmp_path / "list.csv").write_text("email\nada@example.org\n")
    assert weekly("--workspace", other, "subscribers", "import", tmp_path / "list.csv").status == 0
    loaded = weekly("--workspace", other, "state", "load", tmp_path / "state")
    assert (loaded.status, "are in the database" in loaded.out) == (0, True)


def test_a_load_that_is_killed_leaves_an_empty_database(small, tmp_path):
    save(small, tmp_path / "state")
    root = elsewhere(small.root, tmp_path / "other")
    killed = (
        "import os, sys; from pathlib import Path; from sqlalchemy import Engine, event; from weekly.state import load;"
        "from weekly.workspace import open_workspace;"
        "last = lambda *told: os.kill(os.getpid(), 9) if 'INTO deliveries' in told[2] else None;"
        "event.listen(Engine, 'before_cursor_execute', last);"
        "load(open_workspace(Path(sys.argv[1])).__enter__(), Path(sys.argv[2]))"
    )
    done = subprocess.run([sys.executable, "-c", killed, root, tmp_path / "state"], check=False, env=os.environ)
    assert done.returncode == -9
    with open_workspace(root) as other:
        load(other, tmp_path / "state")
        assert stored(other).issues.numbers() == stored(small).issues.numbers()
