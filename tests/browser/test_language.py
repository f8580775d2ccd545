"""In Chinese nothing that a person reads is English, but for what is marked so; in English the other way round."""

from __future__ import annotations

import pytest

from tests.browser.asking import cards, wait_listening, wait_saved
from tests.browser.conftest import HOME, WEEK, visiting
from weekly.review import blocks
from weekly.review.blocks import BlockFields

VIEWS = ("", "/order", "/preview", "/approve", "/log", "/versions", "/versions/1")
FOREIGN = """
language => {
  const words = { zh: /^[^\\u3400-\\u9fff]*[A-Za-z]{2,} [a-z]{2,}[^\\u3400-\\u9fff]*$/, en: /[\\u3400-\\u9fff]/ }[language]
  const own = { zh: "zh-Hans", en: "en" }[language]
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found = []
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement
    if (at.closest("script, noscript, code, [data-quotes]")) continue
    if (words.test(node.data.replace("AI周报", "")) && at.closest("[lang]").lang === own) found.push(node.data.trim())
  }
  for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], input, textarea")) {
    const said = [one.ariaLabel, one.placeholder, one.title, one.type === "hidden" ? "" : one.value].join(" ")
    if (words.test(said) && one.closest("[lang]").lang === own) found.push(said)
  }
  return found
}
"""


@pytest.mark.sample(1)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_of_the_other_language_is_unmarked(chromium, site, language):
    words = BlockFields(kind="sponsor", title="Example Ltd", body="赞助商的话。")
    blocks.add(site, WEEK, words, "ada")
    with visiting(chromium, site.address, "ada", language) as page:
        found = {}
        for view in VIEWS:
            page.goto(site.address + HOME + view)
            wait_listening(page) if view in {"", "/order"} else None
            if not view:
                page.keyboard.press("a")
                page.keyboard.press("x")
                wait_saved(page)
                page.keyboard.press("?")
            found[view] = page.evaluate(FOREIGN, language)
        page.goto(f"{site.address}/review/")
        found["weeks"] = page.evaluate(FOREIGN, language)
        assert not any(found.values()), found


def test_an_editor_changes_the_language_where_they_are(page, site):
    page.goto(f"{site.address}{HOME}/order")
    page.locator("[data-language] button").click()
    page.locator('html[lang="zh-Hans"]').wait_for()
    assert page.url.endswith("/order")
    page.goto(f"{site.address}{HOME}?card={cards(site)[0]}")
    assert page.locator('[data-action="accept"]').inner_text().endswith("采用")
    wait_listening(page)
    page.keyboard.press("a")
    wait_saved(page)
    assert page.locator("[data-save-state]").inner_text() == "已保存"
    assert page.locator(f'[data-candidate="{cards(site)[0]}"] [data-shown-word]').inner_text() == "已采用"
