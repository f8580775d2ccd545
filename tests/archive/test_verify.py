"""The archive against what was approved: which file differs, and why."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.archive import errata
from weekly.archive.folder import hashes
from weekly.archive.manifest import NAME
from weekly.archive.verify import FaultKind, verify
from weekly.review.preview import renderer
from weekly.store import codec
from weekly.store.tables import issues
from weekly.testing import workspace
from weekly.workspace import open_workspace

PLACE = "2025/W15"


@pytest.fixture
def root(tmp_path):
    with workspace(tmp_path / "w") as opened:
        publish_issue(opened)
    return tmp_path / "w"


def faults(root):
    with open_workspace(root) as opened:
        return [fault for one in verify(opened) for fault in one.faults]


def found(root):
    return [(fault.place, fault.kind) for fault in faults(root)]


def test_an_archive_that_nobody_touched_has_no_faults_and_is_not_touched_by_looking(root):
    before = hashes(root / "archive")
    assert found(root) == []
    assert hashes(root / "archive") == before


def test_every_form_of_an_issue_comes_from_the_approved_content(root):
    with open_workspace(root) as opened:
        issue = stored(opened).issues.find(WEEK)
        assert codec.digest(codec.dump(issue.draft)) == issue.hash
        files = renderer(opened).files(issue)
    assert files.keys() == issue.files.keys()
    assert json.loads(files["issue.json"])["hash"] == issue.hash
    assert issue.hash in files["issue.bib"].decode()


def test_edited_missing_and_extra_files_are_named(root):
    folder = root / "archive" / PLACE
    (folder / "issue.md").write_text("other", encoding="utf-8")
    (folder / "email.txt").unlink()
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / ".errata.json.0123456789abcdef.part").write_text("half", encoding="utf-8")
    (root / "archive" / "feed.xml").write_text("gone", encoding="utf-8")
    (root / "archive" / "README.md").unlink()
    assert set(found(root)) == {
        (f"{PLACE}/email.txt", FaultKind.MISSING),
        (f"{PLACE}/issue.md", FaultKind.EDITED),
        (f"{PLACE}/notes.txt", FaultKind.EXTRA),
        ("feed.xml", FaultKind.EDITED),
        ("README.md", FaultKind.MISSING),
    }


def test_what_a_new_title_language_address_topic_template_or_version_would_make_of_it_is_no_difference(root):
    settings = """[newsletter]
title = "Other"
language = "en"
url = "https://other.example"
postal_address = "Street 1"

[[topics]]
slug = "agents"
name = "Agenten"
"""
    (root / "weekly.toml").write_text(settings, encoding="utf-8")
    own = root / "templates" / "email" / "issue.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ nobody_knows }}", encoding="utf-8")
    assert found(root) == []


def test_an_archive_from_before_manifests_is_as_published_and_says_so(root):
    (root / "archive" / NAME).unlink()
    (root / "archive" / PLACE / NAME).unlink()
    with open_workspace(root) as opened:
        told = list(verify(opened))
    assert [(one.week, one.faults, one.note) for one in told] == [
        (str(WEEK), (), "older, unsigned"),
        ("", (), "older, unsigned: 'weekly archive rebuild' signs them"),
    ]
    (root / "archive" / PLACE / "issue.md").write_text("other", encoding="utf-8")
    assert found(root) == [(f"{PLACE}/issue.md", FaultKind.EDITED)]


def test_a_lost_secret_is_a_note_and_a_changed_manifest_a_fault(root):
    manifest = root / "archive" / PLACE / NAME
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"number": 1', '"number": 2'), encoding="utf-8")
    assert found(root) == [(f"{PLACE}/{NAME}", FaultKind.EDITED)]
    manifest.write_text(text, encoding="utf-8")
    (root / ".weekly" / "secret").unlink()
    with open_workspace(root) as opened:
        told = list(verify(opened))
    assert [(one.faults, one.note.partition(":")[0]) for one in told] == [((), "signed with another secret")] * 2


def test_the_manifest_of_the_pages_was_changed_too_and_it_is_one_line(root):
    (root / "archive" / NAME).write_text('{"pages": {}}', encoding="utf-8")
    (root / "archive" / "feed.xml").write_text("other", encoding="utf-8")
    ours = json.loads((root / "archive" / PLACE / NAME).read_text(encoding="utf-8"))["secret"]
    (root / "archive" / NAME).write_text(json.dumps({"pages": {}, "secret": ours}), encoding="utf-8")
    assert found(root) == [(NAME, FaultKind.EDITED)]


def test_corrections_are_compared_with_their_last_writing(root):
    with open_workspace(root) as opened:
        errata.correct(opened, WEEK, card="Ant", text="Seven ants.")
    assert found(root) == []
    (root / "archive" / PLACE / "errata.md").write_text("No ants.", encoding="utf-8")
    (root / "archive" / PLACE / "errata.html").unlink()
    assert found(root) == [(f"{PLACE}/errata.html", FaultKind.MISSING), (f"{PLACE}/errata.md", FaultKind.EDITED)]


def test_an_issue_that_is_gone_as_a_whole_is_one_line(root):
    shutil.rmtree(root / "archive" / PLACE)
    assert found(root) == [(PLACE, FaultKind.MISSING)]


def test_content_that_changed_in_the_database_is_noticed(root):
    with open_workspace(root) as opened, opened.store.write() as tx:
        other = codec.dump(tx.issues.find(WEEK).draft).replace("本周两篇", "本周三篇")
        tx.connection.execute(issues.update().values(data=codec.pack(other)))
    assert (PLACE, FaultKind.CONTENT) in found(root)


def test_the_command_tells_it_file_by_file_for_programs_too(root, weekly):
    (root / "archive" / PLACE / "issue.md").write_text("other", encoding="utf-8")
    ran = weekly("--workspace", root, "archive", "verify", "--json")
    assert ran.status == 1
    assert "1 of 1 issues differ: 2025-W15" in ran.err
    assert json.loads(ran.out) == [
        {
            "week": "2025-W15",
            "ok": False,
            "note": "",
            "faults": [f"{PLACE}/issue.md: changed after publication"],
            "files": [{"file": f"{PLACE}/issue.md", "what": "edited", "message": "changed after publication"}],
        }
    ]
