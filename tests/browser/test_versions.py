"""The way from a text that lost a conflict back to it, in a real browser."""

from __future__ import annotations

from tests.browser.asking import body, card, cards, conflicting, draft, open_card, wait_saved, wait_until
from tests.browser.conftest import HOME, WEEK
from weekly.models import Status
from weekly.review.decide import decide


def test_the_text_that_was_kept_is_one_click_away_compared_and_stands_again(chromium, site):
    with conflicting(chromium, site, "What Ada wrote.", "What Grace wrote.") as (grace, wanted):
        with grace.context.expect_page() as opened:
            grace.locator("[data-conflict] a").click()
        kept = opened.value
        kept.locator(f'[data-version-of="{wanted}"]').wait_for()
        assert "Grace" in kept.locator("ins").all_inner_texts()[-1]
        with kept.expect_navigation():
            kept.locator(f'[data-version-of="{wanted}"] [data-action="restore-part"]').click()
        wait_until(kept, lambda: card(site, wanted).summary == "What Grace wrote.")


def test_an_old_text_of_a_card_and_the_whole_issue_stand_again_and_no_version_is_lost(page, site):
    wanted, before = cards(site)[0], draft(site)
    open_card(page, wanted)
    body(page).fill("Much worse.")
    wait_saved(page)
    wait_until(page, lambda: card(site, wanted).summary == "Much worse.")
    page.goto(f"{site.address}{HOME}/versions?card={wanted}")
    page.locator('[data-draft-version="1"] a').first.click()
    page.locator('[data-action="restore-part"]').click()
    wait_until(page, lambda: card(site, wanted).summary == before.cards[0].summary)
    decide(site, WEEK, before.cards[1].id, Status.REJECTED, "ada")
    page.goto(f"{site.address}{HOME}/versions")
    page.locator('[data-draft-version="1"] a').first.click()
    page.locator('[data-action="restore-issue"]').click()
    page.wait_for_url("**/order")
    assert cards(site) == [one.id for one in before.cards]
    page.goto(f"{site.address}{HOME}/versions")
    assert page.locator("[data-draft-version]").count() == 5
