"""Writing in a real browser: whatever happens to the network or the server, no word is lost."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import pairwise

import pytest

from tests.browser.asking import (
    body,
    card,
    cards,
    chosen,
    conflicting,
    draft,
    hold_news,
    open_card,
    row,
    statuses,
    wait_listening,
    wait_saved,
    wait_until,
)
from tests.browser.conftest import HOME, TOKEN, WEEK, visiting
from tests.stored import stored
from weekly.models import Status
from weekly.review.decide import decide
from weekly.review.edit import edit
from weekly.workspace import open_workspace

pytestmark = pytest.mark.sample(3, of="writing")


def watch_conflicts(page):
    found = []
    page.on("response", lambda answer: found.append(answer.url) if answer.status == 409 else None)
    return found


def test_fast_typing_on_a_slow_server_makes_no_conflict_and_keeps_the_text(chromium, site):
    with visiting(chromium, site.address) as page:
        site.line.seconds = 0.15
        wanted = cards(site)[0]
        open_card(page, wanted)
        conflicts = watch_conflicts(page)
        body(page).fill("")
        for number in range(25):
            page.keyboard.type("快速打字 abcde."[number % 10])
            page.keyboard.press("Control+s")
            page.wait_for_timeout(40)
        typed = body(page).input_value()
        assert len(typed) == 25
        wait_saved(page)
        page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('arxiv'))")
        assert conflicts == []
        assert card(site, wanted).summary == typed


def test_what_is_typed_before_the_script_has_come_is_saved_too(chromium, site):
    with visiting(chromium, site.address) as page:
        wanted = cards(site)[0]
        held = []

        def hold(route):
            held.append(route)

        page.route("**/review/review.js*", hold)
        page.goto(f"{site.address}{HOME}?card={wanted}", wait_until="commit")
        body(page).fill("Typed while the script was on its way.")
        wait_until(page, lambda: held)
        held[0].continue_()
        wait_until(page, lambda: "its way" in card(site, wanted).summary)
        assert card(site, wanted).summary == "Typed while the script was on its way."


def test_two_editors_on_one_text_see_a_conflict_and_lose_nothing(chromium, site):
    with conflicting(chromium, site, "What Ada wrote.", "What Grace wrote.") as (grace, wanted):
        assert body(grace).input_value() == "What Grace wrote."
        assert "ada has changed this too" in grace.locator("[data-conflict]").inner_text()
        assert grace.locator("[data-conflict] del").count()
        assert card(site, wanted).summary == "What Ada wrote."
        newest = stored(site).drafts.find(WEEK).number
        kept = [stored(site).drafts.find_revision(WEEK, number).draft for number in range(1, newest + 1)]
        texts = {one.summary for each in kept for one in each.cards if one.id == wanted}
        assert {"What Ada wrote.", "What Grace wrote."} <= texts
        grace.locator('[data-action="take-mine"]').click()
        wait_saved(grace)
        grace.wait_for_function("() => localStorage.length === 0")
        assert card(site, wanted).summary == "What Grace wrote."


def test_taking_theirs_shows_their_text_and_saving_goes_on(chromium, site):
    with conflicting(chromium, site, "Theirs.", "Mine.") as (grace, wanted):
        grace.locator('[data-action="take-theirs"]').click()
        assert body(grace).input_value() == "Theirs."
        body(grace).press_sequentially("!")
        wait_saved(grace)
        grace.wait_for_function("() => localStorage.length === 0")
        assert card(site, wanted).summary in {"!Theirs.", "Theirs.!"}


def test_a_server_that_is_killed_while_one_types_costs_no_word_whether_the_page_stays_open_or_not(
    chromium, process, drafted
):
    with visiting(chromium, process.address) as page:
        with open_workspace(drafted) as workspace:
            wanted = cards(workspace)[0]
        open_card(page, wanted)
        process.kill()
        body(page).fill("Written offline.")
        wait_saved(page, "offline")
        process.start()
        wait_saved(page)
        page.wait_for_function("() => localStorage.length === 0")
        process.kill()
        body(page).fill("Written offline. Typed after it.")
        wait_saved(page, "offline")
        context = page.context
        page.close()  # the window goes too; one that stays open would save by itself
        process.start()
        again = context.new_page()
        again.goto(f"{process.address}{HOME}?card={wanted}")
        assert body(again).input_value() == "Written offline."
        again.locator('[data-action="restore"]').click()
        assert body(again).input_value() == "Written offline. Typed after it."
        wait_saved(again)
        again.wait_for_function("() => localStorage.length === 0")
    with open_workspace(drafted) as workspace:
        assert card(workspace, wanted).summary == "Written offline. Typed after it."


def test_every_field_of_a_card_is_saved_though_one_leaves_it_in_mid_sentence(page, site):
    first, second = cards(site)[:2]
    open_card(page, first)
    page.locator("#rating").select_option("⭐️⭐️")
    body(page).fill("Left in a hurry.")
    row(page, second).locator("a").click()
    page.locator(f'form[data-card="{second}"]').wait_for()
    page.wait_for_function("() => localStorage.length === 0")
    assert (card(site, first).summary, card(site, first).rating) == ("Left in a hurry.", "⭐️⭐️")


def neighbours(page, workspace):
    """Two candidates with cards, one below the other in the inbox."""
    rows = [one.get_attribute("data-candidate") for one in page.locator("[data-candidate]").all()]
    with_card = set(cards(workspace))
    return next(pair for pair in pairwise(rows) if with_card.issuperset(pair))


def test_an_undo_that_is_answered_late_does_not_take_the_text_from_under_the_hands(chromium, site):
    with visiting(chromium, site.address) as page:
        site.line.seconds = 0.3
        first, second = neighbours(page, site)
        open_card(page, first)
        page.keyboard.press("s")
        page.locator(f'form[data-card="{second}"]').wait_for()
        page.keyboard.press("u")
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        page.keyboard.type("a text of its own", delay=50)
        row(page, first).and_(page.locator('[data-status="pending"]')).wait_for()
        assert chosen(page) == second
        assert body(page).input_value() == "a text of its own"
        wait_saved(page)
        page.wait_for_function("() => localStorage.length === 0")
        assert card(site, second).summary == "a text of its own"


def test_what_is_typed_before_the_card_has_come_stands_in_it_and_decides_nothing(chromium, site):
    with visiting(chromium, site.address) as page:
        site.line.seconds = 0.3
        first, second = neighbours(page, site)
        open_card(page, first)
        stood = card(site, second).summary
        page.keyboard.press("j")
        page.keyboard.press("e")
        page.keyboard.type(" axs")
        page.locator(f'form[data-card="{second}"]').wait_for()
        page.keyboard.type(" and on")
        wait_saved(page)
        page.wait_for_function("() => localStorage.length === 0")
        assert card(site, second).summary == f"{stood} axs and on"
        assert set(statuses(site).values()) == {"pending"}


@contextmanager
def held_panels(page):
    """The answers about cards that come to *page*, each held until it is let through; they say what stood then."""
    held = []

    def hold(route):
        held.append((route, route.fetch()))

    page.route("**/panel?*", hold)
    yield held
    page.unroute("**/panel?*")


def let_through(page, held):
    wait_until(page, lambda: held)
    route, answer = held[-1]  # the page waits for the newest alone
    with page.expect_event("requestfinished", lambda request: request == route.request):
        route.fulfill(response=answer)
    page.wait_for_timeout(100)  # the page reads it and draws


def open_without_news(page, site, identifier):
    """The page asks for cards of itself then, and never because of what others do."""
    hold_news(page)
    page.goto(f"{site.address}{HOME}?card={identifier}")
    page.locator(f'form[data-card="{identifier}"]').wait_for()
    wait_listening(page)


def write(site, identifier, text):
    edit(site, WEEK, identifier, {"body": text}, "*", "ada")


def test_a_card_that_is_drawn_anew_leaves_the_caret_before_the_words_where_it_was(page, site):
    first = cards(site)[0]
    longer = f"A sentence more. {card(site, first).summary}"
    open_without_news(page, site, first)
    with held_panels(page) as held:
        write(site, first, longer)
        page.keyboard.press("Shift+J")
        page.keyboard.press("e")
        page.keyboard.press("Control+End")
        let_through(page, held)
        assert body(page).input_value() == longer
        page.keyboard.type(" After all else.")
    wait_saved(page)
    wait_until(page, lambda: card(site, first).summary == f"{longer} After all else.")


def test_what_another_wrote_is_not_put_under_the_hands_of_whoever_has_begun_to_write(page, site):
    first = cards(site)[0]
    stood = card(site, first).summary
    open_card(page, first)
    with held_panels(page) as held:
        write(site, first, "What Ada wrote.")
        wait_until(page, lambda: held)
        page.keyboard.press("e")
        let_through(page, held)
        assert body(page).input_value() == stood
    page.keyboard.press("Escape")
    decide(site, WEEK, cards(site)[-1], Status.ACCEPTED, "ada")
    page.wait_for_function("() => document.querySelector('textarea[name=body]').value === 'What Ada wrote.'")


def test_an_answer_that_is_older_than_what_was_saved_does_not_take_it_back(page, site):
    first = cards(site)[0]
    open_without_news(page, site, first)
    with held_panels(page) as held:
        page.keyboard.press("Shift+J")
        wait_until(page, lambda: held)
        body(page).fill("Written and saved meanwhile.")
        wait_until(page, lambda: card(site, first).summary == "Written and saved meanwhile.")
        wait_saved(page)
        page.keyboard.press("Escape")
        let_through(page, held)
        assert body(page).input_value() == "Written and saved meanwhile."
    body(page).fill("And once more.")
    wait_until(page, lambda: card(site, first).summary == "And once more.")


def test_a_number_of_a_source_is_marked_with_its_sentence_and_one_of_none_blocks(page, site):
    numbers = [(one.id, n) for one in draft(site).cards for n in re.findall(r"\d+\.\d+%", one.gathered[1].quote)]
    wanted, number = numbers[0]
    open_card(page, wanted)
    body(page).fill(f"It reaches {number}.")
    page.locator("mark.held", has_text=number.rstrip("%")).first.wait_for(state="attached")
    assert any(number in proof.quote for proof in card(site, wanted).evidence)
    assert page.locator('[data-finding="numbers"]').count() == 0
    body(page).fill("It reaches 98765.")
    page.locator('[data-finding="numbers"][data-level="block"]').wait_for()
    page.locator("mark.bare", has_text="98765").first.wait_for(state="attached")


def kept_text(page, candidate, text):
    """A copy on this device, as a page that ended before its last save leaves it."""
    page.evaluate(
        "([card, text]) => localStorage.setItem(`weekly:2025-W15:${card}:another`,"
        " JSON.stringify({ fields: { body: text }, at: 1, version: 'x' }))",
        [candidate, text],
    )


def test_a_copy_that_is_offered_stays_until_it_is_taken_whatever_is_written_meanwhile(page, site):
    wanted = cards(site)[0]
    kept_text(page, wanted, "Typed before the crash.")
    page.goto(f"{site.address}{HOME}?card={wanted}")
    page.locator('[data-action="restore"]').wait_for()
    body(page).fill("Something else, which is saved.")
    wait_saved(page)
    page.wait_for_function("() => localStorage.length === 1")
    page.reload()
    page.locator('[data-action="restore"]').click()
    assert body(page).input_value() == "Typed before the crash."
    page.wait_for_function("() => localStorage.length === 0")
    assert card(site, wanted).summary == "Typed before the crash."


def test_what_an_input_method_has_not_finished_is_not_stored(page, site):
    wanted = cards(site)[0]
    open_card(page, wanted)
    stood = card(site, wanted).summary
    body(page).focus()
    page.keyboard.press("Control+End")
    line = page.context.new_cdp_session(page)
    line.send("Input.imeSetComposition", {"text": "zhong", "selectionStart": 5, "selectionEnd": 5})
    page.wait_for_timeout(1000)  # twice the pause after which a text is saved
    assert body(page).input_value().endswith("zhong")
    assert card(site, wanted).summary == stood
    line.send("Input.insertText", {"text": "中"})
    page.wait_for_function("() => localStorage.length === 0")
    assert card(site, wanted).summary == f"{stood}中"


def test_a_card_that_cannot_be_drawn_anew_stays_with_what_is_written_on_it(page, site):
    first = cards(site)[0]
    open_card(page, first)
    page.route("**/panel?*", lambda route: route.abort())
    with page.expect_event("requestfailed", lambda request: "/panel" in request.url):
        page.keyboard.press("Shift+J")
    body(page).evaluate("field => { field.of_old = true }")
    page.route(f"**{HOME}/card*", lambda route: route.abort())
    body(page).fill("Not stored yet.")
    page.keyboard.press("Escape")
    order = cards(site)
    page.keyboard.press("Shift+J")
    wait_until(page, lambda: cards(site) != order)
    page.wait_for_timeout(100)  # the page reads the answer
    assert body(page).evaluate("field => field.of_old && field.value") == "Not stored yet."
    page.unroute(f"**{HOME}/card*")
    wait_until(page, lambda: card(site, first).summary == "Not stored yet.")


def test_a_card_that_did_not_come_is_said_to_and_comes_with_the_next_news(page, site):
    second = cards(site)[1]
    page.route("**/panel?*", lambda route: route.abort())
    row(page, second).locator("a").click()
    page.locator("[data-alert]", has_text="choose the card again").wait_for()
    page.unroute("**/panel?*")
    decide(site, WEEK, cards(site)[-1], Status.ACCEPTED, "ada")
    page.locator(f'form[data-card="{second}"]').wait_for()
    page.locator("[data-alert]").wait_for(state="hidden")
    assert body(page).input_value() == card(site, second).summary


def test_whoever_is_signed_out_is_told_and_gets_no_form_in_the_panel_until_they_are_in_again(page, site):
    first, second = cards(site)[:2]
    open_card(page, first)
    page.frame_locator("[data-card-preview]").locator("img, p, td").first.wait_for()  # it asks nothing signed out
    page.context.clear_cookies()
    row(page, second).locator("a").click()
    page.locator('[role="alert"]', has_text="signed out").wait_for()
    assert page.locator('form[action="/sign-in"]').count() == 0
    sign_in_again(page)
    page.locator(f'form[data-card="{second}"]').wait_for()


def sign_in_again(page):
    page.locator("[data-sign-in]").click()
    page.locator("#again").fill(TOKEN)
    page.keyboard.press("Enter")


def test_a_text_that_is_refused_for_want_of_a_sign_in_is_stored_after_signing_in_where_one_is(page, site):
    wanted = cards(site)[0]
    open_card(page, wanted)
    page.frame_locator("[data-card-preview]").locator("img, p, td").first.wait_for()  # it asks nothing signed out
    page.context.clear_cookies()
    body(page).fill("Written while signed out.")
    page.locator("[data-alert]", has_text="You are signed out.").wait_for()
    sign_in_again(page)
    wait_until(page, lambda: card(site, wanted).summary == "Written while signed out.")
    assert body(page).input_value() == "Written while signed out."
    page.locator("[data-alert]").wait_for(state="hidden")
