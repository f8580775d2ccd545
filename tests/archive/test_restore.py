"""A database that was lost, or is another's, beside an archive: every command says so, and the archive makes it whole."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.published import WEEK, a_draft, approve, counts, publish_issue, subscribe
from tests.stored import stored
from weekly.archive import errata
from weekly.archive.foreign import refuse_foreign
from weekly.archive.manifest import NAME
from weekly.archive.publish import publish
from weekly.archive.restore import restore
from weekly.archive.verify import verify
from weekly.errors import StoreError, WorkspaceError
from weekly.models import State
from weekly.testing import workspace
from weekly.workspace import open_workspace

PLACE = "2025/W15"
READERS = [f"reader{i}@example.org" for i in range(20)]
OFFLINE = "[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n"
COMMANDS = ("candidates", "health", "deliveries", "publish", "deliver", "run", "tick", "subscribers list", "why Ant")


@pytest.fixture
def root(tmp_path, fresh_database):
    """Three published weeks, the newest with a correction, and a database that knows nothing of them."""
    with workspace(tmp_path / "w", fresh_database()) as opened:
        for back in (2, 1, 0):
            publish_issue(opened, READERS if back else (), WEEK.shift(-back))
        errata.correct(opened, WEEK, card="Ant", text="Seven ants.")
    (tmp_path / "w" / "weekly.toml").write_text(fresh_database() + OFFLINE, encoding="utf-8")
    return tmp_path / "w"


def test_every_command_says_that_the_database_was_lost_until_it_is_restored(root, weekly):
    for command in COMMANDS:
        ran = weekly("--workspace", root, *command.split())
        assert (ran.status, ran.out) == (1, "")
        assert "does not know No. 3 of 2025-W15" in ran.err
        assert "'weekly archive restore'" in ran.err
    rows = json.loads(weekly("--workspace", root, "doctor", "--json").out)
    assert "does not know No. 3" in next(row["message"] for row in rows if row["part"] == "archive")
    said = json.loads(weekly("--workspace", root, "archive", "restore", "--json").out)
    assert [(one["week"], one["number"], one["approved_by"], one["whole"]) for one in said] == [
        ("2025-W13", 1, "ed", True),
        ("2025-W14", 2, "ed", True),
        ("2025-W15", 3, "ed", True),
    ]
    assert weekly("--workspace", root, "archive", "verify").status == 0
    assert "knows every issue" in weekly("--workspace", root, "archive", "restore").out
    assert weekly("--workspace", root, "deliveries").status == 0


def test_what_comes_back_is_what_was_published(root):
    with open_workspace(root) as opened:
        restore(opened)
        issue = stored(opened).issues.find(WEEK)
        assert (issue.draft, issue.number, issue.approved_by) == (a_draft(), 3, "ed")
        assert [one.by for one in stored(opened).drafts.approvals_of(WEEK, issue.hash)] == ["ed"]
        assert [(one.card, one.text) for one in stored(opened).issues.errata(WEEK)] == [
            ("arxiv:2504.00001", "Seven ants.")
        ]
        keys = {key for card in issue.draft.cards for key in card.keys}
        assert stored(opened).published_works.publications(keys).keys() == keys
        assert not any(one.faults or one.note for one in verify(opened))
        approve(opened, a_draft(WEEK.shift(1)))
        assert publish(opened, WEEK.shift(1)).number == 4


def test_nobody_gets_a_restored_issue_again_until_a_person_says_so(root):
    with open_workspace(root) as opened:
        subscribe(opened, READERS)
        restore(opened)
        for week in (WEEK.shift(-1), WEEK):
            assert counts(opened, week)["uncertain"] == counts(opened, week)["audience"] == len(READERS)


def test_destinations_are_uncertain_about_a_restored_issue(root):
    with (root / "weekly.toml").open("a", encoding="utf-8") as settings:
        settings.write('[destinations.wechat]\npath = "wechat"\n')
    with open_workspace(root) as opened:
        restore(opened)
        (row,) = stored(opened).announcements.rows(WEEK)
        assert (row.destination, row.state) == ("wechat", State.UNCERTAIN)


def test_an_archive_from_before_manifests_gives_back_what_readers_saw(root):
    for manifest in (root / "archive").rglob(NAME):
        manifest.unlink()
    with open_workspace(root) as opened:
        assert [one.whole for one in restore(opened)] == [False] * 3
        issue = stored(opened).issues.find(WEEK)
        assert [card.name for card in issue.draft.cards] == ["Ant", "Cube"]
        assert not any(one.faults for one in verify(opened))


def test_the_secret_may_be_lost_with_the_database(root):
    shutil.rmtree(root / ".weekly")
    with open_workspace(root) as opened:
        assert len(restore(opened)) == 3


def test_an_issue_whose_manifest_was_changed_is_not_believed(root):
    manifest = root / "archive" / PLACE / NAME
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"ed"', '"eve"'), encoding="utf-8")
    with open_workspace(root) as opened, pytest.raises(WorkspaceError, match="changed after publication"):
        restore(opened)


def test_a_database_that_belongs_to_another_archive_is_neither_used_nor_overwritten(root):
    with open_workspace(root) as opened:
        shutil.move(root / "archive", root / "aside")
        publish_issue(opened)
        shutil.rmtree(root / "archive")
        shutil.move(root / "aside", root / "archive")
        with pytest.raises(
            StoreError, match=r"another No\. 3 or another issue of 2025-W15 than .*belongs to another archive"
        ):
            refuse_foreign(opened.store, opened.archive)
        with pytest.raises(StoreError, match="belongs to another archive"):
            restore(opened)
        assert stored(opened).issues.find(WEEK).number == 1


def test_a_moved_folder_passes(root, tmp_path):
    with open_workspace(root) as opened:
        restore(opened)
    with open_workspace(shutil.move(root, tmp_path / "elsewhere"), check=refuse_foreign) as opened:
        assert stored(opened).issues.find(WEEK).number == 3


def test_one_that_is_killed_in_the_middle_is_finished_by_the_next(root):
    with open_workspace(root) as opened:
        issue_json = root / "archive" / PLACE / "issue.json"
        text = issue_json.read_bytes()
        issue_json.write_text("{", encoding="utf-8")
        with pytest.raises(WorkspaceError, match="cannot be read"):
            restore(opened)
        issue_json.write_bytes(text)
        assert [one.week for one in restore(opened)] == [str(WEEK)]
