"""`weekly archive check` looks the evergreen pages over."""

from __future__ import annotations

import json

PAGE = "# 目录\n\n- [1. 介绍一下A](#a)\n- [2. 介绍一下B](#gone)\n\n## 章\n\n" + "".join(
    f'<h2 id="{id_}">{title}</h2>\n\nx\n\n' for id_, title in [("a", "1. 介绍一下A"), ("b", "2. 介绍一下B")]
)


def rows(ran):
    return [(row["page"], row["line"], row["check"], row["fixed"]) for row in json.loads(ran.out)]


def test_pages_are_checked_and_mended_where_there_is_one_mend_only(weekly, demo):
    folder = demo / "archive" / "handbook"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text(PAGE, encoding="utf-8")
    (folder / "b.md").write_text("no question\n", encoding="utf-8")
    check = ("--workspace", demo, "archive", "check")
    ran = weekly(*check)
    assert ran.status == 1
    assert (
        "handbook/a.md:4: the contents line '2. 介绍一下B' leads to #gone, which nothing on the page has: --fix"
        in ran.out
    )
    assert "2 things are wrong with the evergreen pages" in ran.err
    assert (folder / "a.md").read_text(encoding="utf-8") == PAGE
    ran = weekly(*check, "--fix", "--json")
    assert rows(ran) == [("handbook/a.md", 4, "dead-anchor", True), ("handbook/b.md", 1, "unreadable", False)]
    assert (folder / "a.md").read_text(encoding="utf-8") == PAGE.replace("#gone", "#b")
    (folder / "b.md").unlink()
    ran = weekly(*check, "--json")
    assert (ran.status, json.loads(ran.out)) == (0, [])
