"""What others wrote decides: html-validate about every page and the mail, caniemail about what programs understand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.conftest import ROOT, lacking
from weekly.models import Week
from weekly.render.selection import select
from weekly.review.preview import renderer
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")
PAGES = {
    "extends": ["html-validate:recommended"],
    "root": True,
    # A card's id is the anchor that GitHub gives to its heading, which may begin with a digit (3D …): HTML allows that, and
    # links to it must hold. Three headlines are a longer title than search engines show.
    "rules": {"valid-id": ["error", {"relaxed": True}], "long-title": "off"},
}
MAIL = {
    **PAGES,
    "rules": {
        # What MJML writes because mail programs ask for it: tables with attributes, styles at elements, comments for
        # Outlook, a role on its outermost block.
        **dict.fromkeys(("no-conditional-comment", "void-style", "no-inline-style"), "off"),
        **dict.fromkeys(("prefer-native-element", "no-deprecated-attr", "doctype-style", "long-title"), "off"),
    },
}
ASK = """
import { caniemail } from 'caniemail'
import { readFileSync } from 'node:fs'
const [html, ...clients] = JSON.parse(readFileSync(0, 'utf8'))
const titles = new Set()
for (const client of clients) {
  for (const list of caniemail({ clients: [client], html }).issues.errors.values()) for (const one of list) titles.add(one.title)
}
console.log(JSON.stringify([...titles].sort()))
"""
CLIENTS = [
    *("apple-mail.macos", "apple-mail.ios", "outlook.windows", "outlook.windows-mail", "outlook.macos", "outlook.ios"),
    *("gmail.desktop-webmail", "gmail.ios", "gmail.android", "gmail.mobile-webmail", "outlook.android"),
    *("yahoo.desktop-webmail", "yahoo.ios", "yahoo.android", "aol.desktop-webmail", "samsung-email.android"),
    *("sfr.desktop-webmail", "orange.desktop-webmail", "protonmail.desktop-webmail", "protonmail.ios"),
    *("hey.desktop-webmail", "mail-ru.desktop-webmail", "fastmail.desktop-webmail"),
]
"""All of which caniemail has what it asks about; its tables of the others have holes."""


def needs(package: str) -> None:
    if not shutil.which("node"):
        lacking("node is not installed")
    if not (ROOT / "node_modules" / package).is_dir():
        lacking(f"{package} is not installed: run npm install")


def findings(config: dict[str, Any], paths: list[Any], folder: Any) -> list[str]:
    needs("html-validate")
    settings = folder / "config.json"
    settings.write_text(json.dumps(config))
    command = ["node_modules/.bin/html-validate", "--config", settings, "--formatter", "json", *paths]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    return [
        f"{report['filePath']}:{one['line']}: {one['ruleId']}: {one['message']}"
        for report in json.loads(done.stdout)
        for one in report["messages"]
    ]


@pytest.fixture(scope="module")
def selections(library, tmp_path_factory):
    """The mails and pages of readers who chose otherwise than the issue is."""
    place = tmp_path_factory.mktemp("selections")
    with open_workspace(library) as workspace:
        with workspace.store.read() as tx:
            issue = tx.issues.find(WEEK)
        for name, topics in (("en", ()), ("part", ("3d", "agents"))):
            chosen = select(issue.draft, topics, "en")
            (place / f"mail-{name}.html").write_text(renderer(workspace).mail(issue, "token", chosen).html)
            (place / f"page-{name}.html").write_text(renderer(workspace).page(issue, chosen))
    return place


def test_every_page_of_the_archive_is_valid_html(library, selections, tmp_path):
    pages = [path for path in (library / "archive").rglob("*.html") if path.name != "email.html"]
    assert len(pages) > 60
    assert findings(PAGES, [*pages, *selections.glob("page-*.html")], tmp_path) == []


def test_the_mail_is_valid_but_for_what_mail_programs_ask_for(library, selections, tmp_path):
    mails = [library / "archive" / "2025" / "W15" / "email.html", *selections.glob("mail-*.html")]
    assert findings(MAIL, mails, tmp_path) == []


def test_what_mail_programs_lack_is_answered_in_the_docs_one_by_one(library):
    needs("caniemail")
    html = (library / "archive" / "2025" / "W15" / "email.html").read_text(encoding="utf-8")
    command = ["node", "--input-type=module", "--eval", ASK]
    asked = json.dumps([html, *CLIENTS])
    done = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=ROOT, check=True)
    docs = (
        (ROOT / "docs" / "reading.md")
        .read_text(encoding="utf-8")
        .partition("| caniemail says |")[2]
        .partition("\n## ")[0]
    )
    answered = re.findall(r"^\| `([^|]+)` \|", docs, re.MULTILINE)
    assert sorted(answered) == sorted(json.loads(done.stdout))
