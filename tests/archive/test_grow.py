"""What was published enters the evergreen pages: once, and without touching a line that was there."""

from __future__ import annotations

import difflib
import re
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
def approved(drafted):
    """An approved week whose topic `3d` has a collection and a handbook chapter."""
    with (drafted / "weekly.toml").open("a", encoding="utf-8") as settings:
        for slug in default_topics():
            pages = 'collection = "people"\nhandbook = "faq/people.md"\n' if slug == "3d" else ""
            settings.write(f'\n[[topics]]\nslug = "{slug}"\n{pages}')
    with open_workspace(drafted) as workspace:
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
    assert collection.intro.startswith("这里收录")
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


@pytest.mark.parametrize(
    ("name", "sharing", "language", "title"),
    [
        ("people", (), "zh", "三维"),
        ("people.md", (), "en", "3D"),
        ("人物_合集", (), "zh", "人物\\_合集"),
        ("People and things", (), "en", "People and things"),
        ("people", ("agents",), "zh", "people"),
    ],
)
def test_a_new_page_has_the_name_of_its_topic_or_of_a_file_that_is_named_for_people(
    approved, name, sharing, language, title
):
    def named(topic):
        pages = {"collection": name, "handbook": name} if topic.slug in ("3d", *sharing) else {}
        return topic.model_copy(update=pages)

    approved.settings = approved.settings.model_copy(update={"topics": tuple(map(named, approved.settings.topics))})
    grow(approved, replace(stored(approved).drafts.find(WEEK).draft, language=language))
    for place in ("collections", "handbook"):
        page = approved.archive / place / f"{name.removesuffix('.md')}.md"
        assert page.read_text(encoding="utf-8").splitlines()[0] == f"# {title}"


def grown_page(approved, folder, before):
    """The page people.md of *folder* after the week's draft: what stood *before*, and lines that were added."""
    page = approved.archive / folder / "people.md"
    page.parent.mkdir(parents=True)
    page.write_text(before, encoding="utf-8")
    grow(approved, stored(approved).drafts.find(WEEK).draft)
    text = page.read_text(encoding="utf-8")
    assert added(before, text)
    return text


GROUPED = "# 合集\n\n## 目录\n\n1. [A](#a)\n2. [B](#b)\n\n# {}\n\n## A\n\n#### 简介\na\n\n# 视频生成\n\n## B\n\n#### 简介\nb\n"


@pytest.mark.parametrize(("heading", "place"), [("三维生成", 1), ("Gaussian splatting", 1), ("图像生成", 2)])
def test_an_entry_goes_under_the_heading_of_its_topic(approved, heading, place):
    grown = formats.parse(grown_page(approved, "collections", GROUPED.format(heading)), "collection")
    titles = [entry.title for entry in grown.entries if entry.sections]
    assert titles.index("HoloPart") == [line.text for line in grown.toc].index("HoloPart") == place
    assert {entry.level for entry in grown.entries if entry.sections} == {2}
    assert not [found for found in grown.findings if found.kind.startswith("contents-target")]


def test_what_publishing_would_add_is_shown_before_and_nothing_is_written(approved, weekly):
    page = approved.archive / "collections" / "people.md"
    page.parent.mkdir(parents=True)
    page.write_text("# 人\n\n## A\n\n#### 简介\na\n", encoding="utf-8")
    before = hashes(approved.archive)
    assert weekly("--workspace", approved.root, "archive", "grow", "--week", WEEK).status == 1
    ran = weekly("--workspace", approved.root, "archive", "grow", "--week", WEEK, "--dry-run")
    assert hashes(approved.archive) == before
    assert "+++ b/collections/people.md" in ran.out
    assert "+## HoloPart" in ran.out
    assert "--- /dev/null\n+++ b/faq/people.md" in ran.out
    assert not [line for line in ran.out.splitlines() if re.match("-(?!--)", line)]
    shown = {line[1:] for line in ran.out.splitlines() if line.startswith("+") and not line.startswith("+++")}
    pipeline.publish(approved, WEEK)
    assert set(added("# 人\n\n## A\n\n#### 简介\na\n", page.read_text(encoding="utf-8"))) <= shown
    again = weekly("--workspace", approved.root, "archive", "grow", "--week", WEEK)
    assert (again.status, again.out) == (0, f"{WEEK}: no page grows\n")


CHAPTERED = (
    "# 目录\n\n- [1. 介绍一下A](#q-001)\n- [2. 介绍一下B](#q-002)\n- [3. 介绍一下C](#q-003)\n\n## {}\n\n"
    '<h2 id="q-001">1. 介绍一下A</h2>\n\n甲\n\n## 视频生成\n\n<h2 id="q-002">2. 介绍一下B</h2>\n\n乙\n\n'
    '## 安全对齐\n\n<h2 id="q-003">3. 介绍一下C</h2>\n\n丙\n'
)


@pytest.mark.parametrize(
    ("heading", "setting", "chapter"),
    [
        ("三维", "", "三维"),
        ("第一章 三维生成与重建", "", "第一章 三维生成与重建"),
        ("Gaussian splatting", "", "Gaussian splatting"),
        ("图像生成", "安全对齐", "安全对齐"),
        ("图像生成", "部件", "部件"),
    ],
)
def test_a_question_goes_to_the_chapter_of_its_topic(approved, heading, setting, chapter):
    topics = approved.settings.topics
    own = {"handbook": "faq/people.md", "chapter": setting}
    approved.settings = approved.settings.model_copy(
        update={"topics": tuple(topic.model_copy(update=own) if topic.slug == "3d" else topic for topic in topics)}
    )
    found = formats.parse(grown_page(approved, "faq", CHAPTERED.format(heading)), "handbook")
    assert [one.title for one in found.chapters for each in one.questions if "HoloPart" in each.title] == [chapter]
    assert not found.findings or {each.kind for each in found.findings} == {"numbering"}


def test_topics_that_share_a_page_have_a_chapter_each(approved):
    draft = stored(approved).drafts.find(WEEK).draft
    topics = tuple(topic.model_copy(update={"handbook": "all"}) for topic in approved.settings.topics)
    approved.settings = approved.settings.model_copy(update={"topics": topics})
    for _ in range(2):
        grow(approved, draft)
    page = formats.parse((approved.archive / "handbook" / "all.md").read_text(encoding="utf-8"), "handbook")
    names = {topic.slug: topic.label("zh") for topic in topics}
    asked = {each.title.split("介绍一下")[1]: one.title for one in page.chapters for each in one.questions}
    assert asked == {card.name: names[card.topic] for card in draft.cards}
    assert not page.findings


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
