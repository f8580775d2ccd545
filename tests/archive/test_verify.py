"""The archive against what was approved: which file differs, and why."""

from __future__ import annotations

import json

import pytest

from tests.published import WEEK, publish_issue
from tests.stored import stored
from weekly.archive.folder import hashes
from weekly.archive.verify import FaultKind, verify
from weekly.render.environment import PACKAGED
from weekly.render.provenance import ENTRIES
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
    assert files.keys() - {"issue.json", "issue.bib"} <= ENTRIES.keys()
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


def test_a_template_that_its_owner_changed_is_named_with_the_files_that_it_makes(root):
    own = root / "templates" / "digest" / "card.md.j2"
    own.parent.mkdir(parents=True)
    ours = (PACKAGED / "digest" / "card.md.j2").read_text(encoding="utf-8")
    own.write_text(ours.replace('"**" ~ labels.brief ~ "**"', "labels.brief"), encoding="utf-8")
    (fault,) = faults(root)
    assert (fault.place, fault.kind) == (f"{PLACE}/issue.md", FaultKind.RENDERS)
    assert fault.message == "renders differently now: your template digest/card.md.j2 changed"


def test_a_template_that_is_broken_now_is_a_line_and_no_traceback(root):
    own = root / "templates" / "email" / "issue.txt.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ nobody_knows }}", encoding="utf-8")
    (fault,) = faults(root)
    assert (fault.place, fault.kind) == (PLACE, FaultKind.RENDERS)
    assert "nobody_knows" in fault.message


def test_a_setting_that_changed_is_named(root):
    (root / "weekly.toml").write_text('[newsletter]\ntitle = "Other"\n', encoding="utf-8")
    told = {fault.place: fault.message for fault in faults(root)}
    assert told[f"{PLACE}/issue.bib"] == "renders differently now: the setting newsletter.title changed"
    assert told["index.html"].startswith("is not what the issues give")


def test_an_issue_of_which_nobody_wrote_down_what_made_it_says_so(root):
    with open_workspace(root) as opened, opened.store.write() as tx:
        tx.connection.execute(issues.update().values(made_of="{}"))
    (root / "weekly.toml").write_text('[newsletter]\npostal_address = "Street 1"\n', encoding="utf-8")
    assert {fault.message for fault in faults(root)} == {
        "renders differently now: templates, settings or the program changed since"
    }


def test_a_form_that_came_into_the_program_later_is_no_fault_of_earlier_issues(root):
    with open_workspace(root) as opened:
        kept = {name: hash_ for name, hash_ in stored(opened).issues.find(WEEK).files.items() if name != "issue.bib"}
        with opened.store.write() as tx:
            tx.issues.set_files(WEEK, kept)
    (root / "archive" / PLACE / "issue.bib").unlink()
    assert found(root) == []


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
            "faults": [f"{PLACE}/issue.md: changed after publication"],
            "files": [{"file": f"{PLACE}/issue.md", "what": "edited", "message": "changed after publication"}],
        }
    ]
