"""The issue as one view: grouped as it is mailed, beside the mail that goes out; its cards lead to it and back."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.browser.asking import (
    body,
    card,
    cards,
    chosen_words,
    draft,
    frame,
    row,
    shown_order,
    wait_listening,
    wait_saved,
    wait_until,
)
from tests.browser.conftest import HOME, TOKEN, visiting
from tests.browser.test_issue import wait_shown
from weekly.review import blocks
from weekly.review import decide as review
from weekly.review.blocks import BlockFields
from weekly.review.order import as_mailed

pytestmark = pytest.mark.sample(3, of="the issue as one view")


@pytest.fixture
def page(chromium, site):
    with visiting(chromium, site.address, view="/order") as opened:
        shows_mail(opened)
        yield opened


def shows_mail(page):
    wait_listening(page)
    wait_until(page, lambda: frame(page) is not None)
    frame(page).wait_for_selector(".c")
    frame(page).wait_for_function("() => document.listens")


def topic_of(site, identifier):
    return next(card.topic for card in draft(site).cards if card.id == identifier)


def place(page, selector):
    box = page.locator(selector).first.bounding_box()
    return box["x"] + 6, box["y"] + 6


def drag(page, grip, target):
    page.mouse.move(*place(page, grip))
    page.mouse.down()
    x, y = place(page, target)
    page.mouse.move(x + 60, y, steps=8)
    page.mouse.move(x + 60, y - 3, steps=3)
    page.mouse.up()


@contextmanager
def drawn_anew(page):
    """What is done within has the list drawn anew: whoever takes hold of it sooner has nothing in their hands."""
    page.evaluate("() => { for (const card of document.querySelectorAll('[data-order-card]')) card.stood = true }")
    yield
    page.wait_for_function("() => [...document.querySelectorAll('[data-order-card]')].every(card => !card.stood)")


def add_blocks(site):
    for after in ("", cards(site)[0]):
        blocks.add(site, site.week, BlockFields(kind="editorial", title="1. Ours", body="Words.", after=after), "ada")


def in_mail(page):
    return frame(page).eval_on_selector_all(".c h3", "all => all.map(one => one.innerText.replace(/^\\d+\\. /, ''))")


def test_cards_stand_in_the_order_of_the_mail_which_follows_with_the_count_what_is_moved_and_written(page, site):
    review.file_under(site, site.week, cards(site)[-1], topic_of(site, cards(site)[0]), "grace")
    names = {card.id: card.name for card in draft(site).cards}
    page.reload()
    shows_mail(page)
    a, b, *_ = before = shown_order(page)
    assert before == [card.id for card in as_mailed(draft(site).cards)] != cards(site)
    assert in_mail(page) == [names[one] for one in before]
    page.locator(f'[data-order-card="{b}"] [data-action="up"]').click()
    wait_until(page, lambda: in_mail(page)[:2] == [names[b], names[a]])
    assert page.locator("[data-order-count]").inner_text().startswith(f"{len(before)} of 12 cards, ")
    page.locator("#summary").fill("Written beside the mail.")
    wait_shown(page, "Written beside the mail.")


def test_a_card_is_dragged_within_its_topic_and_into_another_one_and_one_undo_brings_it_back(page, site):
    first, second, _, there, *_ = cards(site)
    assert topic_of(site, first) == topic_of(site, second) != topic_of(site, there)
    page.set_viewport_size({"width": 1280, "height": 1600})
    with drawn_anew(page):
        drag(page, f'[data-order-card="{second}"] [data-grip]', f'[data-order-card="{first}"]')
    assert cards(site)[:2] == [second, first]
    before = cards(site)
    drag(page, f'[data-order-card="{first}"] [data-grip]', f'[data-order-card="{there}"]')
    wait_until(page, lambda: topic_of(site, first) == topic_of(site, there))
    assert cards(site).index(first) == cards(site).index(there) - 1
    wait_until(page, lambda: shown_order(page) == cards(site))
    page.locator('[data-undo-form] [data-action="undo"]').click()
    wait_until(page, lambda: cards(site) == before)
    wait_until(page, lambda: shown_order(page) == before)


def test_a_topic_is_dragged_as_a_whole(page, site):
    before = draft(site).cards
    topics = list(dict.fromkeys(card.topic for card in before))
    page.set_viewport_size({"width": 1280, "height": 1600})
    drag(page, f'[data-group="{topics[1]}"] [data-group-grip]', f'[data-group="{topics[0]}"]')
    wanted = [topics[1], topics[0], *topics[2:]]
    wait_until(page, lambda: list(dict.fromkeys(card.topic for card in draft(site).cards)) == wanted)
    assert {card.id: card.topic for card in draft(site).cards} == {card.id: card.topic for card in before}


def test_keys_move_a_card_and_at_the_edge_its_topic_and_a_number_files_it(page, site):
    a, b, c, d, *_ = before = cards(site)  # the first three share a topic
    page.locator(f'[data-order-card="{a}"] a').focus()
    page.keyboard.press("Shift+J")
    wait_until(page, lambda: cards(site)[:3] == [b, a, c])
    page.locator(f'[data-order-card="{c}"] a').focus()
    page.keyboard.press("Shift+J")
    wait_until(page, lambda: cards(site)[:4] == [d, b, a, c])
    assert page.evaluate("document.activeElement.closest('li').dataset.orderCard") == c
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.closest('li').dataset.orderCard") == a
    slugs = [topic.slug for topic in site.settings.topics]
    number = slugs.index(topic_of(site, before[4])) + 1
    page.keyboard.press(str(number))
    wait_until(page, lambda: topic_of(site, a) == topic_of(site, before[4]))


def test_a_refused_move_is_rolled_back_and_signing_in_again_lets_one_go_on(page, site):
    before = cards(site)
    page.context.clear_cookies()
    page.locator(f'[data-order-card="{before[1]}"] [data-action="up"]').click()
    page.locator('[role="alert"]', has_text="Not stored: move").wait_for()
    wait_until(page, lambda: shown_order(page) == before)
    page.locator("[data-sign-in]").click()
    page.locator("#again").fill("wrong")
    page.keyboard.press("Enter")
    page.locator("[data-sign-in-refusal]:not([hidden])").wait_for()
    page.locator("#again").fill(TOKEN)
    page.keyboard.press("Enter")
    page.locator("[data-sign-in-dialog]:not([open])").wait_for(state="attached")
    page.locator(f'[data-order-card="{before[1]}"] a').focus()
    page.keyboard.press("Shift+K")  # the list may be drawn anew at any moment, and a click on it be lost
    wait_until(page, lambda: cards(site) != before)
    assert cards(site) == [before[1], before[0], *before[2:]]


def test_a_refused_move_is_rolled_back_though_news_of_others_come_with_the_refusal(page, site):
    before = cards(site)
    news = page.evaluate("""async () => {
        const address = `/review/${document.body.dataset.week}/presence`
        const told = await fetch(address, { method: "POST", body: new URLSearchParams({ since: "" }) })
        return told.json()
    }""")
    asked = []

    def hold(route):
        asked.append(route)

    page.route("**/order", hold)
    page.context.clear_cookies()
    page.locator(f'[data-order-card="{before[1]}"] [data-action="up"]').click()
    page.locator('[role="alert"]', has_text="Not stored: move").wait_for()
    page.evaluate("detail => document.dispatchEvent(new CustomEvent('weekly:changed', { detail }))", news)
    wait_until(page, lambda: len(asked) == 2)
    for list_of_cards in asked:
        list_of_cards.continue_()
    wait_until(page, lambda: shown_order(page) == before)
    assert cards(site) == before


def test_a_click_in_the_mail_opens_the_card_and_back_leads_to_its_place(page, site):
    add_blocks(site)
    page.reload()
    shows_mail(page)
    wanted = cards(site)[4]
    frame(page).get_by_role("heading", name=f"5. {card(site, wanted).name}").click()
    page.locator(f'form[data-card="{wanted}"]').wait_for()
    page.locator("[data-back]").wait_for()
    page.go_back()
    page.wait_for_function("() => document.activeElement?.closest('[data-order-card]')")
    assert page.evaluate("document.activeElement.closest('li').dataset.orderCard") == wanted


def test_the_cover_is_picked_by_its_picture(page, site):
    picture = page.locator('[data-covers] button:not([value=""])').nth(2)
    wanted = picture.get_attribute("value")
    picture.click()
    wait_saved(page)
    wait_until(page, lambda: draft(site).cover.file == wanted)
    assert picture.get_attribute("aria-pressed") == "true"
    page.locator('[data-covers] button[value=""]').click()
    wait_until(page, lambda: draft(site).cover is None)


def test_findings_of_headline_and_summary_appear_lead_to_their_words_and_clear(page, site):
    page.locator("#headlines").fill("An issue about 待补充 and more")
    finding = page.locator('[data-head-findings] [data-finding="placeholders"][data-level="block"]')
    finding.wait_for()
    finding.locator("a").click()
    assert chosen_words(page) == "待补充"
    page.locator("#headlines").fill("An issue about video and more")
    finding.wait_for(state="detached")


def test_the_card_is_shown_as_the_mail_shows_it_and_follows_the_text(page, site):
    add_blocks(site)
    wanted = cards(site)[0]
    page.goto(f"{site.address}{HOME}?card={wanted}")
    shown = page.locator("iframe[data-card-preview]").element_handle().content_frame()
    shown.wait_for_selector("h3")
    assert shown.locator(".c").count() == 1
    assert shown.locator("h3").inner_text() == f"1. {draft(site).cards[0].name}"
    body(page).fill("**Bold** words of this card.")
    wait_until(page, lambda: shown.locator("strong", has_text="Bold").count() == 1)
    page.locator("[data-abstract] mark.quote").first.wait_for()


def test_frames_come_when_they_are_looked_at_and_at_once_without_scripts(page, chromium, site):
    wanted = cards(site)[0]
    page.goto(f"{site.address}{HOME}?card={wanted}")
    page.frame_locator("iframe[data-card-preview]").locator("h3").wait_for()
    assert page.locator("iframe[data-preview]").count() == 0
    page.locator("[data-live-preview] summary").click()
    page.frame_locator("iframe[data-preview]").locator("h3").first.wait_for()
    with visiting(chromium, site.address, scripts=False) as bare:
        bare.goto(f"{site.address}{HOME}?card={wanted}")
        bare.frame_locator("iframe[data-card-preview]").locator("h3").wait_for()
        bare.locator("[data-live-preview] summary").click()
        bare.frame_locator("iframe[data-preview]").locator("h3").first.wait_for()


def test_a_finding_of_a_card_leads_to_its_words_from_every_view(page, site):
    wanted = cards(site)[5]
    page.goto(f"{site.address}{HOME}?card={wanted}")
    body(page).fill("Before. 待补充 after.")
    page.locator('[data-panel] [data-finding="placeholders"] a').click()
    assert chosen_words(page) == "待补充"
    row(page, wanted).locator("[data-blocks]:not([hidden])").wait_for()
    wait_saved(page)
    page.goto(f"{site.address}{HOME}/order")
    wait_listening(page)
    page.locator(f'[data-order-card="{wanted}"] [data-blocks]:not([hidden])').wait_for()
    page.locator("[data-findings]").click()
    page.locator('[data-checks-dialog][open] [data-finding="placeholders"] a').click()
    page.locator(f'form[data-card="{wanted}"]').wait_for()
    assert chosen_words(page) == "待补充"
    page.locator("[data-candidate] a").first.click()
    page.locator("[data-findings]").click()
    page.locator('[data-checks-dialog][open] [data-finding="placeholders"] a').click()
    page.locator(f'form[data-card="{wanted}"]').wait_for()
    assert chosen_words(page) == "待补充"
    page.goto(f"{site.address}{HOME}/preview")
    page.locator('main [data-finding="placeholders"] a').click()
    page.locator(f'form[data-card="{wanted}"]').wait_for()
    assert chosen_words(page) == "待补充"
