"""What was published enters the evergreen pages: once, and without touching a line that was there."""

from __future__ import annotations

import difflib
from dataclasses import replace

import pytest

from tests.stored import stored
from weekly import formats, pipeline
from weekly.archive.folder import hashes
from weekly.archive.grow import grow
from weekly.errors import StageError
from weekly.models import Kind, Section, Week
from weekly.review.edit import edit
from weekly.settings import default_topics
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")


@pytest.fixture
def approved(demo):
    """An approved week whose topic `3d` has a collection and a handbook chapter."""
    with (demo / "weekly.toml").open("a", encoding="utf-8") as settings:
        for slug in default_topics():
            pages = 'collection = "people"\nhandbook = "faq/people.md"\n' if slug == "3d" else ""
            settings.write(f'\n[[topics]]\nslug = "{slug}"\n{pages}')
    with open_workspace(demo) as workspace:
        pipeline.collect(workspace, WEEK)
        pipeline.classify(workspace, WEEK)
        pipeline.draft(workspace, WEEK)
        pipeline.approve(workspace, WEEK, "ada")
        yield workspace


def added(before, after):
    """The lines that were added; that none was changed or removed is asserted on the way."""
    steps = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    assert not [step for step in steps if step.startswith("- ")]
    return [step[2:] for step in steps if step.startswith("+ ")]


def test_pages_that_are_not_there_yet_begin_with_the_first_work(approved):
    pipeline.publish(approved, WEEK)
    collection = formats.parse(
        (approved.archive / "collections" / "people.md").read_text(encoding="utf-8"), "collection"
    )
    assert [entry.title for entry in collection.entries] == ["HoloPart"]
    assert not collection.findings
    chapter = formats.parse((approved.archive / "faq" / "people.md").read_text(encoding="utf-8"), "handbook")
    assert [question.title for one in chapter.chapters for question in one.questions] == ["1. 介绍一下HoloPart"]
    assert not chapter.findings


def test_further_questions_about_a_work_are_entries_of_their_own(approved):
    draft = stored(approved).drafts.find(WEEK).draft
    asked = Section(publication="handbook", heading="HoloPart 用什么数据训练？", body="合成的形状。")
    cards = tuple(
        replace(card, sections=(*card.sections, asked)) if card.topic == "3d" else card for card in draft.cards
    )
    for _ in range(2):
        grow(approved, replace(draft, cards=cards))
    chapter = formats.parse((approved.archive / "faq" / "people.md").read_text(encoding="utf-8"), "handbook")
    titles = [question.title for one in chapter.chapters for question in one.questions]
    assert titles == ["1. 介绍一下HoloPart", "2. HoloPart 用什么数据训练？"]


def test_every_topic_of_the_week_has_a_page_of_its_papers(approved):
    issue = pipeline.publish(approved, WEEK)
    for path in (approved.archive / "topics").glob("*/2025-W15.md"):
        page = formats.parse(path.read_text(encoding="utf-8"), "topic")
        titles = [paper.title for topic in page.topics for paper in topic.papers]
        cards = [card for card in issue.draft.cards if card.topic == path.parent.name]
        assert titles == [card.title for card in cards if card.kind is Kind.PAPER]
        assert {finding.kind for finding in page.findings} <= {"section-missing"}  # 通俗易懂 needs a model


def test_the_rating_that_an_editor_gave_stands_on_the_topic_page(approved):
    rated = stored(approved).drafts.find(WEEK).draft.cards[0]
    edit(approved, WEEK, rated.id, {"rating": "⭐️🟡"}, "*", "ada")
    pipeline.approve(approved, WEEK, "ada")
    pipeline.publish(approved, WEEK)
    text = (approved.archive / "topics" / rated.topic / f"{WEEK}.md").read_text(encoding="utf-8")
    papers = [paper for topic in formats.parse(text, "topic").topics for paper in topic.papers]
    assert {paper.title: paper.rating for paper in papers}[rated.title] == "⭐️🟡"
    assert [paper.rating for paper in papers].count("") == len(papers) - 1


def test_pages_written_by_hand_grow_by_added_lines_alone(approved, weekly, shared):
    hand = {"collections/people.md": "002_*", "faq/people.md": "004_*"}
    before = {}
    for name, pattern in hand.items():
        [seed] = (shared / "seeds").glob(pattern)
        before[name] = seed.read_bytes().decode()
        (approved.archive / name).parent.mkdir(parents=True, exist_ok=True)
        (approved.archive / name).write_bytes(seed.read_bytes())
    pipeline.publish(approved, WEEK)
    for name, text in before.items():
        lines = added(text, (approved.archive / name).read_bytes().decode())
        assert "HoloPart" in "\n".join(lines)
        assert len(lines) < 30


def test_growing_again_changes_nothing(approved):
    issue = pipeline.publish(approved, WEEK)
    files = hashes(approved.archive)
    grow(approved, issue.draft)
    assert hashes(approved.archive) == files


def test_a_page_that_cannot_be_read_stops_the_publishing_with_its_name_and_the_next_run_goes_on(approved):
    page = approved.archive / "collections" / "people.md"
    page.parent.mkdir(parents=True)
    page.write_text("{}", encoding="utf-8")
    with pytest.raises(StageError, match=r"collections/people\.md"):
        pipeline.publish(approved, WEEK)
    page.unlink()
    assert pipeline.publish(approved, WEEK).files
