"""What readers see, in real Chromium: readable by everybody, on every screen, and as it was when it was looked at."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import threading
from dataclasses import replace
from functools import partial

import pytest
import uvicorn
from PIL import Image

from tests.browser.axe import flaws
from tests.browser.reading import PAGES, W15, draw, open_mail, others, pictures, unlike
from tests.cards import HOSTILE, hostile_cards
from tests.conftest import ROOT
from tests.published import WEEK, approve
from weekly.archive.publish import publish
from weekly.models import Draft
from weekly.web.app import create
from weekly.workspace import open_workspace

LIKE = 6
"""Places of a picture that may differ: one figure that is another is more."""


@contextlib.contextmanager
def window(chromium, *, scripts=True):
    """A window whose pages may say nothing wrong."""
    with chromium.window(scripts=scripts) as page:
        page.on("dialog", lambda dialog: page.wrong.append(dialog.message))
        yield page


def over(page):
    return page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.fixture(scope="module")
def worst(tmp_path_factory, demo_week):
    """A workspace whose only issue is of the worst kind."""
    root = tmp_path_factory.mktemp("worst") / "w"
    root.mkdir()
    shutil.copyfile(demo_week / "weekly.toml", root / "weekly.toml")
    cards = tuple(replace(card, picture=None) for card in hostile_cards())
    draft = Draft(
        week=str(WEEK), language="zh", headlines=tuple(HOSTILE.values())[:6], summary=HOSTILE["word"], cards=cards
    )
    with open_workspace(root) as workspace:
        approve(workspace, draft)
        publish(workspace, WEEK)
    return root


def test_axe_finds_nothing_serious_on_any_page(chromium, library, drawn):
    found = {}
    with window(chromium) as page:
        for name, place in drawn([*PAGES.items()], 5):
            page.goto((library / "archive").as_uri() + "/" + place)
            page.wait_for_function("() => !location.pathname.includes('/steps/') || document.title")
            found[name] = flaws(page, 1280, 320)
    assert not any(found.values()), found


def test_axe_finds_nothing_serious_in_the_mail_nor_without_its_pictures(chromium, library, drawn):
    with window(chromium) as page:
        for shown, widths in drawn([(True, (600, 320)), (False, (320,))], 1):
            open_mail(page, library / "archive" / W15, pictures=shown)
            assert flaws(page, *widths) == []


def test_axe_finds_nothing_serious_in_a_part_of_an_issue_or_on_the_form(chromium, demo_week, drawn):
    place = demo_week / "archive" / W15
    with others(demo_week) as folder, window(chromium) as page:
        found = {}
        paths = sorted(path for path in folder.iterdir() if path.stem != "mail-bare")
        assert len(paths) == 3
        for path in drawn(paths, 1):
            open_mail(page, place, pictures=True, mail=path)
            found[path.stem] = flaws(page, 1280, 320)
    assert not any(found.values()), found


def test_hostile_cards_break_no_page_and_run_nothing(chromium, worst, drawn):
    with window(chromium) as page:
        page.set_viewport_size({"width": 320, "height": 900})
        places = ["index.html", f"{W15}/index.html", "search.html?q=x", "tags/index.html", "institutions/index.html"]
        topics = sorted((worst / "archive" / "topics").rglob("*.html"))
        places += [f"{one.relative_to(worst / 'archive')}" for one in drawn(topics, 4)]
        for place in places:
            page.goto((worst / "archive").as_uri() + "/" + place)
            assert page.title() != "hurt"
            assert over(page) <= 0, place
        open_mail(page, worst / "archive" / W15, pictures=False)
        assert over(page) <= 0


def test_marks_that_turn_the_direction_do_not_reach_what_stands_beside(chromium, worst):
    with window(chromium) as page:
        page.goto((worst / "archive" / W15 / "index.html").as_uri())
        card = (
            page.locator("article.card", has_text="npp.exe").or_(page.locator("article.card", has_text="gnp.exe")).first
        )
        boxes = [one.bounding_box()["x"] for one in card.locator(".links a").all()]
        assert boxes == sorted(boxes)


def test_the_search_works_from_a_disk(chromium, library):
    with window(chromium) as page:
        page.goto((library / "archive" / "index.html").as_uri())
        page.locator("#Query").fill("seaweed 字节跳动")
        page.locator("#Query").press("Enter")
        page.locator("#Results a").first.wait_for()
        assert page.locator("#Results a").all_inner_texts() == [
            "Seaweed-7B：Cost-Effective Training of Video Generation Foundation Model"
        ]
        page.locator("#Query").fill("zzz nothing")
        page.locator("#Status", has_text="没有找到").wait_for()
        page.locator("#Query").fill("ＯＭＮＩ")
        page.locator("#Results a", has_text="OmniSVG").click()
        page.locator("article:target h3", has_text="OmniSVG").wait_for()


@contextlib.contextmanager
def served(root):
    with open_workspace(root) as workspace, socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(create(workspace), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def test_the_search_works_from_the_server_whose_other_pages_may_run_nothing(chromium, library):
    with served(library) as address, window(chromium) as page:
        page.goto(f"{address}/search.html?q=OmniSVG")
        page.locator("#Results a", has_text="OmniSVG").click()
        page.locator("article:target h3", has_text="OmniSVG").wait_for()
        answer = page.request.get(f"{address}/{W15}/")
        assert "script-src" not in answer.headers["content-security-policy"]
        for place in PAGES.values():
            assert page.goto(f"{address}/{place}").status == 200


def test_without_scripts_one_reads_and_steps_through_the_issues(chromium, library):
    with window(chromium, scripts=False) as page:
        page.goto((library / "archive" / "2025" / "W13" / "index.html").as_uri())
        page.get_by_role("link", name="下一期").click()
        page.wait_for_url("**/2025/W14/index.html")
        page.get_by_role("link", name="下一期").click()
        page.wait_for_url("**/2025/W15/index.html")
        page.get_by_role("link", name="上一期").click()
        page.wait_for_url("**/2025/W14/index.html")
        page.goto((library / "archive" / "search.html").as_uri())
        assert page.locator("noscript p").is_visible()


def test_the_way_past_the_navigation_is_the_first_stop_of_the_keyboard(chromium, library):
    with window(chromium) as page:
        page.goto((library / "archive" / W15 / "index.html").as_uri())
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "Text"


def test_on_paper_there_is_the_issue_and_no_navigation(chromium, library):
    with window(chromium) as page:
        page.emulate_media(media="print")
        page.goto((library / "archive" / W15 / "index.html").as_uri())
        for hidden in (".top nav", ".steps", ".end", ".toc"):
            assert not page.locator(hidden).first.is_visible()
        assert page.locator("article.card").first.is_visible()


def test_on_paper_twelve_cards_take_nine_pages_at_most(chromium, library):
    with window(chromium) as page:
        page.goto((library / "archive" / W15 / "index.html").as_uri())
        printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 9


def left_out(page, width):
    """What sticks out of a screen of that *width*."""
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.outerHTML.slice(0, 80))"
    )


@pytest.mark.sample(1)
@pytest.mark.parametrize("width", [320, 375])
def test_without_its_style_sheet_the_mail_is_as_narrow_as_a_telephone_and_all_there(
    chromium, library, worst, tmp_path, width
):
    for root in (library, worst):
        mail = root / "archive" / W15 / "email.html"
        bare = tmp_path / "email.html"
        bare.write_text(re.sub(r"(?s)<style.*?</style>", "", mail.read_text(encoding="utf-8")), encoding="utf-8")
        with window(chromium) as page:
            open_mail(page, tmp_path, pictures=False)
            assert "<style" not in page.content()
            if root is library:
                assert left_out(page, width) == []
                assert page.locator("h3").count() == 12
                assert "项目主页 · " in page.inner_text("body")
            else:
                page.set_viewport_size({"width": width, "height": 900})
                assert over(page) <= 0


def test_everything_looks_as_it_did_when_somebody_looked(chromium, demo_week, library, drawn):
    kept = {path.stem: path for path in (ROOT / "docs" / "reading").iterdir()}

    def differ(name, picture):
        with Image.open(kept[name]) as before:
            return unlike(picture(), before)

    changed = dict.fromkeys(drawn(sorted(kept), 8))
    for _ in range(3):  # now and then Chromium scales a picture a little differently: what changed does so every time
        looks = {}
        for name, picture in pictures(chromium.browser, demo_week, library):
            looks[name] = differ(name, picture) if name in changed else 0
        assert set(looks) == set(kept)
        changed = {name: places for name, places in looks.items() if places > LIKE}
        if not changed:
            break
    assert not changed, f"{changed}: look, then 'python -m bench.reading docs/reading'"


def test_the_comparison_sees_one_figure_and_not_the_colours_of_a_palette(chromium, demo_week, tmp_path):
    place = demo_week / "archive" / W15
    other = tmp_path / "email.html"
    text = (place / "email.html").read_text(encoding="utf-8")
    (number,) = set(re.findall(r"第 (\d) 期", text))
    with window(chromium) as page:
        first, same, another = (draw_mail(page, place, other, text, number, shown) for shown in (0, 0, 1))
        narrow = draw(page, partial(open_mail, page, place, pictures=True), "light", 375, 2400)
    assert unlike(same, first) <= LIKE < unlike(another, first)
    assert unlike(narrow, first) > LIKE


def draw_mail(page, place, mail, text, number, more):
    """The mail of *text* with another *number*, so many more."""
    mail.write_text(text.replace(f"第 {number} 期", f"第 {int(number) + more} 期"), encoding="utf-8")
    return draw(page, partial(open_mail, page, place, pictures=True, mail=mail), "light", 600, 2400)
