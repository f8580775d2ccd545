"""A source that comes in as a plugin: what it yields, reports and raises is treated as ours is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import stored
from tests.wire_formats import NOW
from weekly import pipeline
from weekly.errors import FetchError
from weekly.models import Entry, Kind, LeftOut, Omission, Verdict, Week
from weekly.sources import Listing, Report
from weekly.testing import workspace
from weekly.why import why

WEEK = Week(2025, 15)


def post(name, day="2025-04-08"):
    published = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return Entry(
        source="board",
        key=name,
        kind=Kind.POST,
        title=f"Post {name}",
        url=f"https://board.example/{name}",
        published=published,
    )


class Board:
    """A source that yields what it is told to, and raises what is an error."""

    name = "board"

    def __init__(self, fetcher):
        self.fetcher, self.report, self._batches = fetcher, _given["report"], _given["batches"]

    def collect(self, window):
        _given["asked"] = window
        for batch in self._batches:
            if isinstance(batch, Exception):
                raise batch
            yield batch


_given = {}


def create(context):
    return [Board(context.client.fetcher("board"))]


@pytest.fixture
def collect(tmp_path, installed):
    """Collects *batches* by that source; returns how it went, and the keys that are stored."""
    installed("weekly.sources", "board = tests.sources.test_sources:create")

    def run(*batches, week=WEEK, report=None):
        _given.update(batches=batches, report=report or Report())
        now = NOW + (week.start(UTC) - WEEK.start(UTC))
        with workspace(tmp_path / "w", "[sources.arxiv]\nenabled = false\n", now=now) as opened:
            (health,) = pipeline.collect(opened, week, only={"board"})
            return health, [entry.key for entry in stored(opened).entries.of(week)]

    return run


def test_what_a_batch_brings_is_news_however_old_it_is(collect):
    health, keys = collect([post("new"), post("old", "2025-01-01")])
    assert (health.verdict, health.new, sorted(keys)) == (Verdict.OK, 2, ["new", "old"])


def test_of_a_listing_what_was_there_before_is_no_news_and_what_appears_later_is(collect):
    assert collect(Listing([post("new"), post("old", "2025-01-01")]))[1] == ["new"]
    later = Listing([post("late", "2025-04-09"), post("new"), post("old", "2025-01-01")])
    assert collect(later, week=WEEK.shift(1))[1] == ["late"]


def test_the_batches_before_an_error_are_kept_and_the_error_is_the_verdict(collect):
    health, keys = collect([post("first")], FetchError("gone away", url="https://board.example"))
    assert (health.verdict, keys) == (Verdict.PARTIAL, ["first"])
    assert "gone away" in health.detail
    health, _ = collect(FetchError("gone away", url="https://board.example"))
    assert health.verdict is Verdict.DOWN


def test_what_it_leaves_out_is_counted_and_can_be_asked_for(collect, tmp_path):
    thin = LeftOut(source="board", key="thin", omission=Omission.UNUSABLE, reason="has no words", title="Thin")
    health, _ = collect([post("new")], report=Report(left_out=[thin], unnamed_outside=5, unnamed_unusable=2))
    assert (health.seen, health.new, health.outside, health.unusable) == (9, 1, 5, 3)
    with workspace(tmp_path / "w", now=NOW) as opened:
        told = why(opened, "thin")
    assert (told.stage, told.notes) == ("unusable", ("board showed 'Thin': unusable: has no words",))


def test_a_note_is_shown_and_a_gap_makes_it_partial(collect):
    noted, _ = collect([post("new")], report=Report(notes=["moved for good"]))
    assert (noted.verdict, noted.detail) == (Verdict.OK, "moved for good")
    torn, _ = collect([post("new")], report=Report(gaps=["page 2 was cut off"]))
    assert (torn.verdict, torn.detail) == (Verdict.PARTIAL, "page 2 was cut off")
    known, _ = collect([post("new")], report=Report(verdict=Verdict.SUSPICIOUS))
    assert known.verdict is Verdict.SUSPICIOUS


def test_what_it_says_is_not_settled_yet_is_asked_for_again(collect):
    collect([post("new")], report=Report(settled=WEEK.end(UTC) - timedelta(days=5)))
    collect([post("newer")], week=WEEK.shift(1))
    assert _given["asked"].start == WEEK.end(UTC) - timedelta(days=5)
