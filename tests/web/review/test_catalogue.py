"""The page speaks Chinese and English, from one file, and knows which words are in the other language."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.stored import stored
from tests.web.review.conftest import HOME, WEEK, elements, visiting
from weekly.review.findings import findings
from weekly.web.review.catalogue import catalogue

WEB = ROOT / "src" / "weekly" / "web"
FILE = tomllib.loads((WEB / "review" / "zh.toml").read_text(encoding="utf-8"))
_CALL = r"""\b{name}\(\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*[,)]"""


def asked(folder: Path, pattern: str, name: str) -> set[str]:
    """What files ask the catalogue for by the function *name*."""
    texts = (path.read_text(encoding="utf-8") for path in folder.glob(pattern))
    return {one or other for text in texts for one, other in re.findall(_CALL.format(name=name), text)}


def test_every_string_of_templates_and_scripts_has_its_translation():
    known = FILE["page"] | FILE["script"]
    assert asked(WEB / "review" / "templates", "*.j2", "_") - known.keys() == set()
    assert asked(WEB / "review", "*.py", "say") - known.keys() == set()
    assert asked(WEB / "static" / "review", "*.js", "t") - FILE["script"].keys() == set()


def test_a_translation_has_the_places_of_its_original():
    places = re.compile(r"\{\w+\}")
    for section in FILE.values():
        for text, translated in section.items():
            assert set(places.findall(translated)) <= set(places.findall(text)), text


def test_no_string_is_kept_that_nobody_asks_for():
    literal = "".join(
        path.read_text(encoding="utf-8") for path in (*WEB.rglob("*.j2"), *WEB.rglob("*.js"), *WEB.rglob("*.py"))
    )
    sentences = [
        text
        for text in FILE["page"]
        if " " in text
        and not text.startswith(
            ("any ", "not mod", "put off", "suspicious", "no papers", "stale projects", "major update")
        )
    ]
    assert [text for text in sentences if text not in literal] == []


@pytest.mark.parametrize(
    ("text", "translated", "tag"),
    [
        ("Kimi-VL: the text is empty", "Kimi-VL：正文是空的", ""),
        ("headline and summary: '待补充' is left over", "标题与摘要：残留 '待补充'", ""),
        ("phrase 'video' in the title; cs.CV", "题目含 'video'；cs.CV", ""),
        ("something that a plugin says", "something that a plugin says", "en"),
        ("插件说的话", "插件说的话", ""),
    ],
)
def test_what_other_parts_say_is_translated_where_it_is_known_and_marked_where_it_is_not(text, translated, tag):
    assert catalogue("zh").message(text) == (translated, tag)
    assert catalogue("en").message(text) == (text, "")


def test_text_of_another_language_is_marked_so_and_numbers_are_of_none():
    assert catalogue("zh").lang("A title") == ' lang="en"'
    assert catalogue("en").lang("一个标题 of it") == ' lang="zh-Hans"'
    assert catalogue("zh").lang("一个 title") == catalogue("zh").lang("12.5 %") == ""


def test_the_newsletters_language_stands_until_an_editor_chooses_theirs(workspace):
    with visiting(workspace, None) as client:
        assert elements(client.get("/sign-in"), "lang")[0]["lang"] == "zh-Hans"
    with visiting(workspace, "grace") as grace, visiting(workspace, "ada") as ada:
        assert elements(grace.get(HOME), "lang")[0]["lang"] == "en"
        grace.post("/language", data={"language": "zh", "next": f"{HOME}/order"})
        grace.post("/language", data={"language": "tlh"})
        assert elements(grace.get(HOME), "lang")[0]["lang"] == "zh-Hans"
        assert elements(ada.get(HOME), "lang")[0]["lang"] == "en"
    with visiting(workspace, None) as again:
        again.get(HOME, params={"token": "secret-token", "as": "grace"})
        assert elements(again.get("/review/"), "lang")[0]["lang"] == "zh-Hans"


def test_refusals_are_in_the_editors_language(workspace):
    with visiting(workspace, "grace") as client:
        client.post("/language", data={"language": "zh"})
        answer = client.post(
            f"{HOME}/topic", data={"card": "x", "topic": "other"}, headers={"Accept": "application/json"}
        )
        assert answer.json()["error"] == f"{WEEK} 没有候选 'x'：见 weekly candidates"


@pytest.mark.parametrize(
    ("rest", "sent"),
    [
        ("/add", {"address": "no address at all"}),
        ("/write", {"title": "A word"}),
        ("/write", {"title": "A word", "text": "x", "url": "example.org"}),
        ("/merge", {"other": "nothing"}),
        ("/split", {"source": "arxiv", "key": "0"}),
        ("/block", {"act": "add", "kind": "editorial", "title": "Ours"}),
        ("/block", {"act": "add", "kind": "advert", "title": "Ours", "body": "x"}),
        ("/block", {"act": "edit", "number": "9", "kind": "editorial", "title": "Ours", "body": "x"}),
        ("/facts", {"date": "soon"}),
        ("/facts", {"links": "project nowhere"}),
        ("/facts", {"venue": "CVPR", "etag": "another"}),
        ("/picture", {}),
        ("/picture", {"file": "no picture"}),
        ("/restore", {"version": "99", "part": "issue", "hash": "x"}),
        ("/restore", {"version": "1", "part": "issue", "hash": "x"}),
        ("/test-mail", {"to": "nobody"}),
    ],
)
def test_what_the_panels_refuse_is_said_in_chinese(workspace, rest, sent):
    wanted = stored(workspace).drafts.find(WEEK).draft.cards[0].id
    with visiting(workspace, "grace") as client:
        client.post("/language", data={"language": "zh"})
        answer = client.post(HOME + rest, data={"card": wanted, **sent}, headers={"Accept": "application/json"})
        assert answer.status_code >= 400
        assert catalogue("zh").tag_of(answer.json()["error"]) == "", answer.json()


def test_every_finding_of_the_week_is_known_in_chinese(workspace):
    for finding in findings(workspace, stored(workspace).drafts.find(WEEK).draft):
        assert catalogue("zh").message(finding.message)[1] == "", finding.message
