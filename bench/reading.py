"""What readers see: the size of mails, the time of each form, an archive of 500 issues.

With a folder: the pictures of docs/reading.md, drawn anew. Times are of the processor, the best of several.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from PIL import Image

from tests.browser.conftest import CHROMIUM
from tests.browser.reading import pictures
from tests.cards import a_card, an_issue
from tests.published import archive
from weekly.archive.folder import Archive, hashes
from weekly.cli import main as weekly
from weekly.formats.topic import TopicPage
from weekly.models import Section, Week
from weekly.render.documents import render
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.pages import topic_page
from weekly.render.paths import folder
from weekly.settings import Settings
from weekly.signing import Signer

ISSUES, CARDS = 500, 20
SIZES = (6, 12, 30, 100)


def timed(act, times):
    taken = []
    for _ in range(times):
        gc.collect()  # what the act before has left is not this one's
        began = time.process_time()
        made = act()
        taken.append(time.process_time() - began)
    return made, min(taken)


def mails(renderer):
    for count in SIZES:
        issue = an_issue([a_card(number) for number in range(count)])
        mail, taken = timed(lambda e=issue: renderer.mail(e), 5)
        rest = f", {mail.cut} by title" if mail.cut else ""
        print(f"mail of {count} cards: {len(mail.html.encode()):,} bytes{rest}; {1000 * taken:.0f} ms")
    long = an_issue([a_card(number, text="很长的一段。" * 170_000) for number in range(30)])
    mail, taken = timed(lambda: renderer.mail(long), 3)
    print(f"30 cards of 1 MB each: {len(mail.html.encode()):,} bytes; {1000 * taken:.0f} ms")


def forms(renderer):
    issue = an_issue([a_card(number) for number in range(30)])
    files, taken = timed(lambda: renderer.files(issue), 10)
    print(f"an issue of 30 cards in {len(files)} forms: {1000 * taken:.0f} ms")
    _, cold = timed(lambda: IssueRenderer(Settings(), environment()).files(issue), 3)
    print(f"the same with its templates compiled anew: {1000 * cold:.0f} ms")


def fill(root, renderer, templates, count):
    """Issues as publishing leaves them, and the weeks' papers in depth."""
    week = Week(2016, 1)
    for number in range(1, count + 1):
        place = root / folder(week)
        place.mkdir(parents=True)
        cards = [replace(a_card(number * CARDS + at), sections=tuple(sections()), picture=None) for at in range(CARDS)]
        issue = an_issue(cards, week=str(week), number=number)
        (place / "issue.json").write_text(json.dumps(renderer.data(issue), ensure_ascii=False), encoding="utf-8")
        for slug in {card.topic for card in cards}:
            page: TopicPage = topic_page(slug, [card for card in cards if card.topic == slug], "../../images")
            there = root / "topics" / slug
            there.mkdir(parents=True, exist_ok=True)
            (there / f"{week}.md").write_text(render(page, templates), encoding="utf-8")
        week = week.shift(1)
    return week


def sections():
    for heading in ("概述", "方法", "实验", "通俗易懂"):
        yield Section(publication="topic", heading=heading, body="A paragraph of **usual** length. " * 8)


def whole(renderer, templates):
    signer = Signer(b"bench" * 8)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        following = fill(root, renderer, templates, ISSUES)
        count, first = timed(lambda: rebuild(root, templates, signer), 1)
        print(f"archive of {ISSUES} issues, {ISSUES * CARDS:,} cards: {count:,} files in {first:.1f} s")
        count, again = timed(lambda: rebuild(root, templates, signer), 1)
        print(f"rebuilt without a change: {count} files in {again:.1f} s")
        before = hashes(root)
        add(root, renderer, following)
        count, taken = timed(lambda: rebuild(root, templates, signer, {str(following)}), 1)
        after = hashes(root)
        changed = sum(after[path] != before.get(path) for path in after)
        print(f"one issue more: {count} files written, {changed} of {len(after):,} changed, {taken:.1f} s")


def add(root, renderer, week):
    place = root / folder(week)
    place.mkdir(parents=True)
    data = renderer.data(an_issue([a_card(number) for number in range(CARDS)], week=str(week), number=ISSUES + 1))
    (place / "issue.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def rebuild(root, templates, signer, weeks=None):
    """As `weekly archive rebuild` does it, or publishing for the issues of *weeks*."""
    site = Archive(root)
    site.recall(signer)
    count = site.refresh(Settings(), templates, weeks) + site.draw(Settings(), weeks)
    site.seal(signer)
    return count


def main():
    templates = environment()
    renderer = IssueRenderer(Settings(), templates)
    mails(renderer)
    forms(renderer)
    whole(renderer, templates)


def renew(target: Path) -> None:
    """The pictures of docs/reading.md, with which the tests compare."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        weekly(["demo", str(Path(name) / "demo")])
        demo = Path(name) / "demo"
        draw(demo, archive(demo, Path(name) / "library"), target)
        with Image.open(target / "mail-light-600.png") as mail:
            mail.crop((0, 0, mail.width, 2120)).save(target.parent / "issue.png", optimize=True)


def draw(demo, library, target):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for title, picture in pictures(browser, demo, library):
            picture().save(target / f"{title}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    renew(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
