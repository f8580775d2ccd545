"""Everybody can use it: axe finds nothing serious, in both themes, wide and narrow; nothing runs over the edge."""

from __future__ import annotations

import pytest

from tests.browser.asking import cards
from tests.browser.axe import flaws
from tests.browser.conftest import HOME, visiting

pytestmark = pytest.mark.xdist_group("chromium")
VIEWS = ("", "/order", "/preview", "/approve", "/log")


def test_axe_finds_nothing_serious(chromium, site):
    with visiting(chromium, site.address) as page:
        page.emulate_media(reduced_motion="reduce")
        first, second, third, *_ = cards(site)
        for candidate, action in ((first, "accept"), (second, "reject"), (third, "later")):
            page.request.post(f"{site.address}{HOME}/decide", form={"candidate": candidate, "action": action})
        found = {}
        for view in VIEWS:
            page.goto(site.address + HOME + view)
            found[view] = flaws(page, 1280)
            page.set_viewport_size({"width": 320, "height": 900})
            if not view:
                page.locator('[data-pane="card"]').click()
            found[view] += flaws(page, 320)
        assert not any(found.values()), found


def test_narrow_windows_show_one_pane_at_a_time(chromium, site):
    with visiting(chromium, site.address) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.locator("[data-part=inbox]").is_visible()
        assert not page.locator("[data-part=card]").is_visible()
        page.locator("[data-candidate] a").nth(2).click()
        page.locator("[data-part=card]").wait_for()
        assert not page.locator("[data-part=inbox]").is_visible()
        page.locator('[data-pane="evidence"]').click()
        assert page.locator("[data-part=evidence]").is_visible()
