"""The sample issue in archive/ is exactly what `weekly demo` publishes; its mails and what commands say of it stay too.

After a change that is meant: `rm -rf demo archive && make demo && cp -r demo/archive archive`, and review the diff.
What else the demo gives is listed by its digest: `python -m tests.outputs` makes the list anew.
"""

from __future__ import annotations

import json
import re
from email import policy
from email.parser import BytesParser

import feedparser

from tests.conftest import ROOT
from tests.outputs import LIST, listed, outputs
from weekly.archive.folder import hashes
from weekly.formats.anchors import Slugger

ISSUE = "2025/W15"


def test_the_archive_of_the_repository_is_the_one_that_the_demo_makes(demo_week):
    assert of_every_machine(ROOT / "archive") == of_every_machine(demo_week / "archive")


def test_mails_commands_and_a_growing_archive_are_byte_for_byte_those_of_the_list(tmp_path):
    assert listed(outputs(tmp_path)).splitlines() == LIST.read_text(encoding="utf-8").splitlines()


def of_every_machine(folder):
    """The files but for the pictures for other sites, which are drawn with the fonts that a machine has."""
    return {name: digest for name, digest in hashes(folder).items() if not name.startswith("social/")}


def test_contents_anchors_cards_and_references_agree(demo_week):
    text = (demo_week / "archive" / ISSUE / "issue.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+?) *$", text, re.MULTILINE)
    contents = re.findall(r"^\d+\. \[(.+)\]\(#(.+)\)", text, re.MULTILINE)
    assert [label for label, _ in contents] == headings[2:]
    slugs = Slugger()
    anchors = [slugs.slug(heading) for heading in re.findall(r"^#+ (.+?) *$", text, re.MULTILINE)]
    assert [anchor for _, anchor in contents] == anchors[3 : 3 + len(contents)]
    references = re.findall(r"^(\d+)\. \[([^\]]+)\]\((https?://[^)]+)\)$", text, re.MULTILINE)
    assert [int(number) for number, _, _ in references] == list(range(1, len(references) + 1))
    issue = json.loads((demo_week / "archive" / ISSUE / "issue.json").read_text(encoding="utf-8"))
    assert [url for _, _, url in references] == [link["url"] for item in issue["items"] for link in item["links"]]


def test_every_picture_that_the_issue_shows_is_in_the_archive(demo_week):
    folder = demo_week / "archive" / ISSUE
    shown = set(re.findall(r"images/[0-9a-f]+\.\w+", (folder / "issue.md").read_text(encoding="utf-8")))
    assert shown == {f"images/{path.name}" for path in (folder / "images").iterdir()}
    assert shown <= set(re.findall(r"images/[0-9a-f]+\.\w+", (folder / "index.html").read_text(encoding="utf-8")))


def test_hostile_titles_reach_no_page_as_markup(demo_week):
    for path in (demo_week / "archive").rglob("*.html"):
        page = path.read_text(encoding="utf-8").lower()
        assert "<script>alert" not in page
        assert "javascript:" not in page
        assert "onerror=" not in page


def test_the_mail_parses_without_defects_and_carries_both_forms(demo_week):
    mails = sorted((demo_week / "maildir" / "new").iterdir())
    assert len(mails) == 2
    for path in mails:
        message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        assert not message.defects
        assert message["Subject"].endswith("【AI周报】")
        html = message.get_body(("html",)).get_content()
        text = message.get_body(("plain",)).get_content()
        assert "摘要" in html
        assert "摘要" in text
        assert len(html.encode()) < 102_000


def test_the_feed_is_valid_atom(demo_week):
    feed = feedparser.parse((demo_week / "archive" / "feed.xml").read_bytes())
    assert not feed.bozo
    assert feed.version == "atom10"
    assert [entry.link for entry in feed.entries] == ["https://weekly.example.org/2025/W15/"]
