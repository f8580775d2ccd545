"""The Nu Html Checker, of whoever writes the standard, about every page that readers and editors open, and the mail."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cards import an_issue, hostile_cards
from tests.conftest import ROOT, lacking
from tests.published import WEEK, publish_issue
from tests.web.review.conftest import HOME, visiting
from tests.web.visitor import Visitor
from weekly.delivery.message import SUBSCRIBER
from weekly.render.issue import IssueRenderer
from weekly.store.confirmation_requests import ConfirmationRequest
from weekly.testing import workspace as a_workspace
from weekly.web.app import create
from weekly.web.guard import RateLimit
from weekly.workspace import open_workspace

JAR = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
MAIL = re.compile(
    "Attribute “xmlns:[vo]” not allowed here|CSS: “(?:mso-[a-z-]+|supported-color-schemes)”"
    "|The “(?:border|cellpadding|cellspacing|align|width|type)” (?:attribute .+ obsolete|attribute for the “style” element)"
)
"""What MJML writes because mail programs ask for it."""
TASTE = re.compile("Trailing slash on void elements|This document appears to be written in")
"""An element that is always empty needs no stroke; what language words are in is guessed from few of them."""
TOML = '[newsletter]\nurl = "http://testserver"\n[maildir]\npath = "mail"\n'
SITE = ("/", "/subscribe", "/preferences", "/unsubscribe", "/nothing", "/issues/2025-W15?topics=3d&language=en")
REVIEW = (
    *("", "/panel?card={card}", "/order", "/preview", "/approve", "/log", "/funnel?of=selected", "/corrections"),
    *("/figures?card={card}", "/versions", "/versions?card={card}", "/versions/1", "/nothing"),
)


def findings(*paths: Path) -> list[str]:
    """What the checker says of the files and folders."""
    if not JAR.is_file():
        lacking("vnu-jar is not installed: run npm install")
    if not shutil.which("java"):
        lacking("java is not installed")
    command = ["java", "-jar", JAR, "--format", "json", "--also-check-css", "--also-check-svg", *paths]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stderr)
    return [
        f"{one['url']}:{one.get('lastLine')}: {one['message']}: {one.get('extract', '')}"
        for one in said["messages"]
        if not TASTE.search(one["message"])
    ]


@pytest.fixture
def kept(tmp_path):
    """Keeps answers in files of their own; what is only a piece of a page gets one around it."""
    folder = tmp_path / "kept"
    folder.mkdir()

    def keep(name, answer):
        text = answer.text
        if not text.lstrip().lower().startswith("<!doctype"):
            text = f'<!DOCTYPE html><html lang="en"><head><title>A piece</title></head><body><h1>A piece</h1>{text}</body></html>'
        (folder / f"{re.sub('[^a-z0-9]+', '-', name)}.html").write_text(text, encoding="utf-8")

    keep.folder = folder
    return keep


def test_every_page_of_the_archive_and_its_style_hold_to_the_standard(library, tmp_path):
    pages = tmp_path / "archive"
    for path in (library / "archive").rglob("*"):
        if path.suffix in {".html", ".css", ".svg"} and path.name != "email.html":
            copy = pages / path.relative_to(library / "archive")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
    assert findings(pages) == []


def test_an_issue_of_hostile_cards_holds_to_the_standard(library, tmp_path):
    with open_workspace(library) as workspace:
        files = IssueRenderer(workspace.settings, workspace.environment).files(an_issue(hostile_cards()))
    (tmp_path / "index.html").write_bytes(files["index.html"])
    assert findings(tmp_path / "index.html") == []


def test_the_mail_holds_to_the_standard_but_for_what_mail_programs_ask_for(library):
    found = findings(library / "archive" / "2025" / "W15" / "email.html")
    assert [one for one in found if not MAIL.search(one)] == []


def test_the_pages_of_a_subscription_hold_to_the_standard(tmp_path, kept):
    with a_workspace(tmp_path / "w", TOML) as opened:
        publish_issue(opened, ["ada@example.net"])
        site = Visitor(create(opened, asks=RateLimit(3, 3600)))
        with opened.store.write() as tx:
            ada = opened.signer.number(SUBSCRIBER, tx.subscribers.find("ada@example.net").id)
            new = tx.confirmation_requests.add(ConfirmationRequest(email="eve@example.net"), opened.now())
            old = tx.confirmation_requests.add(
                ConfirmationRequest(email="bob@example.net"), opened.now() - timedelta(days=99)
            )
        for path in SITE:
            kept(f"get {path}", site.get(path))
        for name, path in (("new", f"/confirm/{new}"), ("old", f"/confirm/{old}"), ("none", "/confirm/x")):
            kept(f"get confirm {name}", site.get(path))
            kept(f"post confirm {name}", site.post(path))
        for turn, email in enumerate(("bob@example.net", "x", "bob@example.net", "bob@example.net")):
            kept(f"asked {turn}", site.post("/subscribe", data={"email": email}))
        own = f"/preferences/{ada}"
        for name, form in (("kept", {"topics": ["3d"], "language": "en"}), ("moved", {"email": "ada@example.com"})):
            kept(f"preferences {name}", site.get(own))
            kept(f"preferences {name} done", site.post(own, data=form))
        kept("leaving", site.get(f"/unsubscribe/{ada}"))
        kept("left", site.post(f"/unsubscribe/{ada}", data={"sure": "yes"}))
        kept("preferences left", site.get(own))
    assert findings(kept.folder) == []


@pytest.mark.sample(1)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_a_review_hold_to_the_standard(workspace, kept, language):
    with workspace.store.read() as tx:
        first, second, *_ = (card.id for card in tx.drafts.find(WEEK).draft.cards)
    with visiting(workspace, None) as stranger:
        kept("signed out", stranger.get(HOME))
    with visiting(workspace, "ada") as editor:
        editor.post("/language", data={"language": language}, follow_redirects=False)
        editor.post(f"{HOME}/decide", data={"candidate": second, "action": "reject"})
        editor.post(f"{HOME}/card?id={first}", data={"etag": "*", "body": "Another text."})
        for view in REVIEW:
            kept(f"review {view}", editor.get(HOME + view.format(card=first)))
        kept("weeks", editor.get("/review/"))
        kept("returned", editor.get("/review/bounces"))
    assert findings(kept.folder) == []
