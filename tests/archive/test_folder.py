"""The folder of issues, as it is counted."""

from __future__ import annotations

from weekly.archive.folder import hashes


def test_what_a_killed_run_left_counts_for_nothing_neither_a_file_nor_a_folder(tmp_path):
    for name in ("W15/issue.md", ".W15.0123456789abcdef.part/issue.md", "W15/.issue.md.0123456789abcdef.part"):
        path = tmp_path / "2025" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    assert list(hashes(tmp_path)) == ["2025/W15/issue.md"]
