"""An archive that somebody serves through Jekyll, which GitHub Pages does without the .nojekyll that we write."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

from tests.cards import TOPICS, a_card, hostile_cards
from tests.conftest import lacking
from tests.published import WEEK, approve
from weekly.archive.folder import hashes
from weekly.archive.publish import publish
from weekly.models import Draft
from weekly.workspace import open_workspace

LIQUID = ("{% raw %}", "{{ site.time }}", "{% include secret.html %}", "---\nlayout: none\ntitle: hurt\n---\n", "---")
"""What Jekyll reads as its own (https://jekyllrb.com/docs/liquid/, https://jekyllrb.com/docs/front-matter/)."""
ASKED = ("--quiet", "--disable-disk-cache", "--safe")


def test_jekyll_hands_on_an_archive_of_its_own_marks_as_it_stands(library, tmp_path):
    if not shutil.which("jekyll"):
        lacking("jekyll is not installed")
    root = shutil.copytree(library, tmp_path / "library")
    marked = [
        a_card(number, name=text, line=text, title=text, text=text, tags=(text,), institutions=(text,), topic=topic)
        for number, (text, topic) in enumerate((text, topic) for text in LIQUID for topic in TOPICS)
    ]
    cards = tuple(replace(card, picture=None) for card in (*marked, *hostile_cards()))
    with open_workspace(root) as workspace:
        week = WEEK.shift(1)
        known = tuple(replace(card, id=f"arxiv:2504.{number:05}") for number, card in enumerate(cards, 70_000))
        approve(
            workspace,
            Draft(week=str(week), language="zh", headlines=LIQUID[:3], summary="\n".join(LIQUID), cards=known),
        )
        publish(workspace, week)
    archive, site = root / "archive", tmp_path / "site"
    asked = ["jekyll", "build", *ASKED, "--source", archive, "--destination", site]
    subprocess.run(asked, check=True, capture_output=True, cwd=tmp_path)
    shown = {path: digest for path, digest in hashes(archive).items() if "/." not in f"/{path}"}
    assert "{% raw %}" in (archive / "2025" / "W16" / "index.html").read_text(encoding="utf-8")
    assert len(shown) > 100
    assert hashes(site) == shown
