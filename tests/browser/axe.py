"""Everybody can use a page: what axe finds and what runs over the edge, in both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """
async ([part, impacts, options]) => {
  // What it would fetch beforehand, style sheets, is for rules that are off.
  const { violations } = await axe.run(part, { iframes: false, preload: false, resultTypes: ["violations"], ...options })
  const counted = violations.filter(one => impacts.includes(one.impact))
  const found = counted.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" ")}`)
  const { scrollWidth, clientWidth } = document.documentElement
  return scrollWidth > clientWidth ? [...found, `${scrollWidth - clientWidth} px over the edge`] : found
}
"""


SERIOUS = ("serious", "critical")
ALL = ("minor", "moderate", *SERIOUS)
COLOURS = ("color-contrast", "link-in-text-block")
NOTHING_ELSE = {"runOnly": {"type": "rule", "values": COLOURS}}
ALL_ELSE = {"rules": {rule: {"enabled": False} for rule in COLOURS}}


def flaws(page, first, *widths, impacts=SERIOUS, part="html"):
    """What is wrong with that *part* of the page that is shown, at these widths.

    A theme changes colours and nothing else, and a width changes no colour.
    """
    page.evaluate(SCRIPT)
    found = []
    looks = [(first, "dark", NOTHING_ELSE), (first, "light", {}), *((width, "light", ALL_ELSE) for width in widths)]
    for width, theme, options in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        found += [f"{theme} {width}: {flaw}" for flaw in page.evaluate(RUN, [part, impacts, options])]
    return found
