"""What the browser tests ask of a page, and of the store behind it."""

from __future__ import annotations

from contextlib import contextmanager

from tests.browser.conftest import WEEK, visiting
from tests.stored import stored


def wait_until(page, holds):
    """Asks until it holds, as often as a person looks, for as long as a busy machine may need."""
    for _ in range(600):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{holds} never held")


def hold_news(page):
    """From its next request on the page hears nothing of what others do."""
    page.route("**/presence*", lambda route: None)


@contextmanager
def conflicting(chromium, site, theirs, mine):
    """What Ada saved and Grace wrote on the same card: Grace's page, which shows the conflict, and the card.

    News of others has not reached Grace's page when she writes: with them her text would be a change of Ada's.
    """
    wanted = cards(site)[0]
    with visiting(chromium, site.address, "ada") as ada, visiting(chromium, site.address, "grace") as grace:
        hold_news(grace)
        for page in (ada, grace):
            open_card(page, wanted)
        body(ada).fill(theirs)
        wait_saved(ada)
        ada.wait_for_function("() => localStorage.length === 0")
        body(grace).fill(mine)
        wait_saved(grace, "conflict")
        yield grace, wanted


def row(page, candidate):
    return page.locator(f'[data-candidate="{candidate}"]')


def statuses(workspace):
    return {one.work.id: one.status.value for one in stored(workspace).candidates.ranking(WEEK)}


def draft(workspace):
    return stored(workspace).drafts.find(WEEK).draft


def cards(workspace):
    return [card.id for card in draft(workspace).cards]


def card(workspace, identifier):
    return next(card for card in draft(workspace).cards if card.id == identifier)


def chosen(page):
    return page.locator('[data-candidate][aria-selected="true"]').get_attribute("data-candidate")


def wait_listening(page):
    """Until the page's script has come: its keys, and what it makes of buttons."""
    page.locator("[data-show-help]:not([hidden])").wait_for()


def wait_decided(page, count):
    page.wait_for_function("n => document.querySelector('[data-decided]').dataset.decided == n", arg=str(count))


def wait_saved(page, state="saved"):
    page.locator(f'[data-save-state="{state}"]').wait_for(state="attached")


def open_card(page, candidate):
    row(page, candidate).locator("a").click()
    page.locator(f'form[data-card="{candidate}"]').wait_for()


def body(page):
    return page.locator('textarea[name="body"]')


def chosen_words(page):
    """What is chosen in the field that has the keyboard, as soon as something is."""
    words = "() => { const f = document.activeElement; return f.value?.slice(f.selectionStart, f.selectionEnd) }"
    page.wait_for_function(words)
    return page.evaluate(words)


def shown_order(page):
    return [one.get_attribute("data-order-card") for one in page.locator("[data-order-card]").all()]


def frame(page):
    return page.locator("iframe[data-preview]").element_handle().content_frame()


def tab_to(page, selector):
    """Presses Tab until the keyboard is there; returns how often."""
    for times in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return times
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab")
