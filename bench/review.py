"""The review page with 1,900 candidates: answers of the server, use in Chromium. With a folder: its screenshots."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, HOME, TOKEN, WEEK, Process, serving
from tests.browser.reading import small
from tests.stored import stored
from weekly.workspace import open_workspace

COUNT = 1_900
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""A telephone on a train: milliseconds, bytes a second."""
TIMES, REST = 9, 1_500
"""First decisions that are timed; milliseconds after which a window that was opened does nothing more by itself."""


def week(root: Path, count: int) -> Path:
    """The demo's week waiting for its editor, with *count* candidates."""
    base = [sys.executable, "-m", "weekly"]
    subprocess.run([*base, "demo", str(root / "demo")], check=True, capture_output=True)
    place = root / "week"
    place.mkdir()
    shutil.copyfile(root / "demo" / "weekly.toml", place / "weekly.toml")
    for stage in ("collect", "classify", "draft"):
        subprocess.run([*base, "--workspace", str(place), stage, "--week", str(WEEK)], check=True, capture_output=True)
    with open_workspace(place) as workspace:
        known = stored(workspace).candidates.ranking(WEEK)
        more = [
            replace(one, work=replace(one.work, id=f"{one.work.id}#{turn}"))
            for turn in range(1 + count // len(known))
            for one in known
        ]
        with workspace.store.write() as tx:
            tx.candidates.replace(WEEK, [*known, *more][:count] if count else known)
    return place


def timed(act, times=30):
    return spread([once(act) for _ in range(times)])


def once(act):
    """Milliseconds that *act* takes."""
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def spread(taken):
    middle = statistics.median(taken)
    return f"best {min(taken):.0f} ms, median {middle:.0f} ms, worst {max(taken):.0f} ms of {len(taken)}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        place = week(Path(folder), COUNT)
        with open_workspace(place) as workspace:
            ids = [one.work.id for one in stored(workspace).candidates.ranking(WEEK)]
            card = stored(workspace).drafts.find(WEEK).draft.cards[0].id
        server = Process(place)
        try:
            answers(server.address, ids, card)
            usable(server.address)
        finally:
            server.kill()


def answers(address, ids, card):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=30) as client:
        client.get(HOME, params={"token": TOKEN})
        print(f"page of {len(ids)} candidates:", timed(lambda: client.get(HOME).raise_for_status()))
        turn = iter(range(10_000))

        def decide():
            form = {"candidate": ids[20 + next(turn)], "action": "later"}
            client.post(f"{HOME}/decide", data=form, headers={"Accept": "application/json"}).raise_for_status()

        def reject():
            form = {"candidate": ids[next(turn) % 20], "action": ("reject", "accept")[next(turn) // 40 % 2]}
            client.post(f"{HOME}/decide", data=form, headers={"Accept": "application/json"}).raise_for_status()

        def save():
            headers = {"If-Match": "*", "Accept": "application/json"}
            text = {"body": f"Text number {next(turn)}."}
            client.put(f"{HOME}/card", params={"id": card}, json=text, headers=headers).raise_for_status()

        def ask(text):
            return lambda: client.get(HOME, params={"q": text}).raise_for_status()

        print("save of a text:", timed(save))
        print("search for a word:", timed(ask("diffusion"), 10))
        print("search for a word with a slip in it:", timed(ask("difusion transfromer"), 10))
        print("versions of the issue:", timed(lambda: client.get(f"{HOME}/versions").raise_for_status(), 10))
        print("decision about a candidate without a card:", timed(decide))
        print("decision that changes the issue:", timed(reject))


def usable(address):
    """From opening the page to a first decision that is stored: on this machine, and on a telephone's line."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}{HOME}?token={TOKEN}")

        def use():
            page.goto(address + HOME)
            page.locator("[data-show-help]:not([hidden])").wait_for()

        print("usable in Chromium (keys listen):", timed(use, 10))
        for name, more in (
            ("on loopback", {}),
            ("on loopback, in a window at rest", {"rest": REST}),
            ("at 400 ms and 50 kB/s", {"line": SLOW}),
        ):
            taken, work = zip(*(decide_first(browser, address, **more) for _ in range(TIMES)), strict=True)
            print(f"first decision stored, {name}:", spread(taken))
            print("    processor time of the page's own thread until then:", spread(work))
        browser.close()


def decide_first(browser, address, line=None, rest=0):
    """Milliseconds from opening the page in a window that has nothing of it yet to its first decision stored.

    And how many of them the page's own thread worked, in processor time, which other work changes less. What the
    browser takes to start a process for the window is over before; with *rest*, so many milliseconds before.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/healthz")
    page.request.get(f"{address}{HOME}/log?token={TOKEN}")
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    if line:
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", line)

    def decide():
        page.goto(address + HOME, wait_until="commit")
        page.locator("[data-show-help]:not([hidden])").wait_for()
        page.keyboard.press("s")
        page.locator('[data-candidate][data-status="later"][data-sync="stored"]').first.wait_for()
        page.locator('[data-save-state="saved"]').wait_for()

    page.wait_for_timeout(rest)
    before = worked(session)
    taken = once(decide)
    work = worked(session) - before
    context.close()
    return taken, work


def worked(session):
    """Milliseconds of processor time that the thread of a page has worked: script, styles, layout, all else."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


SHOWN = (
    ("zh", "light", 1280),
    ("zh", "dark", 1280),
    ("en", "light", 1280),
    ("en", "dark", 1280),
    ("zh", "light", 360),
    ("en", "dark", 360),
)
"""Language, theme and width of each picture of a view."""


def pictures(target: Path) -> None:
    """The screenshots of docs/review.md, of every view, looked at before they are kept."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        place = week(Path(folder), 0)
        with serving(place) as workspace, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            cards = [card.id for card in stored(workspace).drafts.find(WEEK).draft.cards]
            for language, theme, width in SHOWN:
                views(browser, workspace.address, cards, (language, theme, width), target)
            mails(browser, workspace.address, target)
            browser.close()


def views(browser, address, cards, shown, target):
    language, theme, width = shown
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = context.new_page()

    def keep(name):
        page.wait_for_timeout(800)
        small(page.screenshot()).save(target / f"{name}-{language}-{theme}-{width}.png", optimize=True)

    page.goto(f"{address}/sign-in")
    keep("sign-in") if language == "zh" else None
    page.request.get(f"{address}{HOME}/log?token={TOKEN}&as=ada")
    page.request.post(f"{address}/language", form={"language": language})
    for card, action in zip(cards, ("accept", "reject", "later", "accept"), strict=False):
        page.request.post(f"{address}{HOME}/decide", form={"candidate": card, "action": action})
    pages = {"weeks": "/review/", "inbox": HOME, "card": f"{HOME}?card={cards[3]}", "issue": f"{HOME}/order"}
    further = {"preview": "preview", "log": "log", "funnel": "funnel?of=selected", "corrections": "corrections"}
    for name, rest in {**pages, **{name: f"{HOME}/{view}" for name, view in further.items()}}.items():
        page.goto(address + rest)
        if name == "card" and width < 900:
            page.locator('[data-pane="card"]').click()
        page.wait_for_timeout(1500)  # the card in the mail comes when somebody stays with it
        keep(name)
    page.goto(address + HOME)
    page.locator("[data-show-help]:not([hidden])").wait_for()
    for name, opener in (
        ("help", "[data-show-help]"),
        ("checks", "[data-findings]"),
        ("approve", '[data-action="approve"]'),
    ):
        page.locator(opener).first.click()
        page.locator("dialog[open] [data-heading]:focus").wait_for()
        keep(name)
        page.keyboard.press("Escape")
    context.close()


def mails(browser, address, target):
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(f"{address}{HOME}?token={TOKEN}&as=ada")
    for width in (600, 375):
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(f"{address}{HOME}/preview.html")
        page.wait_for_timeout(400)
        small(page.screenshot()).save(target / f"mail-{width}.png", optimize=True)
    context.close()


if __name__ == "__main__":
    pictures(Path(sys.argv[1])) if len(sys.argv) > 1 else main()
