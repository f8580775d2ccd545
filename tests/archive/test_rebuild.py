"""A rebuild writes what has changed and nothing else, whatever happened to the one before it."""

from __future__ import annotations

import shutil

import pytest

from tests.published import WEEK, publish_issue
from weekly.archive.folder import Archive, hashes
from weekly.archive.publish import refresh
from weekly.archive.verify import verify
from weekly.models import Week
from weekly.workspace import open_workspace


@pytest.fixture
def root(library, tmp_path):
    return shutil.copytree(library, tmp_path / "copy")


def rebuilt(root):
    """How many files a rebuild writes, and the archive after it."""
    with open_workspace(root) as workspace:
        count = refresh(workspace, Archive(workspace.archive))
        assert all(not found.faults for found in verify(workspace))
    return count, hashes(root / "archive")


def test_without_a_change_nothing_is_made_again(root):
    before = hashes(root / "archive")
    assert rebuilt(root) == (0, before)


@pytest.mark.parametrize("place", ["index.html", "topics/3d/feed.json", "search/newest/d0.js"])
def test_a_page_that_was_edited_or_is_gone_is_made_again(root, place):
    before = hashes(root / "archive")
    (root / "archive" / place).write_text("x", encoding="utf-8")
    (root / "archive" / "style.css").unlink()
    count, after = rebuilt(root)
    assert 2 <= count < len(before) / 4
    assert after == before


def test_a_template_of_the_owner_reaches_every_page_that_has_it(root):
    target = root / "templates" / "site" / "search.html.j2"
    target.parent.mkdir(parents=True)
    target.write_text("{# mine #}<!DOCTYPE html><title>Mine</title>\n", encoding="utf-8")
    rebuilt(root)
    assert (root / "archive" / "search.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html><title>Mine")
    target.unlink()
    rebuilt(root)
    assert "Mine" not in (root / "archive" / "search.html").read_text(encoding="utf-8")


def test_a_title_of_the_newsletter_reaches_every_page(root):
    settings = root / "weekly.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("AI周报", "别的周报"), encoding="utf-8")
    rebuilt(root)
    for place in ("index.html", "search.html", "feed.xml", "topics/index.html", "steps/2025-W15-next.html"):
        assert "别的周报" in (root / "archive" / place).read_text(encoding="utf-8")


def test_a_collection_that_its_owner_edits_is_shown_as_it_is_now(root):
    page = root / "archive" / "collections" / "video.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Seaweed-7B", "Seagrass-7B"), encoding="utf-8")
    count, _ = rebuilt(root)
    assert "Seagrass-7B" in (root / "archive" / "collections" / "video.html").read_text(encoding="utf-8")
    assert 1 <= count <= 4


def test_a_rebuild_that_was_killed_anywhere_is_finished_by_the_next(root, tmp_path):
    whole = shutil.copytree(root, tmp_path / "whole")
    with open_workspace(whole) as workspace:
        publish_issue(workspace, week=WEEK.shift(1))
    wanted = hashes(whole / "archive")
    made = [name for name, digest in wanted.items() if hashes(root / "archive").get(name) != digest]
    issue = f"{WEEK.shift(1).year}/W{WEEK.shift(1).number:02}/"
    for part in (0, len(made) // 3, len(made) - 1):
        killed = shutil.copytree(root, tmp_path / f"killed-{part}")
        # As it stands when the process ends there: some pages are of the new state, the manifest is of the old one.
        for name in [name for at, name in enumerate(made) if at < part or name.startswith((issue, "social", "topics"))]:
            (killed / "archive" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(whole / "archive" / name, killed / "archive" / name)
        with open_workspace(killed) as workspace:
            refresh(workspace, Archive(workspace.archive))
        assert hashes(killed / "archive") == wanted


def test_a_manifest_that_was_changed_is_not_believed(root):
    manifest = root / "archive" / ".manifest.json"
    (root / "archive" / "index.html").write_text("x", encoding="utf-8")
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"keys"', '"kays"'), encoding="utf-8")
    count, after = rebuilt(root)
    assert count > 60
    assert (root / "archive" / "index.html").read_text(encoding="utf-8") != "x"
    assert after


def test_a_new_year_moves_the_old_one_and_leaves_no_piece_behind(root):
    stale = root / "archive" / "search" / "newest" / "t99.js"
    stale.write_text("old", encoding="utf-8")
    with open_workspace(root) as workspace:
        publish_issue(workspace, week=Week.parse("2026-W02"))
    assert not stale.exists()
    assert (root / "archive" / "search" / "earlier" / "index.js").is_file()
    assert "2025-W15" not in (root / "archive" / "search" / "newest" / "d0.js").read_text(encoding="utf-8")
    assert "2025-W15" in (root / "archive" / "search" / "earlier" / "d0.js").read_text(encoding="utf-8")
    assert rebuilt(root)[0] == 0
