from __future__ import annotations

from weekly.checks import issue
from weekly.models import Card, Draft, Kind


def draft(count: int, *headlines: str) -> Draft:
    card = Card(id="x", kind=Kind.PAPER, topic="3d", name="X", line="", title="X", summary="X.", tags=(), links=())
    return Draft(week="2025-W15", language="zh", headlines=headlines, summary="", cards=(card,) * count)


def test_an_issue_needs_a_headline():
    assert [one.check for one in issue.subject(draft(3, " "))] == ["subject"]
    assert list(issue.subject(draft(3, "X"))) == []


def test_a_thin_issue_is_not_sent_without_a_word():
    assert [one.check for one in issue.thin(draft(2, "X"))] == ["thin"]
    assert list(issue.thin(draft(3, "X"))) == []
