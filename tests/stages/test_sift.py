"""New is what was not seen before: a date is a fact about the post, not the reason to lose it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.wire_formats import NOW
from weekly.models import Entry, Kind, LeftOut, Omission, Week, Window
from weekly.stages.sift import FIRST, sift

W15 = Week(2025, 15)
WINDOW = Window(start=W15.start(UTC), end=W15.end(UTC), week=W15, now=NOW)
READ_BEFORE = replace(WINDOW, since=datetime(2025, 3, 1, tzinfo=UTC))


def post(name, day="2025-04-08", *, url=None, title=None):
    published = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
    url = url or f"https://blog.example/{name}"
    title = title or f"Post {name}"
    return Entry(source="feed:blog", key=name, kind=Kind.POST, title=title, url=url, published=published)


def names(entries):
    return [entry.key for entry in entries]


def omissions(sifted):
    return {one.key: one.omission for one in sifted.left_out}


def test_at_the_first_contact_the_week_is_news_and_what_is_older_is_remembered():
    first = sift([post("new"), post("old", "2025-03-01")], WINDOW, (), ())
    assert names(first.taken) == ["new"]
    assert omissions(first) == {"old": Omission.OLDER}
    again = sift([post("new"), post("old", "2025-03-01")], READ_BEFORE, first.taken, first.left_out)
    assert names(again.taken) == ["new"]
    assert omissions(again) == {"old": Omission.OLDER}


def test_what_shows_up_days_after_its_date_is_news_and_says_so():
    [_, late] = sift([post("known"), post("late", "2025-04-03")], READ_BEFORE, [post("known")], ()).taken
    assert late.key == "late"
    assert late.late == "dated 2025-04-03, first seen 2025-04-15"


def test_what_was_not_wanted_then_makes_no_first_contact_of_what_comes_later():
    unwanted = LeftOut(source="feed:blog", key="v1", omission=Omission.OUTSIDE, reason="a pre-release")
    [promoted] = sift([post("v1", "2025-04-03")], READ_BEFORE, [post("elsewhere")], [unwanted]).taken
    assert promoted.late


def test_the_first_post_of_a_feed_that_was_empty_may_be_late():
    assert names(sift([post("late", "2025-04-03")], READ_BEFORE, (), ()).taken) == ["late"]


def test_of_an_archive_without_dates_the_first_few_are_news():
    sifted = sift([post(f"u{number}", "") for number in range(300)], WINDOW, (), ())
    assert names(sifted.taken) == [f"u{number}" for number in range(FIRST)]
    assert len(sifted.left_out) == 300 - FIRST


def test_an_archive_that_opens_later_brings_the_first_few():
    archive = [post(f"a{number}", "2019-04-08") for number in range(300)]
    sifted = sift([post("known"), *archive], READ_BEFORE, [post("known")], ())
    assert len(sifted.taken) == 1 + FIRST


def test_another_place_under_the_old_name_is_a_first_contact():
    other = [post(f"other{number}", "2025-03-08") for number in range(5)]
    assert sift(other, READ_BEFORE, [post("known")], ()).taken == ()


def test_what_comes_after_the_days_asked_for_is_left_to_another_run():
    sifted = sift([post("ahead", "2025-04-14T05:00")], WINDOW, (), ())
    assert omissions(sifted) == {"ahead": Omission.OUTSIDE}
    next_week = replace(READ_BEFORE, start=WINDOW.end, end=WINDOW.end + timedelta(days=7))
    assert names(sift([post("ahead", "2025-04-14T05:00")], next_week, (), sifted.left_out).taken) == ["ahead"]


def test_a_date_that_cannot_be_true_yet_is_none():
    [entry] = sift([post("typo", "2052-04-08")], WINDOW, (), ()).taken
    assert entry.published is None


def test_what_was_unusable_is_news_once_it_can_be_used():
    broken = LeftOut(source="feed:blog", key="x", omission=Omission.UNUSABLE, reason="no address")
    assert names(sift([post("x")], READ_BEFORE, (), [broken]).taken) == ["x"]


def test_posts_with_one_guid_are_as_many_as_their_links():
    listing = [replace(post(str(number)), key="https://blog.example/") for number in range(4)]
    first = sift(listing, WINDOW, (), ()).taken
    assert len(set(names(first))) == 4
    again = sift([listing[2]], READ_BEFORE, first, ()).taken
    assert names(again) == [first[2].key]


def test_a_guid_that_was_used_again_is_a_new_post_and_leaves_the_old_alone():
    [new] = sift([replace(post("second"), key="guid")], READ_BEFORE, [replace(post("first"), key="guid")], ()).taken
    assert new.key.startswith("guid ")


@pytest.mark.parametrize("edit", [{"title": "Post first, corrected"}, {"url": "https://blog.example/first-corrected"}])
def test_a_post_with_a_new_title_or_a_new_address_is_the_same(edit):
    assert names(sift([replace(post("first"), **edit)], READ_BEFORE, [post("first")], ()).taken) == ["first"]


def test_a_site_that_moved_and_gave_new_guids_shows_nothing_new():
    moved = [
        replace(post(str(number)), key=f"new{number}", url=f"https://new.example/{number}/") for number in range(3)
    ]
    before = [post(str(number)) for number in range(3)]
    assert names(sift(moved, READ_BEFORE, before, ()).taken) == names(before)


def test_a_title_that_was_mended_is_no_news_where_the_guid_is_made_of_it():
    url = "https://blog.example/changelog"
    before = post("a1", url=url, title="Rocket 2 flies twice as fra on one engine")
    [mended] = sift(
        [post("b2", url=url, title="Rocket 2 flies twice as far on one engine")], WINDOW, [before], ()
    ).taken
    assert (mended.key, mended.shares_address) == ("a1", False)
    [other] = sift([post("c3", url=url, title="Sleds are back")], WINDOW, [before], ()).taken
    assert other.key == "c3"


def test_what_shares_its_address_with_others_is_marked():
    home = "https://podcast.example/"
    sifted = sift([post("a", url=home), post("b", url=home), post("c")], WINDOW, (), ())
    assert [entry.shares_address for entry in sifted.taken] == [True, True, False]
    [alone] = sift([post("d", url=home)], READ_BEFORE, sifted.taken, ()).taken
    assert alone.shares_address
