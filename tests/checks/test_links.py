from __future__ import annotations

from dataclasses import replace

from tests.checks.contexts import CARD, DRAFT, context
from weekly.checks.links import dead
from weekly.models import Level, Link, LinkKind, Reach

PAGE, CODE, NEW = (f"https://{name}.example.org/" for name in ("page", "code", "new"))
LINKED = replace(
    CARD, links=tuple(Link(kind=LinkKind.PROJECT, url=url, origin="abstract") for url in (PAGE, CODE, NEW))
)


def test_only_a_link_that_is_known_to_be_dead_is_a_warning_at_its_card():
    known = {PAGE: (Reach.DEAD, "HTTP 404"), CODE: (Reach.UNKNOWN, "HTTP 503")}
    (found,) = dead(context(replace(DRAFT, cards=(CARD, LINKED)), links=known))
    assert (found.check, found.level, found.card) == ("links", Level.WARN, CARD.id)
    assert found.message == f"X: {PAGE} is dead: HTTP 404"
