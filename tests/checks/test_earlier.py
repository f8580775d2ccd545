from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks.earlier import alike, repeated
from weekly.models import Level

ANT = "Ant: Agents that cooperate"
TITLED = replace(DRAFT, cards=(replace(CARD, title="Ant: Agents That Cooperate"),))


def test_a_title_that_another_publication_had_is_named_with_it():
    (found,) = repeated(context(TITLED, earlier=[("2025-W13", "Bees: a survey"), ("2025-W14", ANT)]))
    assert (found.check, found.level, found.card) == ("repeated", Level.WARN, CARD.id)
    assert found.message == f"X: said in 2025-W14 already: {ANT}"


def test_other_titles_are_no_repetition():
    assert list(repeated(context(TITLED, earlier=[("2025-W14", "Bees: a survey of pollination")]))) == []
    assert list(repeated(context(TITLED))) == []


def test_no_more_than_three_are_named():
    assert len(alike(ANT, [(letter, f"{ANT} again") for letter in "abcde"])) == 3
