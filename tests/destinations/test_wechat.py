"""An article to paste into the editor of a 公众号: a file, written anew as often as one likes."""

from __future__ import annotations

from tests.destinations.conftest import states
from tests.published import WEEK
from tests.stored import stored
from weekly.destinations.announce import announce
from weekly.models import State


def test_the_article_is_a_page_that_says_which_content_it_holds(opened):
    (written,) = announce(opened, WEEK, "wechat")
    page = opened.root / "wechat" / "2025-W15.html"
    assert written.detail.startswith(f"{page}: open it in a browser")
    assert stored(opened).issues.find(WEEK).hash in page.read_text(encoding="utf-8")


def test_one_that_was_lost_is_there_again_after_the_next_announcement(opened):
    states(opened, to="wechat")
    page = opened.root / "wechat" / "2025-W15.html"
    before = page.read_bytes()
    page.unlink()
    assert states(opened, to="wechat") == {"wechat": State.SENT}
    assert page.read_bytes() == before
