"""Everybody can use it: axe finds nothing, in both themes, on a telephone and a desk; nothing runs over the edge."""

from __future__ import annotations

from itertools import product

import pytest

from tests.browser.asking import cards, chosen, tab_to, wait_listening
from tests.browser.axe import ALL, flaws
from tests.browser.conftest import HOME, WEEK, visiting
from weekly.review import blocks
from weekly.review.blocks import BlockFields
from weekly.review.versions import restore_card

VIEWS = ("/order", "/preview", "/approve", "/log", "/funnel?of=selected", "/corrections")
DIALOGS = {"approve": '[data-action="approve"]', "help": "[data-show-help]", "checks": "[data-findings]"}
OPEN = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"


@pytest.mark.sample(1)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_in_any_view_with_every_panel_open(chromium, site, drawn, language):
    first, second, third, *_ = cards(site)
    blocks.add(site, WEEK, BlockFields(kind="sponsor", title="Example Ltd", body="Words " * 60), "ada")
    with visiting(chromium, site.address, "ada", language, view="/log", reduced_motion="reduce") as page:
        for candidate, action in ((first, "accept"), (second, "reject"), (third, "later")):
            page.request.post(f"{site.address}{HOME}/decide", form={"candidate": candidate, "action": action})
        page.request.post(f"{site.address}{HOME}/card?id={first}", form={"etag": "*", "body": "Another text."})
        restore_card(site, WEEK, 1, first, "bob")
        versions = ("/versions", f"/versions?card={first}", "/versions/1")
        found = {}
        for view in drawn([f"{HOME}{one}" for one in (f"?card={first}", *VIEWS, *versions)], 3):
            page.goto(f"{site.address}{view}")
            page.evaluate(OPEN)
            found[view] = flaws(page, 1280, 320, impacts=ALL)
            for pane in page.locator("[data-pane]").all()[1:]:
                pane.click()
                found[pane] = flaws(page, 320, impacts=ALL)
        page.goto(f"{site.address}/review/")
        found["weeks"] = flaws(page, 1280, 320, impacts=ALL)
        assert not any(found.values()), found


def test_dialogs_open_on_their_heading_on_a_telephone_and_twice_as_large(chromium, site, drawn):
    with visiting(chromium, site.address, reduced_motion="reduce") as page:
        wait_listening(page)
        sizes = ((360, 640), (640, 450))  # 1280 × 900 at 200 %
        for opener, (width, height) in drawn([*product(DIALOGS.values(), sizes)], 2):
            page.set_viewport_size({"width": width, "height": height})
            page.locator(opener).first.click()
            page.locator("dialog[open] [data-heading]:focus").wait_for()
            heading = page.locator("dialog[open] [data-heading]").bounding_box()
            assert 0 <= heading["y"] <= height - heading["height"]
            assert flaws(page, width, impacts=ALL, part="dialog[open]") == []
            page.keyboard.press("Escape")


def test_narrow_windows_show_one_pane_at_a_time_and_back_leads_to_the_list(chromium, site):
    with visiting(chromium, site.address) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        wait_listening(page)
        assert page.locator("[data-part=inbox]").is_visible()
        assert not page.locator("[data-part=card]").is_visible()
        page.locator("[data-candidate] a").nth(2).click()
        page.locator("[data-part=card]").wait_for()
        assert not page.locator("[data-part=inbox]").is_visible()
        page.go_back()
        page.locator("[data-part=inbox]").wait_for()
        page.locator('[data-pane="evidence"]').click()
        page.locator("[data-part=evidence]").wait_for()  # of a card that is on its way again


def test_back_leads_to_the_card_before_and_does_not_leave_the_site(page):
    wait_listening(page)
    first = chosen(page)
    rows = page.locator("[data-candidate]")
    third = rows.nth(2).get_attribute("data-candidate")
    rows.nth(2).locator("a").click()
    page.locator(f'[data-candidate="{third}"][aria-selected="true"]').wait_for()
    page.wait_for_timeout(1600)  # what follows at once is the same walk through the list
    rows.nth(4).locator("a").click()
    page.go_back()
    page.locator(f'[data-candidate="{third}"][aria-selected="true"]').wait_for()
    page.go_back()
    page.locator(f'[data-candidate="{first}"][aria-selected="true"]').wait_for()
    assert (chosen(page), page.url.partition("?")[0].endswith(HOME)) == (first, True)


def test_without_single_keys_the_text_is_some_tabs_away_and_arrows_go_through_the_list(page):
    page.keyboard.press("?")
    page.locator("[data-keys-switch]").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    wait_listening(page)
    page.locator("[data-rows] a:not([tabindex='-1'])").focus()
    second = page.locator("[data-candidate]").nth(1).get_attribute("data-candidate")
    page.keyboard.press("ArrowDown")
    assert chosen(page) == second
    page.keyboard.press("End")
    assert chosen(page) == page.locator("[data-candidate]").last.get_attribute("data-candidate")
    page.keyboard.press("Home")
    page.locator("form[data-card]").wait_for()
    assert tab_to(page, "#body") < 8
    page.reload()
    wait_listening(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the card's text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "body"


def test_the_browser_finds_a_candidate_far_below_the_window(page):
    wait_listening(page)
    last = page.locator("[data-candidate]").last
    title = last.locator("a").text_content()
    assert page.evaluate("title => window.find(title)", title)
    assert page.evaluate("() => getSelection().toString()") == title
    assert last.evaluate("row => row.contains(getSelection().anchorNode)")


def test_the_chosen_row_never_lies_under_the_buttons(page):
    wait_listening(page)
    for width, height in ((1280, 700), (320, 500)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(100)
        for _ in range(9):
            page.keyboard.press("j")
            row = page.locator('[data-candidate][aria-selected="true"]').bounding_box()
            assert row["y"] >= 0
            assert row["y"] + row["height"] <= page.locator("[data-deck]").bounding_box()["y"]
