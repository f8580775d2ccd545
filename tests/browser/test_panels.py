"""The editor's small panels, all of them open: axe finds nothing serious, nothing runs over the edge."""

from __future__ import annotations

import pytest

from tests.browser.asking import card, cards, draft, open_card, wait_until
from tests.browser.axe import flaws
from tests.browser.conftest import HOME, WEEK, visiting
from weekly.review import blocks
from weekly.review.blocks import BlockFields
from weekly.review.versions import restore_card

pytestmark = pytest.mark.xdist_group("chromium")

OPEN = "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everybody_can_use_them(chromium, site, language):
    with visiting(chromium, site.address, "ada", language, reduced_motion="reduce") as page:
        assert flaws_of_panels(page, site) == {}


def flaws_of_panels(page, site):
    """What axe finds, by view, with every panel open."""
    wanted = cards(site)[0]
    blocks.add(site, WEEK, BlockFields(kind="sponsor", title="Example Ltd", body="Words " * 60), "ada")
    open_card(page, wanted)
    page.locator('textarea[name="body"]').fill("Another text.")
    wait_until(page, lambda: card(site, wanted).summary == "Another text.")
    restore_card(site, WEEK, 1, wanted, "bob")
    assert draft(site).blocks
    found = {}
    for place in (f"?card={wanted}", "/order", "/versions", f"/versions?card={wanted}", "/versions/1", "/approve"):
        page.goto(f"{site.address}{HOME}{place}")
        page.evaluate(OPEN)
        if wrong := flaws(page, 320, 1280):
            found[place] = wrong
    return found
