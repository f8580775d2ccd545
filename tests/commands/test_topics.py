"""topics classify, topics eval, rank: lines in, lines out."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.classify.test_suggest import collected
from tests.stages.test_collect import W15
from tests.wire_formats import NOW
from weekly.testing import workspace

ROWS = [
    {"title": "One-shot talking head synthesis", "topic": "digital_human", "extra": {"kept": True}},
    {"title": "Jailbreak attacks on aligned models", "topic": "safety_alignment", "abstract": None},
    {"title": "", "topic": "3d", "abstract": "x" * 10_000, "categories": "cs.NOPE cs.CV"},
    {"topic": "3d", "title": "数字人", "categories": ["cs.CV", 7], "comment": None},
]


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder that is no workspace."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(path, rows=ROWS):
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as out:
        out.write("\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n")
    return path


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(("given", "made"), [("in.jsonl", "out.jsonl"), ("in.jsonl.gz", "out.jsonl.gz")])
def test_each_line_comes_out_with_topic_second_and_confidence(weekly, elsewhere, given, made):
    ran = weekly("topics", "classify", "--input", written(elsewhere / given), "--output", elsewhere / made)
    assert (ran.status, ran.out) == (0, f"{elsewhere / made}: 4 lines\n")
    rows = read(elsewhere / made)
    assert [row["title"] for row in rows] == [row["title"] for row in ROWS]
    assert rows[0]["extra"] == {"kept": True}
    assert [row["topic"] for row in rows[:2]] == ["digital_human", "safety_alignment"]
    assert rows[3]["topic"] == "digital_human"
    for row in rows:
        assert 0 <= row["confidence"] <= 1
        assert row["second"] is None or isinstance(row["second"], str)


def test_many_lines_go_through_in_batches(weekly, elsewhere):
    rows = [{"title": f"Talking head {number}"} for number in range(2500)]
    weekly("topics", "classify", "--input", written(elsewhere / "in", rows), "--output", elsewhere / "out")
    assert [row["title"] for row in read(elsewhere / "out")] == [row["title"] for row in rows]


def test_papers_come_out_best_first_with_their_score(weekly, elsewhere):
    rows = [
        {"title": "Remarks on a lemma", "arxiv_id": "2504.00001"},
        {
            "title": "UNO: Unified text-to-image generation",
            "abstract": "We release code: https://github.com/a/b.",
            "authors": "Ada; Grace",
            "published": "2025-04-01",
            "links": ["https://uno.github.io"],
            "arxiv_id": "2504.00002",
        },
    ]
    ran = weekly("rank", "--input", written(elsewhere / "in.jsonl", rows), "--output", elsewhere / "out.jsonl")
    assert ran.status == 0
    ranked = read(elsewhere / "out.jsonl")
    assert [row["arxiv_id"] for row in ranked] == ["2504.00002", "2504.00001"]
    assert ranked[0]["score"] > ranked[1]["score"]


def test_evaluation_prints_figures_a_table_and_the_worst_pairs(weekly, elsewhere):
    path = written(elsewhere / "in.jsonl", [row for row in ROWS if row["title"]])
    ran = weekly("topics", "eval", path)
    assert ran.out.startswith("entries 3  accuracy 0.667  macro-F1 0.")
    assert "worst pairs (right -> given):\n  3d -> digital_human  1" in ran.out
    data = json.loads(weekly("topics", "eval", path, "--titles-only", "--json").out)
    assert (data["entries"], data["worst"]) == (3, [{"right": "3d", "given": "digital_human", "count": 1}])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'\n{"title": "a"}\n{"title": "b", "topic": 3}\n', ":2: has no 'topic'"),
        (b"[1]\n", ":1: not a JSON object"),
        (b'{"title": \n', ":1: not JSON"),
        (b"[" * 200_000, ":1: not JSON"),
        (b'{"title": "a", "topic": "3d"}\n\n\xff\xfe\n', ":3: not JSON in UTF-8"),
    ],
)
def test_a_line_that_is_none_gets_one_clear_line_with_its_number(weekly, elsewhere, content, says):
    (elsewhere / "in.jsonl").write_bytes(content)
    ran = weekly("topics", "eval", elsewhere / "in.jsonl")
    assert ran.status == 1
    assert says in ran.err
    assert ran.err.count("\n") == 1


def test_files_that_cannot_be_read_or_written_are_said_so(weekly, elsewhere):
    assert "cannot be read" in weekly("topics", "eval", elsewhere / "none").err
    (elsewhere / "cut.gz").write_bytes(gzip.compress(b'{"title": "a"}\n' * 50)[:40])
    ran = weekly("topics", "classify", "--input", elsewhere / "cut.gz", "--output", elsewhere / "out")
    assert ran.status == 1
    assert not (elsewhere / "out").exists()
    ran = weekly("rank", "--input", written(elsewhere / "in"), "--output", elsewhere / "no" / "out")
    assert "cannot be written" in ran.err


def test_a_workspace_that_was_named_must_be_one(weekly, elsewhere):
    ran = weekly("--workspace", elsewhere, "topics", "eval", written(elsewhere / "in"))
    assert "is no workspace" in ran.err
    (elsewhere / "weekly.toml").write_text('[[topics]]\nslug = "people"\nkeywords = ["talking head"]\n')
    weekly("--workspace", elsewhere, "topics", "classify", "--input", elsewhere / "in", "--output", elsewhere / "out")
    assert {row["topic"] for row in read(elsewhere / "out")} <= {"people", "other"}


@pytest.fixture
def filled(tmp_path):
    """A workspace whose week holds entries of one field."""
    entries, _ = collected()
    with workspace(tmp_path, "", now=NOW) as opened, opened.store.write() as tx:
        tx.entries.put(W15, entries, NOW)
    return tmp_path


def test_suggested_topics_are_ready_to_paste_and_file_the_week(weekly, filled):
    ran = weekly("--workspace", filled, "topics", "suggest", "--week", "2025-W15")
    assert ran.status == 0
    (filled / "weekly.toml").write_text(ran.out, encoding="utf-8")
    assert weekly("--workspace", filled, "config").status == 0
    rows = json.loads(weekly("--workspace", filled, "topics", "suggest", "--week", "2025-W15", "--json").out)
    assert {"slug", "name", "keywords", "entries", "examples"} <= rows[0].keys()
    few = weekly("--workspace", filled, "topics", "suggest", "--week", "2020-W15")
    assert (few.status, few.out) == (0, "")


def test_keywords_are_tried_on_the_entries_of_a_week(weekly, filled):
    ran = weekly("--workspace", filled, "topics", "try", "stream processing", "barlo=1", "--week", "2025-W15", "--json")
    rows = json.loads(ran.out)
    assert sum(row["topic"] == "this" for row in rows) >= 30
    assert all(row["reason"] for row in rows)
    assert (
        "would be filed here" in weekly("--workspace", filled, "topics", "try", "watermark", "--week", "2025-W15").out
    )
    assert weekly("--workspace", filled, "topics", "try", "a=b").status == 1
