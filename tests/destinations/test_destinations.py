"""A destination that comes in as a plugin: it gets the approved issue, and what it answers stands with the others."""

from __future__ import annotations

import pytest

from tests.published import CARDS, WEEK, publish_issue
from tests.stored import stored
from weekly.destinations.announce import announce, plans
from weekly.errors import FetchError, StageError, Unanswered
from weekly.models import State
from weekly.testing import workspace

ERRORS = {
    "refused": FetchError("they said no", url="here"),
    "silent": Unanswered("no answer came", url="here"),
    "broken": KeyError("x"),
}
_posts = []


class Board:
    repeatable = False

    def __init__(self, error):
        self.error = error

    def plan(self, post):
        return f"pin up number {post.number}"

    def announce(self, post):
        _posts.append(post)
        if self.error:
            raise self.error
        return "beside the door"


def create(context):
    name = context.settings.newsletter.title
    return None if name == "nowhere" else Board(ERRORS.get(name))


@pytest.fixture
def opened(request, tmp_path, installed):
    _posts.clear()
    installed("weekly.destinations", "board = tests.destinations.test_destinations:create")
    with workspace(tmp_path / "w", f'[newsletter]\ntitle = "{request.param}"\n') as made:
        publish_issue(made)
        yield made


@pytest.mark.parametrize("opened", ["Weekly"], indirect=True)
def test_it_gets_the_approved_issue_in_every_form(opened):
    assert list(plans(opened, WEEK)) == [("board", "pin up number 1", True)]
    assert _posts == []
    assert [outcome.detail for outcome in announce(opened, WEEK)] == ["beside the door"]
    (post,) = _posts
    assert (post.week, post.hash, post.newsletter) == (str(WEEK), stored(opened).issues.find(WEEK).hash, "Weekly")
    assert [line.name for line in post.lines] == [card.name for card in CARDS]
    for text in (post.article, post.text):
        assert all(card.name in text for card in CARDS)
    assert (post.archive / "2025" / "W15").is_dir()


@pytest.mark.parametrize(
    ("opened", "state", "detail"),
    [
        ("refused", State.FAILED, "they said no"),
        ("silent", State.UNCERTAIN, "no answer came"),
        ("broken", State.UNCERTAIN, "unexpected KeyError: 'x'"),
    ],
    indirect=["opened"],
)
def test_what_it_raises_says_whether_it_may_be_tried_again(opened, state, detail):
    (outcome,) = announce(opened, WEEK)
    assert (outcome.state, outcome.detail) == (state, detail)
    list(announce(opened, WEEK))
    assert len(_posts) == (2 if state is State.FAILED else 1)


@pytest.mark.parametrize("opened", ["nowhere"], indirect=True)
def test_one_that_the_settings_do_not_ask_for_is_none(opened):
    with pytest.raises(StageError, match="no destination is set"):
        list(announce(opened, WEEK))
