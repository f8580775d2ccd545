"""How much of a topic there was, as a line."""

from __future__ import annotations

import json

from tests.cards import a_card, an_issue
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.site.issues import IssueIndex
from weekly.render.site.sparkline import by_month, sparkline
from weekly.settings import Settings


def index(counts):
    issues = [
        an_issue([a_card(number, topic="3d" if number < count else "agents") for number in range(5)], week=week)
        for week, count in counts.items()
    ]
    data = [json.loads(json.dumps(IssueRenderer(Settings(), environment()).data(issue))) for issue in issues]
    return IssueIndex(data, Settings().newsletter.zone)


def test_months_without_an_issue_count_as_none_and_those_of_a_topic_are_counted():
    found = index({"2025-W02": 1, "2025-W03": 2, "2025-W07": 0, "2025-W20": 5})
    assert by_month(found.topics["3d"], found.issues) == [3, 0, 5]


def test_the_highest_month_touches_the_top_and_none_the_bottom():
    assert sparkline([3, 0, 6]) == "0.0,8.0 40.0,15.0 80.0,1.0"


def test_one_month_is_no_line():
    assert sparkline([3]) == ""
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "0.0,15.0 80.0,15.0"
