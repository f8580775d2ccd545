"""Everybody can use a page: what axe finds and what runs over the edge, in both themes, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python

SCRIPT = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """
async ([impacts, colours]) => {
  const only = colours ? { runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } } : {}
  // What it would fetch beforehand, style sheets, is for rules that are off.
  const { violations } = await axe.run({ iframes: false, preload: false, resultTypes: ["violations"], ...only })
  const counted = violations.filter(one => impacts.includes(one.impact))
  const found = counted.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 200)).join(" ")}`)
  const { scrollWidth, clientWidth } = document.documentElement
  return scrollWidth > clientWidth ? [...found, `${scrollWidth - clientWidth} px over the edge`] : found
}
"""


SERIOUS = ("serious", "critical")
ALL = ("minor", "moderate", *SERIOUS)


def flaws(page, *widths, impacts=SERIOUS):
    """What is wrong with the page that is shown, by theme and width; a theme changes colours and nothing else."""
    page.evaluate(SCRIPT)
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            found += [f"{theme} {width}: {flaw}" for flaw in page.evaluate(RUN, [impacts, theme == "dark"])]
    return found
