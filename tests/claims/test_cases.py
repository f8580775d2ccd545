"""Single texts that the gate once got wrong, where they are at hand."""

from __future__ import annotations

from weekly import jsonl
from weekly.claims import Sources


def test_every_case_is_right(shared):
    wrong = []
    for _, row in jsonl.read(shared / "cases" / "gate.jsonl"):
        sources = Sources([row["source"]])
        if row["faithful"] == bool(sources.unsupported(row["text"]) or sources.warnings(row["text"])):
            wrong.append(row["label"])
    assert wrong == []
