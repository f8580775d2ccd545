"""`weekly templates preview`: what an owner sees of a template before anything is published through it."""

from __future__ import annotations

import json

import pytest

from weekly import formats
from weekly.cli import main
from weekly.commands.console import workspace_option
from weekly.stages.samples import NAMES

FORMATS = {"card": "digest", "issue": "digest", "topic": "topic", "entry": "collection", "question": "handbook"}


def shown(capsys, *arguments: str) -> str:
    main(["templates", "preview", *arguments])
    return capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_is_a_document_of_its_form_in_both_languages(name, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    zh, en = json.loads(shown(capsys, name, "--json"))
    assert (zh["language"], en["language"]) == ("zh", "en")
    for made in (zh, en):
        document = formats.parse(made["markdown"], FORMATS[name])
        assert formats.name_of(document) == FORMATS[name]
        assert {finding.kind for finding in document.findings} <= {"no-contents"}
    assert not any("\u4e00" <= char <= "\u9fff" for char in en["markdown"].replace("AI周报", ""))
    assert '<blockquote lang="en">' in zh["html"]


def test_the_owners_own_template_is_what_is_shown(capsys, tmp_path):
    main(["init", str(tmp_path / "w")])
    (tmp_path / "w" / "templates" / "card").mkdir(parents=True)
    (tmp_path / "w" / "templates" / "card" / "card.zh.md.j2").write_text("{{ frame }} 我们的卡片")
    capsys.readouterr()
    token = workspace_option.set(None)
    try:
        main(["--workspace", str(tmp_path / "w"), "templates", "preview", "card", "-o", str(tmp_path / "card.md")])
    finally:
        workspace_option.reset(token)
    text = (tmp_path / "card.md").read_text(encoding="utf-8")
    assert "我们的卡片" in text
    assert "**Proposal**" in text
