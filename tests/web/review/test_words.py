"""Which quote a number of a card rests on."""

from __future__ import annotations

from dataclasses import replace

from tests.drafting.works import candidate, context, paper
from weekly.checks.evidence import of_card, with_support
from weekly.drafting.extractive_drafter import ExtractiveDrafter
from weekly.web.review.text_diff import numbers

CARD = ExtractiveDrafter(context()).card(candidate(paper()))


def marked(summary: str) -> list[tuple[str, str, str]]:
    """The marked numbers: how, and the quote that holds them."""
    card = with_support(replace(CARD, summary=summary))
    spans = numbers(card, list(of_card(card)))
    quotes = ["", *(proof.quote for proof in card.evidence)]
    return [(span.kind, span.text, quotes[span.quote]) for span in spans if span.kind != "plain"]


def test_a_number_in_the_sources_own_figures_leads_to_its_quote():
    ((kind, text, quote),) = marked("FID 改善 12.5%。")
    assert (kind, text, "12.5%" in quote) == ("held", "12.5", True)


def test_a_number_in_other_figures_leads_to_the_quote_that_its_sentence_rests_on():
    ((kind, text, quote),) = marked("用 200万幅图训练。")
    assert (kind, text, "two million" in quote) == ("held", "200", True)


def test_a_number_of_no_source_leads_nowhere():
    assert marked("用 999 幅图训练。") == [("bare", "999", "")]
