"""Deciding in a real browser: by key, by mouse, never by accident."""

from __future__ import annotations

import pytest

from tests.browser.asking import body, cards, chosen, open_card, row, statuses, wait_decided, wait_saved
from tests.stored import stored

pytestmark = pytest.mark.sample(3, of="deciding")


def test_decisions_stand_after_a_reload_and_undo_takes_them_back(page, site):
    first = chosen(page)
    page.keyboard.press("a")
    second = chosen(page)
    assert second != first
    page.keyboard.press("x")
    third = chosen(page)
    page.keyboard.press("s")
    wait_decided(page, 3)
    page.reload()
    assert [row(page, one).get_attribute("data-status") for one in (first, second, third)] == [
        "accepted",
        "rejected",
        "later",
    ]
    for left in (2, 1, 0):
        page.keyboard.press("u")
        wait_decided(page, left)
    assert set(statuses(site).values()) == {"pending"}


def test_nothing_is_decided_by_writing_by_an_input_method_or_where_single_keys_are_switched_off(page, site):
    open_card(page, cards(site)[0])
    for place in ('textarea[name="body"]', 'input[name="name"]', "#q", "#comment"):
        if place == "#comment":
            page.keyboard.press("Escape")
            page.locator("body").focus()
            page.keyboard.press("c")
        page.locator(place).focus()
        page.keyboard.type("axsu jk 1")
    page.locator('[data-candidate][aria-selected="true"] a').focus()
    for detail in ({"isComposing": True}, {"keyCode": 229}):
        page.evaluate(
            "detail => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', { key: 'a', bubbles: true, ...detail }))",
            detail,
        )
    for combination in ("Control+a", "Alt+a", "Control+x"):
        page.keyboard.press(combination)
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.locator("[data-help] button").click()
    page.keyboard.press("a")
    page.reload()
    page.keyboard.press("x")
    page.reload()
    assert set(statuses(site).values()) == {"pending"}


def test_a_click_on_a_row_opens_its_card_about_which_a_held_key_decides_once(page, site):
    wanted = cards(site)[4]
    row(page, wanted).click()
    page.locator(f'form[data-card="{wanted}"]').wait_for()
    assert chosen(page) == wanted
    assert body(page).input_value()
    page.keyboard.down("a")
    for _ in range(10):
        page.keyboard.down("a")  # what a held key sends again is marked as a repetition
    page.keyboard.up("a")
    wait_decided(page, 1)
    page.reload()
    assert {one: status for one, status in statuses(site).items() if status != "pending"} == {wanted: "accepted"}


def test_topics_follow_the_number_keys_and_undo(page, site):
    wanted = cards(site)[0]
    open_card(page, wanted)
    stood = next(one.topic for one in stored(site).drafts.find(site.week).draft.cards if one.id == wanted)
    slugs = [topic.slug for topic in site.settings.topics]
    number = next(place for place, slug in enumerate(slugs[:9], 1) if slug != stood)
    page.keyboard.press(str(number))
    page.locator(f'[data-topics] button[value="{slugs[number - 1]}"][aria-pressed="true"]').wait_for()
    page.keyboard.press("u")
    page.locator(f'[data-topics] button[value="{stood}"][aria-pressed="true"]').wait_for()
    assert next(one.topic for one in stored(site).drafts.find(site.week).draft.cards if one.id == wanted) == stood


def test_an_accepted_candidate_shows_its_card(page, site):
    outside = next(one for one in statuses(site) if one not in cards(site))
    row(page, outside).locator("a").click()
    page.locator("text=Not in the issue").wait_for()
    page.keyboard.press("a")
    wait_decided(page, 1)
    open_card(page, outside)
    body(page).fill("Mine.")
    wait_saved(page)
    assert outside in cards(site)
