"""From the cards to the mail: preview and approval, in a real browser."""

from __future__ import annotations

from tests.browser.asking import body, cards, frame, open_card, wait_saved, wait_until
from tests.browser.conftest import WEEK, visiting
from tests.stored import approval


def wait_shown(page, text):
    """Scripts are off in the frame, and with them whatever waits inside it."""
    wait_until(page, lambda: text in frame(page).evaluate("() => document.body.innerText"))


def wait_pictures(page):
    """As long as they come, what is below them moves."""
    complete = "() => [...document.images].every((one) => one.complete)"
    wait_until(page, lambda: frame(page).evaluate(complete))


def test_the_preview_follows_the_text_keeps_its_place_and_runs_no_script(page, site):
    open_card(page, cards(site)[0])
    page.locator("[data-live-preview] summary").click()
    frame(page).wait_for_selector("h2")
    wait_pictures(page)
    frame(page).evaluate("() => { document.scrollingElement.scrollTop = 700 }")
    body(page).fill("<img src=x onerror='top.hurt = 1'><script>top.hurt = 1</script> inert 只在这里的一句话。")
    wait_saved(page)
    wait_shown(page, "只在这里的一句话")
    wait_pictures(page)
    assert frame(page).evaluate("() => document.scrollingElement.scrollTop") == 700
    frame(page).evaluate(
        "() => { const one = document.createElement('img'); one.setAttribute('onerror', 'top.hurt = 1'); one.src = 'x'; document.body.append(one) }"
    )
    # A picture that could not be loaded is complete, and whatever waits for its error has been called.
    wait_until(page, lambda: frame(page).evaluate("() => [...document.images].at(-1).complete"))
    assert page.evaluate("() => window.hurt") is None
    assert page.locator("iframe[data-preview]").get_attribute("sandbox") == "allow-same-origin"


def test_the_preview_shows_widths_and_no_pictures_and_its_dark_form_is_the_mails_own(chromium, site):
    with visiting(chromium, site.address, view="/preview") as page:
        frame(page).wait_for_selector("img")
        page.locator('[data-mode-width="375"]').click()
        assert page.locator("iframe[data-preview]").bounding_box()["width"] <= 375
        page.locator("[data-mode-pictures]").click()
        assert frame(page).locator("img[src]").count() == 0
        page.locator("[data-mode-pictures]").click()
        assert frame(page).locator("img[src]").count() > 0
        assert page.request.get(frame(page).locator("img[src]").first.evaluate("one => one.src")).status == 200
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.reload()
            assert looks(page) == {True: "none", False: "none"}


def looks(page):
    """Of the dark form and the other one of the mail: the filter over it, which would be no dark form of its own."""
    frame(page).wait_for_selector(".c")
    button, filters = page.locator("[data-mode-dark]"), {}
    for _ in range(2):
        dark = button.get_attribute("aria-pressed") == "true"
        wait_until(page, lambda dark=dark: (colour(page) == "rgb(14, 18, 24)") is dark)
        filters[dark] = page.locator("iframe[data-preview]").evaluate("one => getComputedStyle(one).filter")
        button.click()
    return filters


def colour(page):
    return frame(page).evaluate("() => getComputedStyle(document.body).backgroundColor")


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
