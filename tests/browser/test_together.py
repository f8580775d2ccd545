"""Two editors at once: each sees within seconds what the other does, and nobody approves what they have not seen."""

from __future__ import annotations

import pytest

from tests.browser.asking import (
    body,
    cards,
    chosen,
    draft,
    open_card,
    row,
    statuses,
    wait_listening,
    wait_saved,
    wait_until,
)
from tests.browser.conftest import HOME, WEEK, visiting
from tests.stored import approval

pytestmark = pytest.mark.sample(3, of="two editors")


@pytest.fixture
def two(chromium, site):
    with visiting(chromium, site.address, "ada") as ada, visiting(chromium, site.address, "bob") as bob:
        for page in (ada, bob):
            wait_listening(page)
        yield ada, bob


def test_decisions_and_approvals_of_the_other_appear_by_themselves(two, site):
    ada, bob = two
    wanted = cards(site)[2]
    row(bob, wanted).locator("a").click()
    bob.keyboard.press("x")
    row(ada, wanted).and_(ada.locator('[data-status="rejected"][data-sync="stored"]')).wait_for()
    ada.locator('[data-action="approve"]').click()
    ada.locator('dialog[open] [data-action="confirm-approve"]').click()
    bob.locator("text=Approved by ada").wait_for()
    assert statuses(site)[wanted] == "rejected"
    assert approval(site, WEEK).by == "ada"
    open_card(bob, cards(site)[0])
    body(bob).fill("Edited all the same.")
    ada.locator("text=is void").wait_for()
    assert approval(site, WEEK) is None


def test_a_stale_dialog_is_refused_and_shows_who_changed_what(two, site):
    ada, bob = two
    wanted = draft(site).cards[1]
    ada.keyboard.press("Control+Enter")
    ada.locator("dialog[open] [data-heading]:focus").wait_for()
    open_card(bob, wanted.id)
    body(bob).fill("A false sentence.")
    wait_saved(bob)
    wait_until(bob, lambda: draft(site).cards[1].summary == "A false sentence.")
    ada.locator('[data-action="confirm-approve"]').click()
    refusal = ada.locator('dialog [role="alert"]')
    refusal.wait_for()
    assert "bob" in refusal.inner_text()
    assert approval(site, WEEK) is None
    change = ada.locator("dialog [data-changed]")
    assert all(text in change.inner_text() for text in ("bob", wanted.name, "A false sentence."))
    ada.locator('[data-action="confirm-approve"]').click()
    ada.locator('[data-action="withdraw"]').wait_for()
    assert approval(site, WEEK).by == "ada"


def test_enter_in_the_dialog_that_has_just_opened_approves_nothing_and_drops_no_comment(page, site):
    open_card(page, cards(site)[0])
    page.keyboard.press("c")
    page.keyboard.type("Is this number right?")
    page.keyboard.press("Control+Enter")
    page.locator("dialog[open] [data-heading]:focus").wait_for()
    page.keyboard.press("Enter")
    assert page.locator("dialog[open] [data-unopened]").count() == 1
    page.locator('dialog[open] [data-action="confirm-approve"]').click()
    page.locator('[data-action="withdraw"]').wait_for()
    page.goto(f"{site.address}{HOME}?card={cards(site)[0]}")
    page.wait_for_function("() => document.querySelector('#comment')?.value === 'Is this number right?'")
    page.locator("[data-comments] button", has_text="Say it").click()
    page.locator(".comment", has_text="Is this number right?").wait_for()
    page.wait_for_function("() => localStorage.length === 0")


def test_on_a_telephone_the_dialog_opens_at_its_heading_and_a_date_chooses_its_radio(page):
    page.set_viewport_size({"width": 360, "height": 640})
    page.locator('[data-action="approve"]').click()
    page.locator("dialog[open] [data-heading]:focus").wait_for()
    assert page.evaluate("() => document.querySelector('dialog[open]').scrollTop") == 0
    page.locator("dialog[open] #at").fill("2030-01-01T10:00")
    assert page.locator('dialog[open] input[value="at"]').is_checked()
    page.locator('dialog[open] input[value="now"]').check()
    assert page.locator("dialog[open] #at").input_value() == ""


def test_on_a_telephone_the_next_card_begins_at_its_top(page):
    page.set_viewport_size({"width": 360, "height": 640})
    page.locator("[data-candidate] a").first.click()
    page.locator("form[data-card]").wait_for()
    page.evaluate("() => scrollTo(0, 600)")
    first = chosen(page)
    page.locator('[data-action="later"]').click()
    page.wait_for_function("() => scrollY === 0")
    assert chosen(page) != first
