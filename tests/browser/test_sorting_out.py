"""Filters, search, topics, merging, splitting and tags in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.asking import card, cards, draft, open_card, row, statuses, wait_decided, wait_until
from tests.browser.conftest import HOME, WEEK
from tests.stored import stored

pytestmark = pytest.mark.sample(2, of="sorting out")


def shown(page):
    return [one.get_attribute("data-candidate") for one in page.locator("[data-candidate]").all()]


def ask(page, site, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    page.goto(f"{site.address}{HOME}?{query}")
    return shown(page)


def test_the_proposed_and_the_undecided_are_one_choice_away(page, site):
    first = cards(site)[0]
    page.locator('[data-action="accept"]').click()
    wait_decided(page, 1)
    decided = {one for one, status in statuses(site).items() if status != "pending"}
    page.locator("#f-status").select_option("proposed")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**status=proposed**")
    assert set(shown(page)) == set(cards(site)) - decided
    assert set(ask(page, site, status="undecided", all="1")) == set(statuses(site)) - decided
    assert first in statuses(site)


def test_a_candidate_without_a_card_gets_a_topic_and_one_undo_takes_it_back(page, site):
    new = next(one for one in statuses(site) if one not in cards(site))
    row(page, new).locator("a").click()
    button = page.locator('[data-topics] button[aria-pressed="false"]').first
    wanted, stood = button.get_attribute("value"), stored(site).candidates.find(WEEK, new).topic
    name = button.inner_text().split(maxsplit=1)[-1]
    button.click()
    wait_until(page, lambda: stored(site).candidates.find(WEEK, new).topic == wanted)
    row(page, new).locator("[data-topic]").filter(has_text=name).wait_for()
    page.locator('[data-deck] [data-action="undo"]').click()
    wait_until(page, lambda: stored(site).candidates.find(WEEK, new).topic == stood)
    assert new not in cards(site)


def test_two_candidates_are_merged_and_split_and_two_keys_take_both_back(page, site):
    stood, (first, second, *_) = draft(site), cards(site)
    title = stored(site).candidates.find(WEEK, second).work.lead.title
    open_card(page, first)
    page.locator("[data-regroup] summary").click()
    page.locator("#merge-other").fill(second)
    page.locator('[data-action="merge"]').click()
    wait_until(page, lambda: second not in cards(site))
    row(page, second).wait_for(state="detached")
    assert first in cards(site)
    page.locator("[data-regroup] summary").click()
    page.get_by_role("button", name=f"Split off {title}", exact=False).first.click()
    wait_until(page, lambda: second in statuses(site))
    page.locator(f'[data-candidate="{second}"][aria-selected="true"]').wait_for()
    page.locator("[data-show-help]:not([hidden])").wait_for()
    page.keyboard.press("u")
    row(page, second).wait_for(state="detached")
    page.locator("[data-show-help]:not([hidden])").wait_for()
    page.keyboard.press("u")
    row(page, second).wait_for()
    assert draft(site) == stood


def test_tags_complete_from_the_glossary(page, site):
    open_card(page, cards(site)[0])
    page.locator("#tags").fill("")
    page.locator("#tags").press_sequentially("手写 扩散")
    page.wait_for_function("() => document.querySelectorAll('#known-tags option').length > 0")
    offered = [one.get_attribute("value") for one in page.locator("#known-tags option").all()]
    assert "手写 扩散模型" in offered
    page.locator("#tags").fill("手写 扩散模型")
    wait_until(page, lambda: card(site, cards(site)[0]).tags == ("手写", "扩散模型"))
    assert draft(site)
