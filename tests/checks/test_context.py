"""What a check may hold a card's words against."""

from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import CARD
from weekly.checks.context import CheckContext
from weekly.models import Evidence, Fact, Link, LinkKind


def test_the_evidence_of_a_card_is_its_quotes_and_its_links():
    quoted = Evidence(quote="It draws 12 cubes.", url="https://x.example/paper")
    card = replace(CARD, evidence=(quoted,), links=(Link(kind=LinkKind.CODE, url="https://x.example/code", origin=""),))
    held = CheckContext.evidence(card)
    assert not held.unsupported("12 cubes, https://x.example/code, https://x.example/paper")
    assert [claim.text for claim in held.unsupported("13 cubes")] == ["13"]


def test_what_a_card_says_of_itself_and_the_words_of_its_form_need_no_other_evidence():
    card = replace(CARD, title="OmniCube: Cubes", facts=(Fact(name="venue", value="CVPR 2025", origin="comment"),))
    held = CheckContext.evidence(card)
    assert not held.unsupported("OmniCube, CVPR 2025. Numbers:")
    assert held.unsupported("Fudan University")
