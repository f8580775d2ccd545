"""`weekly export`: the week in the forms of other programs."""

from __future__ import annotations

import bibtexparser

from tests.published import WEEK
from weekly.testing import workspace


def test_the_bibtex_of_an_issue_is_the_file_that_was_published(demo_week, weekly):
    published = (demo_week / "archive" / "2025" / "W15" / "issue.bib").read_text(encoding="utf-8")
    assert weekly("--workspace", demo_week, "export", "bibtex", "--week", "2025-W15").out == published
    library = bibtexparser.parse_string(published)
    assert not library.failed_blocks
    assert len(library.entries) == 12
    assert all(
        {"title", "author", "year", "eprint", "primaryClass"} <= entry.fields_dict.keys() for entry in library.entries
    )


def test_a_draft_is_citable_before_it_is_published(drafted, weekly, tmp_path):
    ran = weekly("--workspace", drafted, "export", "bibtex", "--week", "2025-W15", "-o", tmp_path / "w.bib")
    assert (ran.status, ran.out) == (0, "")
    assert len(bibtexparser.parse_file(str(tmp_path / "w.bib")).entries) == 12


def test_a_week_without_anything_says_what_to_run(tmp_path, weekly):
    with workspace(tmp_path / "w"):
        pass
    ran = weekly("--workspace", tmp_path / "w", "export", "bibtex", "--week", str(WEEK))
    assert ran.status == 1
    assert ran.err == "weekly: 2025-W15 has neither an issue nor a draft: run 'weekly run --week 2025-W15' first\n"
