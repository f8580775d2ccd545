"""Everybody can use it: axe finds nothing serious, in both themes, wide and narrow; nothing runs over the edge."""

from __future__ import annotations

import pytest

from tests.browser.asking import cards
from tests.browser.conftest import HOME, visiting

VIEWS = ("", "/order", "/preview", "/approve", "/log")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_serious(chromium, site, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    with visiting(chromium, site.address, color_scheme=theme) as page:
        page.set_viewport_size({"width": width, "height": 800})
        first, second, third, *_ = cards(site)
        for candidate, action in ((first, "accept"), (second, "reject"), (third, "later")):
            page.request.post(f"{site.address}{HOME}/decide", form={"candidate": candidate, "action": action})
        for view in VIEWS:
            page.goto(site.address + HOME + view)
            if not view and width < 900:
                page.locator('[data-pane="card"]').click()
            found = Axe().run(page, options={"iframes": False}).response["violations"]
            serious = [
                (one["id"], [node["html"][:200] for node in one["nodes"][:3]])
                for one in found
                if one["impact"] in {"serious", "critical"}
            ]
            assert serious == [], view
            over = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert over <= 0, view


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
