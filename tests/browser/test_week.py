"""A whole week, from sign-in to what is published, by keyboard alone, by touch, and without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.browser.asking import (
    card,
    cards,
    chosen,
    draft,
    shown_order,
    statuses,
    tab_to,
    wait_decided,
    wait_listening,
    wait_until,
)
from tests.browser.conftest import HOME, TOKEN, WEEK, serving
from tests.stored import approval
from weekly import pipeline

pytestmark = pytest.mark.sample(1, of="a whole week")

MOST = 90
"""Keystrokes of the whole week, besides the text."""
SAID = " 值得一读。"


@dataclass
class Hands:
    """What an editor presses, counted; text that is written is not."""

    page: object
    pressed: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed.append(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)


@pytest.fixture
def site(drafted):
    """A server whose issue may be published as soon as it is approved."""
    with (drafted / "weekly.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[review]\nwait = 0\n")
    with serving(drafted) as workspace:
        yield workspace


@pytest.fixture
def window(chromium, site):
    """Closed before the server: that waits for those who wait for news."""
    context = chromium.browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def language(page, site, code):
    page.request.get(f"{site.address}{HOME}/log?token={TOKEN}&as=ada")
    page.request.post(f"{site.address}/language", form={"language": code})
    page.context.clear_cookies()


@pytest.mark.parametrize("code", ["zh", "en"])
def test_a_week_by_keyboard_alone_takes_no_more_than_ninety_keystrokes(window, site, code):
    page, hands = window, Hands(window)
    language(page, site, code)
    page.goto(f"{site.address}{HOME}")
    hands.press("Tab")
    hands.write(TOKEN)
    hands.press("Tab")
    hands.write("ada")
    hands.press("Enter")
    wait_listening(page)
    rejected = page.locator("[data-candidate]").nth(2).get_attribute("data-candidate")
    hands.press(*"aaxaaaaasaaa", "j", "a")
    wait_decided(page, 13)
    hands.press("u")
    wait_decided(page, 12)
    hands.press("a")
    wait_decided(page, 13)
    assert statuses(site)[rejected] == "rejected"
    hands.press("k")
    edited = chosen(page)
    page.locator(f'form[data-card="{edited}"]').wait_for()
    hands.press("e", "Control+End")
    hands.write(SAID)
    hands.press("Control+s", "Escape", "1")
    wait_until(page, lambda: card(site, edited).summary.endswith(SAID.strip()))
    wait_until(page, lambda: card(site, edited).topic == site.settings.topics[0].slug)
    hands.press("g", "o")
    page.wait_for_url("**/order")
    wait_listening(page)
    order = cards(site)
    hands.press("j", "Shift+J")
    wait_until(page, lambda: cards(site) != order)
    hands.press("e", "Control+a")
    hands.write("视频生成与三维模型")
    hands.press("Control+s", "Escape")
    wait_until(page, lambda: draft(site).headlines == ("视频生成与三维模型",))
    hands.press("g", "p")
    page.wait_for_url("**/preview")
    page.locator("iframe[data-preview]").wait_for()
    hands.press("Control+Enter")
    page.locator("dialog[open] [data-heading]:focus").wait_for()
    tabs = tab_to(page, '[data-action="confirm-approve"]')
    hands.pressed += ["Tab"] * tabs
    hands.press("Enter")
    page.locator('[data-action="withdraw"]').wait_for()
    assert len(hands.pressed) <= MOST, len(hands.pressed)
    publish(site)


def publish(site):
    """The rest of the week, which is no page's: it is published as it was approved."""
    assert approval(site, WEEK).by == "ada"
    issue = pipeline.publish(site, WEEK)
    assert [one.id for one in issue.draft.cards] == cards(site)


@pytest.mark.parametrize("code", ["zh", "en"])
def test_a_week_by_touch_on_a_telephone(chromium, site, code):
    context = chromium.browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    language(page, site, code)
    page.goto(f"{site.address}{HOME}")
    page.locator("#token").tap()
    page.keyboard.type(TOKEN)
    page.locator("#as").tap()
    page.keyboard.type("ada")
    page.locator("button.main").tap()
    wait_listening(page)
    page.locator("[data-candidate] a").first.tap()
    page.locator("form[data-card]").wait_for()
    for action in ("accept", "reject", "later", "undo", "later"):
        page.locator(f'[data-deck] [data-action="{action}"]').tap()
    page.wait_for_function("() => document.querySelector('[data-decided]').dataset.decided == 3")
    edited = cards(site)[-1]
    page.locator('[data-pane="inbox"]').tap()
    page.locator(f'[data-candidate="{edited}"] a').tap()
    page.locator(f'form[data-card="{edited}"]').wait_for()
    page.locator("#body").tap()
    page.locator("#body").fill("用手指写的。")
    wait_until(page, lambda: card(site, edited).summary == "用手指写的。")
    page.locator('[data-pane="evidence"]').tap()
    page.locator("[data-comments] summary").tap()
    page.locator("header nav a").nth(1).tap()
    page.wait_for_url("**/order")
    wait_listening(page)
    order = cards(site)
    page.locator(f'[data-order-card="{order[1]}"] [data-action="up"]').tap()
    wait_until(page, lambda: cards(site) != order)
    page.locator("header nav a").nth(2).tap()
    page.wait_for_url("**/preview")
    page.locator('[data-action="approve"]').tap()
    page.locator("dialog[open] [data-heading]:focus").wait_for()
    page.locator('dialog[open] [data-action="confirm-approve"]').tap()
    page.locator('[data-action="withdraw"]').tap()
    page.locator('[data-action="withdraw"]').wait_for(state="detached")
    wait_listening(page)
    page.locator('[data-action="approve"]').tap()
    page.locator('dialog[open] [data-action="confirm-approve"]').tap()
    page.locator('[data-action="withdraw"]').wait_for()
    context.close()
    assert card(site, edited).summary == "用手指写的。"
    publish(site)


@pytest.mark.parametrize("code", ["zh", "en"])
def test_a_week_without_javascript(chromium, site, code):
    context = chromium.browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{site.address}{HOME}")
    page.locator("#token").fill(TOKEN)
    page.locator("#as").fill("ada")
    page.locator("button.main").click()
    if page.locator("html").get_attribute("lang") != {"zh": "zh-Hans", "en": "en"}[code]:
        page.locator(f'[data-language] button[value="{code}"]').click()
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[code]
    for action in ("accept", "reject", "later", "undo", "later"):
        page.locator(f'[data-deck] [data-action="{action}"]').click()
    assert page.locator("[data-decided]").get_attribute("data-decided") == "3"
    edited = cards(site)[0]
    page.goto(f"{site.address}{HOME}?card={edited}")
    page.locator("#body").fill("没有脚本也写了。")
    page.locator("[data-save]").click()
    assert card(site, edited).summary == "没有脚本也写了。"
    page.locator('[data-topics] button[value="agents"]').click()
    assert card(site, edited).topic == "agents"
    page.locator("header nav a").nth(1).click()
    order = cards(site)
    page.locator(f'[data-order-card="{order[2]}"] [data-action="up"]').click()
    assert cards(site) == shown_order(page) != order
    page.locator("#cover").select_option("")
    page.locator("#headlines").fill("没有脚本的一期周报")
    page.locator("[data-save]").click()
    page.locator('[data-action="approve"]').click()
    page.locator('[data-action="confirm-approve"]').click()
    page.locator('[data-action="withdraw"]').click()
    page.locator('[data-action="approve"]').click()
    page.locator('[data-action="confirm-approve"]').click()
    page.locator('[data-action="withdraw"]').wait_for()
    context.close()
    publish(site)
