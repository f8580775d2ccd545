"""weekly learn: the owner's own archive and decisions are examples; the old weights stay unless the new do better."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from tests.classify.works import FILLER, WORDS, entry, examples
from tests.stages.test_collect import SETTINGS
from tests.stored import stored
from tests.wire_formats import NOW
from weekly.errors import WorkspaceError
from weekly.learning.labels import learn_picks, learn_topics
from weekly.learning.selection import single_entry_work
from weekly.models import Candidate, Card, Draft, Kind, Status, TopicScore, Week
from weekly.stages.assess import SELECTION, TOPICS
from weekly.store.issues import Issue
from weekly.testing import workspace

OWN = "".join(f'\n[[topics]]\nslug = "{slug}"\nkeywords = []\ncollection = "{slug}"\n' for slug in sorted(WORDS))
WEEKS = [Week(2025, number) for number in range(10, 16)]


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path, SETTINGS + OWN, now=NOW) as inside:
        yield inside


def candidate(one, topic="other", status=Status.PENDING):
    scores = (TopicScore(topic=topic, score=0.2, reason="r"),)
    return Candidate(work=single_entry_work(one), topics=scores, score=0.0, parts=(), status=status)


def card(one, topic):
    return Card(
        id=one.key, kind=Kind.PAPER, topic=topic, name="", line="", title=one.title, summary="", tags=(), links=()
    )


def publish(inside, week, cards):
    draft = Draft(week=str(week), language="zh", headlines=(), summary="", cards=tuple(cards))
    with inside.store.write() as tx:
        number = tx.issues.next_number()
        revision = tx.drafts.add(draft, "machine", NOW)
        told = {"number": number, "hash": revision.hash, "approved_by": "ada", "published_at": NOW, "files": {}}
        tx.issues.add(Issue(week=str(week), draft=draft, **told))


def put(inside, week, candidates):
    with inside.store.write() as tx:
        tx.candidates.replace(week, candidates)


def test_published_issues_teach_where_works_belong(opened):
    told = examples(150)
    for place, week in enumerate(WEEKS):
        here = told[place :: len(WEEKS)]
        put(opened, week, [candidate(one.entry) for one in here[::2]])
        publish(opened, week, [card(one.entry, one.topic) for one in here])
    outcome = learn_topics(opened)
    assert outcome.report.startswith("150 entries of 6 sources")
    assert "better" in outcome.report
    assert (opened.root / ".weekly" / TOPICS).is_file()
    assert learn_topics(opened).content is None


def test_what_editors_moved_teaches_unless_they_took_it_back(opened):
    told = examples(90)
    for place, week in enumerate(WEEKS):
        here = told[place :: len(WEEKS)]
        put(opened, week, [candidate(one.entry) for one in here])
        with opened.store.write() as tx:
            for one in here:
                tx.reviews.record(week, "ada", "filed", NOW, one.entry.key, {"to": one.topic})
    [last, *_] = stored(opened).reviews.history(WEEKS[-1], 1)
    with opened.store.write() as tx:
        tx.reviews.record(WEEKS[-1], "ada", "undone", NOW, last.card, {}, undoes=last.id)
        tx.reviews.record(WEEKS[0], "ada", "filed", NOW, "gone", {"to": "cooking"})
    assert learn_topics(opened).report.startswith("89 entries of 6 sources")


def test_collections_written_by_hand_teach_their_topic(opened):
    page = "# 烹饪\n\n" + "".join(f"## Dough number {n}\n\n#### 简介\nAn oven of kind {n}.\n\n" for n in range(5))
    (opened.archive / "collections").mkdir(parents=True)
    (opened.archive / "collections" / "cooking.md").write_text(page, encoding="utf-8")
    (opened.archive / "collections" / "weather.md").write_text("no page", encoding="utf-8")
    assert learn_topics(opened).report.startswith("5 entries of 1 sources")


def decided(inside, count=240, *, published=()):
    """Works of six weeks: those that are called Rocket get accepted, the others rejected or passed over."""
    made = []
    for number in range(count):
        good = number % 3 == 0
        title = f"{'Rocket' if good else 'Barge'}: {FILLER[number % len(FILLER)]} nr{number}"
        # The weights of the package think better of those that name their code.
        one = entry(title, "See the text." if good else "Code: https://github.com/a/b", key=f"k{number}")
        made.append((WEEKS[number // 3 % len(WEEKS)], good, one))
    for week in WEEKS:
        here = [(good, one) for where, good, one in made if where == week]
        statuses = {True: Status.ACCEPTED, False: Status.REJECTED}
        if week in published:
            statuses = {True: Status.PENDING, False: Status.PENDING}
            publish(inside, week, [card(one, "cooking") for good, one in here if good])
        later = candidate(entry("Put off"), status=Status.LATER)
        project = candidate(replace(entry("a/b"), kind=Kind.PROJECT), status=Status.ACCEPTED)
        put(inside, week, [later, project, *(candidate(one, status=statuses[good]) for good, one in here)])


@pytest.mark.parametrize("published", [(), WEEKS[:3], WEEKS])
def test_decisions_and_issues_teach_what_gets_picked(opened, published):
    decided(opened, published=published)
    outcome = learn_picks(opened)
    assert outcome.report.startswith("240 works of 6 sources, 80 picked")
    assert outcome.report.endswith("better: kept the new")
    assert (opened.root / ".weekly" / SELECTION).is_file()
    assert "are new; kept the old" in learn_picks(opened).report


def test_what_is_undecided_in_an_open_week_teaches_nothing(opened):
    put(opened, WEEKS[0], [candidate(entry(f"Title {number}", key=str(number))) for number in range(50)])
    assert learn_picks(opened).report.startswith("0 works of 0 sources")


def test_a_place_that_cannot_be_written_is_said_in_one_line(opened):
    decided(opened)
    (opened.root / ".weekly" / SELECTION).symlink_to("/proc/nowhere/weights")
    with pytest.raises(WorkspaceError, match="/proc/nowhere: cannot be written"):
        learn_picks(opened)


def lines_of(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write("\n".join(json.dumps(row) for row in rows))
    return path


def test_the_commands_learn_from_labelled_lines_and_say_what_came_of_it(opened, weekly, tmp_path):
    rows = [{"title": one.entry.title, "topic": one.topic, "source_repo": one.source} for one in examples(120)]
    ran = weekly("--workspace", opened.root, "learn", "topics", "--input", lines_of(tmp_path / "t.jsonl.gz", rows))
    assert ran.status == 0
    assert "better: the new weights take a share of" in ran.out
    picks = [
        {"title": f"{'Rocket' if n % 2 else 'Barge'}: nr{n}", "picked": bool(n % 2), "week": str(n // 2 % 5)}
        for n in range(200)
    ]
    ran = weekly("--workspace", opened.root, "learn", "selection", "--input", lines_of(tmp_path / "s.jsonl.gz", picks))
    assert ran.status == 0
    assert "average precision on sources left out" in ran.out
    assert ran.out.rstrip().endswith(("better: kept the new", "kept the old"))


def test_a_line_that_says_too_little_is_refused_with_its_number(opened, weekly, tmp_path):
    path = lines_of(tmp_path / "t.jsonl.gz", [{"title": "a", "topic": "b"}, {"title": "c"}])
    ran = weekly("--workspace", opened.root, "learn", "topics", "--input", path)
    assert ran.status == 1
    assert f"{path}:2: has no 'topic'" in ran.err
    assert ran.err.count("\n") == 1
