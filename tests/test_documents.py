"""Documents go in and out by the command line; what they announce counts as published."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.addresses import works_in
from tests.stored import stored
from weekly import pipeline
from weekly.models import Week
from weekly.store import codec
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")


@pytest.mark.parametrize("seed", ["000", "001", "003"])
def test_the_model_documents_come_back_byte_for_byte(weekly, shared, tmp_path, seed):
    [source] = (shared / "seeds").glob(f"{seed}_*")
    assert weekly("convert", source, "--to", "json", "-o", tmp_path / "document.json").status == 0
    assert weekly("convert", tmp_path / "document.json", "--to", "md", "-o", tmp_path / "document.md").status == 0
    assert (tmp_path / "document.md").read_bytes() == source.read_bytes()


def test_an_issue_of_ours_is_read_back(weekly, demo_week):
    ran = weekly(
        "convert", demo_week / "archive" / "2025" / "W15" / "issue.md", "--to", "json", "-o", demo_week / "x.json"
    )
    assert ran.status == 0
    document = json.loads((demo_week / "x.json").read_text(encoding="utf-8"))
    assert document["format"] == "digest"
    assert len(document["items"]) == 12
    assert document["findings"] == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\x00\x01\x02\xff" * 100, "binary"),
        (b"nothing of the kind\n", "none of"),
        (b"{broken", "not valid JSON"),
        (b'{"format": "digest", "items": 3}', "items"),
        (b'{"format": "poem"}', "poem"),
    ],
)
def test_what_is_no_document_gets_one_clear_line(weekly, tmp_path, content, says):
    (tmp_path / "document").write_bytes(content)
    ran = weekly("convert", tmp_path / "document", "--to", "json")
    assert (ran.status, ran.out) == (1, "")
    assert says in ran.err
    assert str(tmp_path / "document") in ran.err
    assert ran.err.count("\n") == 1


def test_a_file_that_is_not_there_gets_one_clear_line(weekly, tmp_path):
    ran = weekly("convert", tmp_path / "nowhere.md", "--to", "json")
    assert ran.status == 1
    assert "nowhere.md" in ran.err


def test_what_an_imported_issue_announced_is_not_announced_again(weekly, demo, tmp_path):
    earlier = tmp_path / "2025-04-09.md"
    earlier.write_text(
        "# OmniSVG矢量图 | TASTE语音【AI周报】\n\n## 目录\n\n1. [OmniSVG：矢量图](#omnisvg矢量图)\n\n---\n\n## OmniSVG：矢量图\n\n"
        "**概要**：**OmniSVG** 生成矢量图。\n\n**标签**：#SVG\n\n---\n\n### **参考链接**\n\n"
        "1. [OmniSVG GitHub 仓库](https://github.com/OmniSVG/OmniSVG)\n"
        "2. [OmniSVG 论文链接](https://arxiv.org/html/2504.06263v1)\n",
        encoding="utf-8",
    )
    topic = tmp_path / "topic.md"
    topic.write_text(
        "# Topic: Audio\n## TASTE: Text-Aligned Speech Tokenization and Embedding for Spoken Language Modeling\n"
        "2025-04-09｜MediaTek\n\n<u>https://example.org/taste</u>\n### 概述\n文字。\n### 方法\n文字。\n### 实验\n文字。\n### 通俗易懂\n文字。\n",
        encoding="utf-8",
    )
    broken = tmp_path / "broken.md"
    broken.write_bytes(b"\xff\xfe\x00")
    weekly("--workspace", demo, "collect", "--week", WEEK)
    ran = weekly("--workspace", demo, "import", earlier, topic, broken)
    assert ran.status == 0
    assert str(broken) in ran.err
    assert weekly("--workspace", demo, "import", earlier, topic).status == 0
    with open_workspace(demo) as workspace:
        funnel = pipeline.classify(workspace, WEEK)
        ids = {one.work.id for one in stored(workspace).candidates.ranking(WEEK)}
    assert funnel.already_published == 2
    assert not ids & {"arxiv:2504.06263", "arxiv:2504.07053"}


def test_a_folder_is_imported_whole_and_fast_enough_to_try_on_years_of_pages(weekly, demo, shared):
    ran = weekly("--workspace", demo, "import", shared / "corpus", shared / "seeds", "--json")
    assert ran.status == 0
    report = json.loads(ran.out)
    assert report["faults"] == []
    paths = [*(shared / "corpus").rglob("*.md"), *(shared / "seeds").iterdir()]
    assert len(report["documents"]) == len(paths)
    works = set().union(*(works_in(path.read_text(encoding="utf-8")) for path in paths))
    with open_workspace(demo) as workspace, workspace.store.read() as tx:
        published = tx.published_works.publications(works).keys()
    assert len(works) > 600
    assert works == published


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    moment = {"b": datetime(2025, 4, 14, tzinfo=UTC), "a": 1}
    assert codec.dump(moment) == codec.dump(dict(reversed(moment.items())))


def test_a_document_goes_through_pipes_as_through_files(shared):
    [source] = (shared / "seeds").glob("003_*")
    command = [sys.executable, "-m", "weekly", "convert", "-", "--to"]
    data = subprocess.run([*command, "json"], input=source.read_bytes(), capture_output=True, check=True).stdout
    assert json.loads(data)["format"] == "topic"
    text = subprocess.run([*command, "md"], input=data, capture_output=True, check=True).stdout
    assert text == source.read_bytes()


@pytest.mark.parametrize(
    ("content", "says"), [(b"", "the text: empty"), (b"a\0b", "a binary file"), (b"nothing\n", "none of digest")]
)
def test_what_comes_by_a_pipe_and_is_no_document_gets_one_line(content, says):
    command = [sys.executable, "-m", "weekly", "convert", "-", "--to", "json"]
    ran = subprocess.run(command, input=content, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert says in ran.stderr.decode()
    assert ran.stderr.count(b"\n") == 1


def test_the_format_may_be_named_and_a_wrong_name_is_refused(weekly, tmp_path):
    page = tmp_path / "page.md"
    page.write_text('# 目录\n\n- [A](#a)\n\n<h2 id="a">A</h2>\n\nb\n', encoding="utf-8")
    assert weekly("convert", page, "--to", "json", "--format", "handbook", "-o", tmp_path / "page.json").status == 0
    ran = weekly("convert", page, "--to", "json", "--format", "novel")
    assert ran.status == 1
    assert "none of digest, topic, collection, handbook" in ran.err
    assert "no topic" in weekly("convert", page, "--to", "json", "--format", "topic").err


def test_an_evergreen_page_is_copied_into_the_archive_and_one_of_the_same_name_is_not_overwritten(
    weekly, demo, tmp_path
):
    page = tmp_path / "video.md"
    page.write_text("# 视频\n\n## X\n\n#### 简介\n文字。\n\n- https://x.org/x\n", encoding="utf-8")
    assert weekly("--workspace", demo, "import", page).status == 0
    kept = demo / "archive" / "collections" / "video.md"
    assert kept.read_bytes() == page.read_bytes()
    assert weekly("--workspace", demo, "import", page).status == 0
    page.write_text(page.read_text(encoding="utf-8") + "\n## Y\n\n#### 简介\n文字。\n", encoding="utf-8")
    ran = weekly("--workspace", demo, "import", page)
    assert ran.status == 1
    assert "is there with other content: rename one of the two" in ran.err
    assert "## Y" not in kept.read_text(encoding="utf-8")


def test_a_year_of_another_newsletter_keeps_its_works_from_being_announced_again(weekly, demo, tmp_path):
    posts = tmp_path / "posts"
    posts.mkdir()
    for month in range(1, 13):
        (posts / f"2024-{month:02d}-01-digest.md").write_text(
            f"---\ntitle: Digest {month}\n---\n\n- [X{month}](https://x.example/{month})\n", encoding="utf-8"
        )
    (posts / "2025-04-09-digest.md").write_text("OmniSVG：https://arxiv.org/pdf/2504.06263v1。", encoding="utf-8")
    weekly("--workspace", demo, "collect", "--week", WEEK)
    tried = weekly("--workspace", demo, "import", "--links", "--dry-run", posts)
    assert (tried.status, tried.err) == (0, "")
    assert "  2024-03-01 · Digest 3\n    url:x.example/3" in tried.out
    assert "13 files with 13 works, nothing written" in tried.out
    with open_workspace(demo) as workspace:
        assert pipeline.classify(workspace, WEEK).already_published == 0
    report = json.loads(weekly("--workspace", demo, "import", "--links", posts, "--json").out)
    assert report["works"] == sum(document["announces"] for document in report["documents"]) == 13
    assert report["documents"][-1]["works"] == [
        {
            "id": "arxiv:2504.06263",
            "keys": ["arxiv:2504.06263"],
            "url": "https://arxiv.org/pdf/2504.06263v1",
            "label": "OmniSVG",
            "heading": "",
            "date": "2025-04-09",
        }
    ]
    with open_workspace(demo) as workspace:
        assert pipeline.classify(workspace, WEEK).already_published == 1
        with workspace.store.read() as tx:
            times = tx.published_works.recent_keys(datetime(2025, 4, 1, tzinfo=UTC), WEEK)
    assert times == ("arxiv:2504.06263",)


def test_a_text_without_an_address_is_said_to_hold_none(weekly, demo, tmp_path):
    note = tmp_path / "note.md"
    note.write_text("# Thoughts\n\nnothing linked\n", encoding="utf-8")
    ran = weekly("--workspace", demo, "import", "--links", note)
    assert ran.status == 1
    assert ran.err.splitlines()[-1].endswith(
        "no address of a paper, repository or page in 1 files: nothing counts as published"
    )
    assert weekly("--workspace", demo, "import", "--dry-run", note).status == 1
    assert weekly("--workspace", demo, "import", "--links", "--format", "topic", note).status == 1
    assert "nowhere" in weekly("--workspace", demo, "import", "--links", tmp_path / "nowhere").err


def test_links_in_prose_and_below_a_repository_count_whatever_stands_behind_them(weekly, demo, shared):
    pages = shared / "cases" / "documents" / "import"
    assert weekly("--workspace", demo, "import", pages).status == 0
    works = {"arxiv:2504.08685", "github:vast-ai-research/holopart"}
    with open_workspace(demo) as workspace, workspace.store.read() as tx:
        assert tx.published_works.publications(works).keys() == works


def test_a_note_with_an_abstract_is_no_digest_and_is_told_what_to_do(weekly, demo, shared):
    note = shared / "cases" / "documents" / "detect" / "note_with_abstract.md"
    ran = weekly("--workspace", demo, "import", note)
    assert ran.status == 1
    assert "none of digest, topic, collection and handbook" in ran.err
    assert "weekly import --links" in ran.err
    assert weekly("--workspace", demo, "import", "--links", note).out.endswith("1 files with 2 works\n")


def test_an_import_may_be_told_the_format(weekly, demo, tmp_path):
    page = tmp_path / "chapter.md"
    page.write_text("# 面试\n\n## 1. 注意力\n\n见 https://x.example/a\n\n## 2. 卷积\n\n文字。\n", encoding="utf-8")
    assert weekly("--workspace", demo, "import", page).status == 1
    ran = weekly("--workspace", demo, "import", "--format", "handbook", page, "--json")
    assert [document["format"] for document in json.loads(ran.out)["documents"]] == ["handbook"]
    assert (demo / "archive" / "handbook" / "chapter.md").read_bytes() == page.read_bytes()


def test_a_page_in_gbk_is_told_how_to_be_saved(weekly, tmp_path):
    page = tmp_path / "page.md"
    page.write_bytes("# 视频\n\n## 种草\n\n#### 简介\n一段文字，说的是视频生成。\n".encode("gbk"))
    ran = weekly("convert", page, "--to", "json")
    assert ran.status == 1
    assert "line 1 is not UTF-8, it looks like GBK: save it as UTF-8" in ran.err
    assert "iconv -f GB18030 -t UTF-8" in ran.err
    page.write_bytes(b"# caf\xe9\n")
    assert weekly("convert", page, "--to", "json").err.endswith("line 1 is not UTF-8, save the file as UTF-8\n")
