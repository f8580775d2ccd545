"""Adding what no source brought, in a real browser."""

from __future__ import annotations

from tests.browser.asking import card, cards, draft, row, statuses, wait_until
from tests.browser.conftest import visiting


def test_an_item_is_written_by_hand_and_stands_open_as_a_card(page, site):
    page.locator("[data-add] summary").click()
    page.locator("#write-title").fill("A word from us")
    page.locator("#write-text").fill("We moved to **Fridays**.")
    page.locator('[data-action="write"]').click()
    page.locator('form[data-card^="entry:editor"]').wait_for()
    added = page.locator("form[data-card]").get_attribute("data-card")
    assert (card(site, added).summary, statuses(site)[added]) == ("We moved to **Fridays**.", "accepted")
    assert page.locator("#write-title").input_value() == ""


def test_a_candidate_is_accepted_by_its_address_and_an_error_leaves_what_was_pasted(page, site):
    known = next(one for one in statuses(site) if one.startswith("arxiv:") and one not in cards(site))
    page.locator("[data-add] summary").click()
    page.locator("#add-address").fill("no address at all")
    page.locator('[data-action="add"]').click()
    page.locator("[data-alert]:not([hidden])").wait_for()
    assert "is no address" in page.locator("[data-alert]").inner_text()
    assert page.locator("#add-address").input_value() == "no address at all"
    page.locator("#add-address").fill(f"https://arxiv.org/abs/{known.removeprefix('arxiv:')}")
    page.locator('[data-action="add"]').click()
    wait_until(page, lambda: known in cards(site))
    page.locator(f'form[data-card="{known}"]').wait_for()
    assert row(page, known).get_attribute("data-status") == "accepted"


def test_without_javascript_too(chromium, site):
    with visiting(chromium, site.address, scripts=False) as page:
        page.locator("[data-add] summary").click()
        page.locator("#write-title").fill("Plain")
        page.locator("#write-text").fill("Words.")
        page.locator('[data-action="write"]').click()
        assert page.locator("form[data-card] #name").input_value() == "Plain"
        assert "Plain" in [card.name for card in draft(site).cards]
