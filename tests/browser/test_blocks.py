"""Words beside the cards on the page, in a real browser."""

from __future__ import annotations

import re

import pytest

from tests.browser.asking import draft, wait_until
from tests.browser.conftest import HOME, visiting
from weekly.review.order import as_mailed


@pytest.fixture
def page(chromium, site):
    with visiting(chromium, site.address, view="/order") as opened:
        yield opened


def form(page, which):
    details = page.locator(f'[data-block="{which}"]')
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return details


def test_an_editorial_is_added_edited_moved_and_removed(page, site):
    new = form(page, "new")
    new.locator('[name="title"]').fill("From the editors")
    new.locator('[name="body"]').fill("A *quiet* week.")
    new.locator('[data-action="block-add"]').click()
    wait_until(page, lambda: len(draft(site).blocks) == 1)
    page.locator('[data-block="1"]').wait_for()
    assert form(page, "new").locator('[name="title"]').input_value() == ""
    first = form(page, 1)
    first.locator('[name="body"]').fill("A *very* quiet week.")
    with page.expect_navigation():
        first.locator('[data-action="block-save"]').click()
    wait_until(page, lambda: draft(site).blocks[0].body == "A *very* quiet week.")
    page.locator('[data-order-block="From the editors"] [data-action="block-down"]').click()
    wait_until(page, lambda: draft(site).blocks[0].after == draft(site).cards[0].id)
    place = page.locator(f'[data-order-card="{draft(site).cards[0].id}"] [data-order-block="From the editors"]')
    place.locator('[data-action="block-down"]:focus').wait_for()
    page.keyboard.press("Shift+J")
    second = as_mailed(draft(site).cards)[1].id
    wait_until(page, lambda: draft(site).blocks[0].after == second)
    # Drawn anew: a key that is pressed before would belong to the page that is left.
    page.locator(f'[data-order-card="{second}"] [data-order-block="From the editors"] :focus').wait_for()
    page.keyboard.press("Shift+K")
    place.wait_for()
    page.goto(f"{site.address}{HOME}/preview.html")
    assert re.search(r"编者按.*From the editors.*A very quiet week", page.locator("body").inner_text(), re.DOTALL)
    page.goto(f"{site.address}{HOME}/order")
    remove = form(page, 1).locator('[data-action="block-remove"]')
    with page.expect_navigation():  # a page that is being left when it is closed may never answer
        remove.click()
    wait_until(page, lambda: not draft(site).blocks)


def test_what_is_typed_stays_when_the_page_ends_and_when_the_server_refuses(page, site):
    form(page, "new").locator('[name="title"]').fill("Half written")
    page.goto(f"{site.address}{HOME}")
    page.goto(f"{site.address}{HOME}/order")
    new = page.locator('[data-block="new"]')
    assert new.locator('[name="title"]').input_value() == "Half written"
    new.locator('[name="body"]').fill("x")
    page.evaluate("document.querySelector('[data-block=new] [name=kind] option').value = 'advert'")
    new.locator('[data-action="block-add"]').click()
    page.locator("[data-alert]:not([hidden])").wait_for()
    assert "is none of" in page.locator("[data-alert]").inner_text()
    assert new.locator('[name="title"]').input_value() == "Half written"
