"""Published weeks are thinned; what readers, editors, lessons and `weekly why` need is there all the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from tests.wire_formats import NOW
from weekly.models import Candidate, Card, Draft, Entry, Issue, Kind, ScorePart, Status, TopicScore, Week, Work
from weekly.net.client import Cached
from weekly.store.candidates import WHOLE
from weekly.store.retention import prune, shrink

WEEK = Week.parse("2025-W15")
MANY = WHOLE + 100


def entry(place):
    key = f"2504.{place:05d}"
    return Entry(
        source="arxiv",
        key=key,
        kind=Kind.PAPER,
        title=f"Paper {place}",
        url=f"https://arxiv.org/abs/{key}",
        text="An abstract. " * 80,
        authors=("Ada", "Ben"),
        version="1",
        ids=(f"arxiv:{key}",),
    )


def candidate(place):
    one = entry(place)
    work = Work(id=f"arxiv:{one.key}", keys=frozenset({f"arxiv:{one.key}"}), entries=(one,))
    topics = (TopicScore(topic="agents", score=0.9, reason="agent"),)
    return Candidate(
        work=work, topics=topics, score=1 - place / 1000, parts=(ScorePart(name="code", value=0.5, reason="names it"),)
    )


def card(place):
    one = candidate(place).work
    return Card(
        id=one.id,
        kind=Kind.PAPER,
        topic="agents",
        name="N",
        line="",
        title="T",
        summary="S",
        tags=(),
        links=(),
        keys=tuple(one.keys),
    )


def published(store, week=WEEK):
    """A week whose last candidate but one was published, and the last one rejected."""
    draft = Draft(week=str(week), language="zh", headlines=("一",), summary="二", cards=(card(MANY - 2),))
    with store.write() as tx:
        tx.entries.put(week, [entry(place) for place in range(MANY)], NOW)
        tx.candidates.replace(week, [candidate(place) for place in range(MANY)])
        tx.candidates.decide(week, candidate(MANY - 1).work.id, Status.REJECTED)
        tx.web_cache.put("https://arxiv.org/1", cached(), NOW - timedelta(days=1))
        tx.web_cache.put("https://gone.example", replace(cached(), gone=True), NOW - timedelta(days=1))
        tx.drafts.add(draft, "machine", NOW)
        for second in range(4):
            said = replace(draft, summary=f"draft {second}")
            tx.drafts.add(said, "ada", NOW + timedelta(seconds=second))
        tx.drafts.add(replace(draft, summary="Ben's"), "ben", NOW + timedelta(seconds=9))
        revision = tx.drafts.add(replace(draft, summary="Ada's"), "ada", NOW + timedelta(hours=1))
        tx.drafts.approve(revision, "ada", NOW + timedelta(hours=1), {})
        number = tx.issues.next_number()
        tx.issues.add(Issue(week=str(week), number=number, hash=revision.hash, published_at=NOW, draft=revision.draft))


def cached():
    return Cached(etag="x", last_modified="", headers={}, body=b"x" * 9000)


def test_the_ranking_its_places_and_decisions_stay_and_the_best_keep_their_texts(store):
    published(store)
    with store.read() as tx:
        before, places = tx.candidates.ranking(WEEK), tx.candidates.places(WEEK, [one.work.id for one in ranks(9)])
        statuses, found = tx.candidates.statuses(WEEK), tx.candidates.find(WEEK, before[-3].work.id)
    assert [week.candidates for week in prune(store, NOW, 0)] == [MANY - 2]
    with store.read() as tx:
        after = tx.candidates.ranking(WEEK)
        assert [one.work.id for one in after] == [one.work.id for one in before]
        assert [(one.score, one.topic, one.status) for one in after] == [
            (one.score, one.topic, one.status) for one in before
        ]
        assert [place for place, one in enumerate(after) if one.work.lead.text] == [*range(WHOLE), MANY - 2, MANY - 1]
        assert tx.candidates.places(WEEK, [one.work.id for one in ranks(9)]) == places
        assert tx.candidates.statuses(WEEK) == statuses
        assert tx.candidates.counts(WEEK) == Counter(statuses.values())
        assert tx.candidates.find(WEEK, found.work.id).work.lead.url == found.work.lead.url
        assert tx.candidates.ranking(WEEK, 3) == before[:3]


def ranks(count):
    return [candidate(place) for place in range(0, MANY, MANY // count)]


def test_an_entry_is_known_again_and_what_changed_since_is_an_update(store):
    published(store)
    assert [week.entries for week in prune(store, NOW, 0)] == [MANY]
    with store.write() as tx:
        assert not any(one.text for one in tx.entries.of(WEEK))
        assert tx.entries.put(WEEK.shift(1), [entry(place) for place in range(MANY)], NOW) == 0
        assert not any(one.text for one in tx.entries.of(WEEK))
        assert tx.entries.put(WEEK.shift(1), [replace(entry(1), version="2")], NOW) == 0
        (update,) = tx.entries.updates(WEEK.shift(1))
        assert (update.key, update.title) == (entry(1).key, "Paper 1")


def test_saves_of_one_editor_within_minutes_become_one_and_the_approved_one_stays(store):
    published(store)
    assert [week.revisions for week in prune(store, NOW, 0)] == [3]
    with store.read() as tx:
        assert tx.drafts.find_revision(WEEK, 1).author == "machine"
        assert [draft.summary for draft in tx.drafts.versions(WEEK, 9)] == ["Ada's", "Ben's", "draft 3", "二"]


def test_answers_of_the_web_go_but_for_what_a_server_said_for_good(store):
    published(store)
    prune(store, NOW, 0)
    with store.read() as tx:
        assert tx.web_cache.find("https://arxiv.org/1") is None
        assert tx.web_cache.find("https://gone.example").gone


def test_the_newest_published_weeks_and_unpublished_ones_are_left_alone_and_each_is_thinned_once(store):
    published(store)
    with store.write() as tx:
        tx.candidates.replace(WEEK.shift(1), [candidate(place) for place in range(MANY)])
    assert prune(store, NOW, 1) == []
    assert [week.week for week in prune(store, NOW, 0)] == [str(WEEK)]
    assert prune(store, NOW, 0) == []
    with store.read() as tx:
        assert all(one.work.lead.text for one in tx.candidates.ranking(WEEK.shift(1)))


def test_shrinking_gives_room_back_to_the_disk(store, tmp_path):
    published(store)
    prune(store, NOW, 0)
    before = size(tmp_path)
    shrink(store)
    assert size(tmp_path) < before or not before


def size(folder):
    return sum(path.stat().st_size for path in folder.glob("weekly.db*"))
