"""The promises of the whole job: approved before published, once and not twice, the same however often it is run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stored import approval, stored
from weekly import pipeline
from weekly.archive.folder import hashes
from weekly.errors import Blocked, NotApproved, ParseError, StageError
from weekly.models import Verdict, Week
from weekly.store.subscribers import Subscriber
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")


@pytest.fixture
def workspace(demo):
    with open_workspace(demo) as opened:
        yield opened


@pytest.fixture
def drafted(drafted):
    with open_workspace(drafted) as opened:
        yield opened


@pytest.fixture
def approved(drafted):
    pipeline.approve(drafted, WEEK, "ada")
    return drafted


def rewrite(workspace, **changes):
    current = stored(workspace).drafts.find(WEEK)
    with workspace.store.write() as tx:
        tx.drafts.add(replace(current.draft, **changes), "ada", workspace.now())


def test_the_same_work_from_several_sources_is_one_candidate_with_all_its_links(drafted):
    found = {one.work.id: one for one in stored(drafted).candidates.ranking(WEEK)}
    fantasy = found["arxiv:2504.04842"]
    assert {entry.source for entry in fantasy.work.entries} > {"arxiv"}
    assert len([one for one in found.values() if "FantasyTalking" in one.work.lead.title]) == 1


def test_a_second_version_is_not_a_second_work(drafted):
    versions = [one for one in stored(drafted).candidates.ranking(WEEK) if one.work.id == "arxiv:2504.05118"]
    assert [one.work.lead.version for one in versions] == ["2"]


def test_a_withdrawn_paper_is_no_candidate(drafted):
    assert "arxiv:2504.99001" not in {one.work.id for one in stored(drafted).candidates.ranking(WEEK)}


def test_running_every_stage_again_changes_nothing(approved):
    before = stored(approved).drafts.find(WEEK)
    health = pipeline.collect(approved, WEEK)
    assert {one.verdict for one in health} <= {Verdict.NOT_MODIFIED, Verdict.PARTIAL}
    assert sum(one.new for one in health) == 0
    pipeline.classify(approved, WEEK)
    pipeline.draft(approved, WEEK)
    assert stored(approved).drafts.find(WEEK) == before
    first = pipeline.publish(approved, WEEK)
    files = hashes(approved.archive)
    assert pipeline.publish(approved, WEEK) == first
    assert hashes(approved.archive) == files
    assert pipeline.deliver(approved, WEEK) == pipeline.deliver(approved, WEEK)


def test_nothing_is_published_without_an_approval(drafted):
    with pytest.raises(NotApproved, match="weekly approve"):
        pipeline.publish(drafted, WEEK)
    assert not drafted.archive.exists()
    assert stored(drafted).issues.all() == []


def test_an_edit_after_the_approval_voids_it(approved):
    rewrite(approved, summary="Something else.")
    with pytest.raises(NotApproved):
        pipeline.publish(approved, WEEK)


def test_undoing_the_edit_restores_what_was_approved(approved):
    original = stored(approved).drafts.find(WEEK).draft.summary
    rewrite(approved, summary="Something else.")
    rewrite(approved, summary=original)
    assert pipeline.publish(approved, WEEK).approved_by == "ada"


def test_the_machine_does_not_overwrite_what_a_person_edited(drafted):
    rewrite(drafted, summary="Written by hand.")
    assert pipeline.draft(drafted, WEEK).draft.summary == "Written by hand."


def test_a_blocking_finding_stops_the_approval_until_it_is_overridden_with_a_reason(drafted):
    cards = stored(drafted).drafts.find(WEEK).draft.cards
    rewrite(drafted, cards=(replace(cards[0], summary="{{ name }} 待补充"), *cards[1:]))
    with pytest.raises(Blocked, match="placeholders"):
        pipeline.approve(drafted, WEEK, "ada")
    with pytest.raises(Blocked, match="nothing to override for nonsense"):
        pipeline.approve(drafted, WEEK, "ada", {"placeholders": "meant", "nonsense": "x"})
    pipeline.approve(drafted, WEEK, "ada", {"placeholders": "it is about templates"})
    assert approval(drafted, WEEK).overrides == {"placeholders": "it is about templates"}


def test_only_editors_approve_where_editors_are_named(drafted):
    with (drafted.root / "weekly.toml").open("a") as settings:
        settings.write('\n[review]\neditors = ["grace"]\n')
    with open_workspace(drafted.root) as workspace:
        with pytest.raises(NotApproved, match="editors are grace"):
            pipeline.approve(workspace, WEEK, "ada")
        pipeline.approve(workspace, WEEK, "grace")


def test_what_was_published_is_never_a_candidate_again(approved):
    pipeline.publish(approved, WEEK)
    issue = stored(approved).issues.find(WEEK)
    later = WEEK.shift(1)
    entries = [entry for one in stored(approved).candidates.ranking(WEEK) for entry in one.work.entries]
    with approved.store.write() as tx:
        for number, entry in enumerate(entries):
            again = replace(entry, key=f"again {number}")
            tx.entries.put(later, [again], approved.now())
    funnel = pipeline.classify(approved, later)
    published = {card.id for card in issue.draft.cards}
    assert funnel.already_published == len(published)
    assert not published & {one.work.id for one in stored(approved).candidates.ranking(later)}


def test_the_audience_is_frozen_when_the_issue_is_published(approved):
    def subscribe(*emails):
        with approved.store.write() as tx:
            readers = [Subscriber(email=email) for email in emails]
            tx.subscribers.add(readers, approved.now())

    subscribe("early@example.org", "bird@example.org")
    pipeline.publish(approved, WEEK)
    subscribe("late@example.org")
    assert pipeline.deliver(approved, WEEK) == {
        "audience": 2, "sent": 2, "failed": 0, "uncertain": 0, "suppressed": 0, "pending": 0, "skipped": 0,
    }  # fmt: skip
    assert len(list((approved.root / "maildir" / "new").iterdir())) == 2


def test_an_archive_that_holds_another_issue_of_the_week_is_not_touched(approved):
    place = approved.archive / "2025" / "W15"
    place.mkdir(parents=True)
    (place / "issue.json").write_text('{"week": "2025-W15"}')
    with pytest.raises(StageError, match="already holds another issue"):
        pipeline.publish(approved, WEEK)
    assert stored(approved).issues.find(WEEK) is None
    assert [path.name for path in place.iterdir()] == ["issue.json"]


def test_an_empty_week_says_why_it_is_empty(demo):
    settings = (demo / "weekly.toml").read_text(encoding="utf-8")
    (demo / "weekly.toml").write_text(settings.partition("[[sources.feeds]]")[0], encoding="utf-8")
    empty = WEEK.shift(-30)
    with open_workspace(demo) as workspace:
        with pytest.raises(StageError, match=f"has not been collected: run 'weekly collect --week {empty}'"):
            pipeline.draft(workspace, empty)
        pipeline.collect(workspace, empty)
        pipeline.classify(workspace, empty)
        with pytest.raises(StageError, match=r"nothing to draft \(0 fetched.*arxiv down"):
            pipeline.draft(workspace, empty)


def test_a_week_in_the_future_is_refused(workspace):
    with pytest.raises(StageError, match="has not begun yet"):
        pipeline.collect(workspace, WEEK.shift(60))


def test_verifying_finds_every_change_of_a_published_issue(approved, weekly):
    pipeline.publish(approved, WEEK)
    place = approved.archive / "2025" / "W15"
    assert weekly("--workspace", approved.root, "archive", "verify").status == 0
    (place / "issue.md").write_text("something else")
    (place / "email.txt").unlink()
    (place / "extra.html").write_text("")
    ran = weekly("--workspace", approved.root, "archive", "verify")
    assert ran.status == 1
    for fault in ("issue.md: changed after", "email.txt: missing", "extra.html: was not published"):
        assert fault in ran.out


def test_a_headline_that_cannot_stand_in_a_mail_is_refused_while_it_can_still_be_mended(drafted):
    rewrite(drafted, headlines=("One\u2028two",))
    with pytest.raises(Blocked, match=r"header: Subject: the character U\+2028"):
        pipeline.approve(drafted, WEEK, "ada")
    pipeline.approve(drafted, WEEK, "ada", overrides={"header": "never mind"})
    with pytest.raises(ParseError, match=r"Subject: the character U\+2028"):
        pipeline.publish(drafted, WEEK)
    assert stored(drafted).issues.find(WEEK) is None
