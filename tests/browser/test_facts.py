"""Facts of a card and the test mail, in a real browser."""

from __future__ import annotations

from tests.browser.asking import card, cards, open_card, wait_until
from weekly.review.facts import fact_fields


def test_an_editor_writes_the_venue_and_a_link_and_an_error_leaves_what_was_typed(page, site):
    wanted = cards(site)[0]
    open_card(page, wanted)
    page.locator("[data-facts] summary").click()
    links = page.locator("#fact-links")
    stood = links.input_value()
    page.locator("#fact-venue").fill("CVPR 2025")
    links.fill(f"{stood}\nproject nowhere")
    page.locator('[data-action="save-facts"]').click()
    page.locator("[data-alert]:not([hidden])").wait_for()
    assert "write a kind and an address" in page.locator("[data-alert]").inner_text()
    assert links.input_value().endswith("project nowhere")
    links.fill(f"{stood}\nproject https://ours.example.org/")
    page.locator('[data-action="save-facts"]').click()
    wait_until(page, lambda: fact_fields(card(site, wanted))["venue"] == "CVPR 2025")
    assert card(site, wanted).links[-1].url == "https://ours.example.org/"


def test_the_approve_dialog_sends_a_test_mail_before_anything_is_published(page, site):
    page.locator('[data-action="approve"]').click()
    page.locator("#test-to").fill("me@example.org")
    page.locator('[data-action="test-mail"]').click()
    page.get_by_text("Sent to me@example.org").wait_for()
    assert len(list(site.root.rglob("maildir/new/*"))) == 1
