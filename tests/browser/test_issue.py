"""From the cards to the mail: order, preview, approval, in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.asking import body, card, cards, open_card, wait_saved, wait_until
from tests.browser.conftest import HOME, TOKEN, WEEK, visiting
from tests.stored import approval
from weekly import pipeline
from weekly.errors import NotApproved

pytestmark = pytest.mark.xdist_group("chromium")


def wait_order(page, site, wanted):
    wait_until(page, lambda: cards(site) == wanted)


def shown_order(page):
    return [one.get_attribute("data-order-card") for one in page.locator("[data-order-card]").all()]


def test_cards_are_ordered_by_buttons_keys_and_mouse(page, site):
    page.goto(f"{site.address}{HOME}/order")
    a, b, c, *rest = cards(site)
    page.locator(f'[data-order-card="{c}"] [data-action="up"]').click()
    wait_order(page, site, [a, c, b, *rest])
    page.locator(f'[data-order-card="{a}"] a').focus()
    page.keyboard.press("Shift+J")
    wait_order(page, site, [c, a, b, *rest])
    assert page.evaluate("document.activeElement.closest('li').dataset.orderCard") == a
    grip = page.locator(f'[data-order-card="{b}"] [data-grip]').bounding_box()
    target = page.locator(f'[data-order-card="{c}"]').bounding_box()
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + 20, steps=5)
    page.mouse.move(target["x"] + 20, target["y"] + 4, steps=5)
    page.mouse.up()
    wait_order(page, site, [b, c, a, *rest])
    assert shown_order(page) == [b, c, a, *rest]
    page.locator('[data-action="undo"]').click()
    wait_order(page, site, [c, a, b, *rest])


def frame(page):
    return page.locator("iframe[data-preview]").element_handle().content_frame()


def wait_shown(page, text):
    """Scripts are off in the frame, and with them whatever waits inside it."""
    wait_until(page, lambda: text in frame(page).evaluate("() => document.body.innerText"))


def test_the_preview_follows_the_text_and_keeps_its_place(chromium, page, site):
    wanted = cards(site)[0]
    open_card(page, wanted)
    page.locator("[data-live-preview] summary").click()
    frame(page).wait_for_selector("h2")
    frame(page).evaluate("() => { document.scrollingElement.scrollTop = 700 }")
    body(page).fill("只在这里的一句话。")
    wait_saved(page)
    wait_shown(page, "只在这里的一句话")
    assert frame(page).evaluate("() => document.scrollingElement.scrollTop") == 700


def test_a_script_in_the_preview_never_runs(page, site):
    wanted = cards(site)[0]
    open_card(page, wanted)
    page.locator("[data-live-preview] summary").click()
    frame(page).wait_for_selector("h2")
    body(page).fill("<img src=x onerror='top.hurt = 1'><script>top.hurt = 1</script> inert")
    wait_shown(page, "inert")
    frame(page).evaluate(
        "() => { const one = document.createElement('img'); one.setAttribute('onerror', 'top.hurt = 1'); one.src = 'x'; document.body.append(one) }"
    )
    # A picture that could not be loaded is complete, and whatever waits for its error has been called.
    wait_until(page, lambda: frame(page).evaluate("() => [...document.images].at(-1).complete"))
    assert page.evaluate("() => window.hurt") is None
    assert page.locator("iframe[data-preview]").get_attribute("sandbox") == "allow-same-origin"


def test_the_preview_is_the_mail_that_is_sent(page, site):
    exact = page.request.get(f"{site.address}{HOME}/mail.html").text()
    plain = page.request.get(f"{site.address}{HOME}/mail.txt").text()
    pipeline.approve(site, WEEK, "ada")
    pipeline.publish(site, WEEK)
    place = site.archive / "2025" / "W15"
    assert (place / "email.html").read_text(encoding="utf-8") == exact
    assert (place / "email.txt").read_text(encoding="utf-8") == plain


def test_the_preview_shows_widths_dark_and_no_pictures(page, site):
    page.goto(f"{site.address}{HOME}/preview")
    frame(page).wait_for_selector("img")
    page.locator('[data-mode-width="375"]').click()
    assert page.locator("iframe[data-preview]").bounding_box()["width"] <= 375
    page.locator("[data-mode-pictures]").click()
    assert frame(page).locator("img[src]").count() == 0
    page.locator("[data-mode-pictures]").click()
    assert frame(page).locator("img[src]").count() > 0
    assert page.request.get(frame(page).locator("img[src]").first.evaluate("one => one.src")).status == 200


def test_approve_then_edit_voids_and_withdraw_sends_nothing(page, site):
    page.locator('[data-action="approve"]').click()
    with page.expect_navigation():
        page.locator('dialog[open] [data-action="confirm-approve"]').click()
    page.locator('[data-action="withdraw"]').wait_for()
    assert approval(site, WEEK).by == "editor"
    open_card(page, cards(site)[0])
    body(page).fill("Edited after the approval.")
    page.locator("text=is void").wait_for()
    assert approval(site, WEEK) is None
    page.keyboard.press("Control+Enter")
    page.locator('dialog[open] [data-action="confirm-approve"]').click()
    page.locator('[data-action="withdraw"]').click()
    page.locator('[data-action="withdraw"]').wait_for(state="detached")
    with pytest.raises(NotApproved):
        pipeline.publish(site, WEEK)
    assert not site.archive.exists()


def test_a_blocking_finding_is_overridden_in_the_dialog_only_with_a_reason(page, site):
    open_card(page, cards(site)[0])
    body(page).fill("待补充")
    page.locator('[data-finding="placeholders"][data-level="block"]').first.wait_for()
    page.keyboard.press("Control+Enter")
    page.locator('dialog[open] [data-action="confirm-approve"]').click()
    page.locator("dialog [data-refusal]").wait_for()
    page.locator('dialog input[name="override:placeholders"]').fill("it is a quotation")
    page.locator('dialog [data-action="confirm-approve"]').click()
    page.locator('[data-action="withdraw"]').wait_for()
    assert approval(site, WEEK).overrides == {"placeholders": "it is a quotation"}


def test_the_keyboard_alone_from_sign_in_to_approval(chromium, site):
    with chromium.window(site.address) as page:
        page.goto(f"{site.address}{HOME}")
        tab_to(page, "#token")
        page.keyboard.type(TOKEN)
        page.keyboard.press("Tab")
        page.keyboard.type("ada")
        page.keyboard.press("Enter")
        page.locator("[data-show-help]:not([hidden])").wait_for()
        third = page.locator("[data-candidate]").nth(2).get_attribute("data-candidate")
        for key in "axsj":
            page.keyboard.press(key)
        page.keyboard.press("u")
        page.locator(f'[data-candidate="{third}"][data-status="pending"][aria-selected="true"]').wait_for()
        page.locator(f'form[data-card="{third}"]').wait_for()
        page.keyboard.press("e")
        page.keyboard.press("Control+End")
        page.keyboard.type(" 值得一读。")
        page.keyboard.press("Control+s")
        page.wait_for_function("() => Object.keys(localStorage).every(key => !key.startsWith('weekly:2025'))")
        page.keyboard.press("Escape")
        page.keyboard.press("Shift+J")
        page.keyboard.press("g")
        page.keyboard.press("o")
        page.wait_for_url("**/order")
        page.keyboard.press("Control+Enter")
        page.locator("dialog[open] [data-heading]:focus").wait_for()
        tab_to(page, '[data-action="confirm-approve"]')
        page.keyboard.press("Enter")
        page.locator('[data-action="withdraw"]').wait_for()
        assert approval(site, WEEK).by == "ada"
        assert card(site, third).summary.endswith("值得一读。")


def tab_to(page, selector):
    """Presses Tab until the keyboard is there; returns how often."""
    for times in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return times
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_without_javascript_one_decides_edits_orders_and_approves(chromium, site):
    with visiting(chromium, site.address, scripts=False) as page:
        first = page.locator('[data-candidate][aria-selected="true"]').get_attribute("data-candidate")
        page.locator('[data-action="accept"]').click()
        assert page.locator(f'[data-candidate="{first}"]').get_attribute("data-status") == "accepted"
        page.locator('[data-action="reject"]').click()
        page.locator('[data-action="undo"]').click()
        assert page.locator("[data-decided]").get_attribute("data-decided") == "1"
        page.locator(f'[data-candidate="{cards(site)[0]}"] a').click()
        body(page).fill("Without a script.")
        page.locator("[data-save]").click()
        assert body(page).input_value() == "Without a script."
        page.goto(f"{site.address}{HOME}/order")
        a, b, *_ = cards(site)
        page.locator(f'[data-order-card="{b}"] [data-action="up"]').click()
        assert shown_order(page)[:2] == [b, a]
        page.locator('[data-action="approve"]').click()
        page.locator('[data-action="confirm-approve"]').click()
        page.locator('[data-action="withdraw"]').wait_for()
    assert approval(site, WEEK) is not None
