"""Blocks from the command line."""

from __future__ import annotations

import json

WEEK = "2025-W15"


def test_a_block_is_added_listed_and_removed(weekly, drafted, tmp_path):
    def run(*words):
        return weekly("--workspace", drafted, "draft", "blocks", *words, "--week", WEEK)

    text = tmp_path / "text.md"
    text.write_text("From a *file*.\n", encoding="utf-8")
    added = run("add", "--kind", "sponsor", "--title", "Example Ltd", "--file", text, "--by", "ada")
    assert added.out == f"{WEEK}: block 1 in draft v2\n"
    assert run("add", "--kind", "editorial", "--title", "Ours", "--body", "Hello.").status == 0
    assert json.loads(run("--json").out) == [
        {"number": 1, "kind": "sponsor", "title": "Example Ltd", "body": "From a *file*.", "after": ""},
        {"number": 2, "kind": "editorial", "title": "Ours", "body": "Hello.", "after": ""},
    ]
    assert run("remove", "1").status == 0
    assert "Ours" in run().out
    assert "Example Ltd" not in run().out
    refused = run("remove", "7")
    assert (refused.status, refused.err) == (1, f"weekly: {WEEK} has no block 7: it has 1\n")
    assert run("add", "--kind", "advert", "--title", "T").status == 2
    assert run("add", "--kind", "sponsor", "--title", "T", "--file", tmp_path / "none.md").err.count("\n") == 1
