"""An approval is of exactly what was checked, by whom it may be, whatever others write while the checks run."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.published import WEEK, a_draft
from tests.stored import approval, stored
from weekly import pipeline
from weekly.errors import Blocked, Conflict, NotApproved, StageError
from weekly.models import Issue, LinkKind, Reach
from weekly.review.approve import approve, current_revision, find_card, findings, require_editor, withdraw
from weekly.workspace import open_workspace

LATER = timedelta(minutes=10)
SMALL = {"thin": "a small issue is meant"}
NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)


class Interrupted:
    """A clock by which somebody else writes each time it is asked while the mail is rendered for the checks."""

    def __init__(self, *texts):
        self.texts, self.armed = list(texts), False

    def __call__(self):
        if self.armed and self.texts:
            self.armed = False
            write(self.workspace, self.texts.pop(0))
            self.armed = True
        return NOW


def write(workspace, summary):
    with workspace.store.write() as tx:
        tx.drafts.add(replace(a_draft(), summary=summary), "grace", NOW)


@pytest.fixture
def interrupted(tmp_path):
    """A workspace with a draft, in which others write *texts* while an approval is checked."""
    (tmp_path / "weekly.toml").touch()

    @contextmanager
    def opened(*texts):
        clock = Interrupted(*texts)
        with open_workspace(tmp_path, clock=clock) as workspace:
            clock.workspace = workspace
            write(workspace, "As it was seen.")
            clock.armed = True
            yield workspace

    return opened


def test_a_text_that_comes_in_while_the_checks_run_is_checked_too(interrupted):
    with interrupted("{{ summary }}") as workspace:
        with pytest.raises(Blocked, match="placeholders"):
            approve(workspace, WEEK, "ada", SMALL)
        assert approval(workspace, WEEK) is None


def test_the_approval_is_of_the_text_that_was_checked_last(interrupted):
    with interrupted("两篇论文。", "本周的两篇。") as workspace:
        assert approve(workspace, WEEK, "ada", SMALL).draft.summary == "本周的两篇。"
        assert approval(workspace, WEEK).hash == stored(workspace).drafts.find(WEEK).hash


def test_what_was_seen_is_not_approved_when_it_has_changed_meanwhile(interrupted):
    with interrupted("Something else.") as workspace:
        seen = stored(workspace).drafts.find(WEEK).hash
        with pytest.raises(Conflict, match="edited since you looked"):
            approve(workspace, WEEK, "ada", SMALL, expected=seen)


def test_a_draft_that_is_edited_all_the_time_is_not_approved(interrupted):
    with interrupted(*("本周" + "两篇" * count for count in range(100))) as workspace:
        with pytest.raises(Conflict, match="edited all the time"):
            approve(workspace, WEEK, "ada", SMALL)
        assert approval(workspace, WEEK) is None


@pytest.fixture
def opened(tmp_path):
    """Opens a workspace with a draft of two cards and these settings."""

    @contextmanager
    def made(settings=""):
        (tmp_path / "weekly.toml").write_text(settings, encoding="utf-8")
        with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
            write(workspace, "本周两篇。")
            yield workspace

    return made


def test_the_log_tells_what_was_approved_over_which_findings_and_from_when(opened):
    with opened() as workspace:
        revision = approve(workspace, WEEK, "ada", SMALL)
        approve(workspace, WEEK, "grace", SMALL, due_at=NOW + LATER, invited_by="ada")
        told = [(entry.by, entry.data) for entry in stored(workspace).reviews.history(WEEK)]
    same = {"revision": revision.number, "hash": revision.hash, "overrides": SMALL}
    assert told == [
        ("grace", {**same, "invited_by": "ada", "due_at": (NOW + LATER).isoformat()}),
        ("ada", {**same, "invited_by": "", "due_at": ""}),
    ]


def test_only_an_editor_or_whom_one_has_invited_approves(opened):
    with opened('[review]\neditors = ["ada"]\n') as workspace:
        for nobody in ("grace", "", " "):
            with pytest.raises(NotApproved, match="editors are ada"):
                approve(workspace, WEEK, nobody, SMALL)
        approve(workspace, WEEK, "grace", SMALL, invited_by="ada")
        approve(workspace, WEEK, "ada", SMALL)
        assert [one.by for one in stored(workspace).drafts.approvals(WEEK)] == ["ada", "grace"]


def test_an_editor_may_do_without_invitation_what_only_editors_may(opened):
    with opened('[review]\neditors = ["ada"]\n') as workspace:
        require_editor(workspace, "ada")
        with pytest.raises(NotApproved, match="'grace' may not approve: editors are ada"):
            require_editor(workspace, "grace")


def test_where_no_editors_are_named_everybody_with_a_name_approves(opened):
    with opened() as workspace:
        with pytest.raises(NotApproved, match="people with a name"):
            approve(workspace, WEEK, " ", SMALL)
        assert approve(workspace, WEEK, "somebody", SMALL).number == 1


def test_how_many_findings_stand_in_the_way_is_said(opened):
    with opened() as workspace:
        with pytest.raises(Blocked, match=r"^a finding stands in the way of 2025-W15: thin: "):
            approve(workspace, WEEK, "ada")
        write(workspace, "{{ summary }} TODO")
        blocking = [
            one for one in findings(workspace, stored(workspace).drafts.find(WEEK).draft) if one.level == "block"
        ]
        with pytest.raises(Blocked, match=rf"^{len(blocking)} findings stand in the way of 2025-W15: "):
            approve(workspace, WEEK, "ada")
        with pytest.raises(Blocked, match="nothing to override for links, numbers"):
            approve(workspace, WEEK, "ada", {"numbers": "x", "links": "y", "thin": " "})


def test_dead_links_and_what_was_said_before_are_among_the_findings(opened):
    with opened() as workspace:
        draft = stored(workspace).drafts.find(WEEK).draft
        dead = replace(draft.cards[0].links[0], kind=LinkKind.CODE, url="https://x.example/gone")
        draft = replace(draft, cards=(replace(draft.cards[0], links=(dead,)), draft.cards[1]))
        with workspace.store.write() as tx:
            tx.links.set(dead.url, Reach.DEAD, "HTTP 404", NOW)
            tx.published_works.add([("other:1", draft.cards[1].title, ["other:1"])], "2025-W10", NOW)
        said = findings(workspace, draft)
    assert {(one.check, one.card) for one in said} >= {("links", draft.cards[0].id), ("repeated", draft.cards[1].id)}
    assert [one.level for one in said] == sorted(one.level for one in said)


def test_the_same_editor_may_approve_again_where_one_is_enough(opened):
    with opened() as workspace:
        approve(workspace, WEEK, "ada", SMALL, due_at=NOW + LATER)
        approve(workspace, WEEK, "ada", SMALL)
        assert len(stored(workspace).drafts.approvals(WEEK)) == 2


def test_an_issue_of_two_approvals_waits_for_the_later_moment_and_has_the_reasons_of_both(opened):
    with opened("[review]\napprovals = 2\n") as workspace:
        approve(workspace, WEEK, "ada", {"thin": "a quiet week"}, due_at=NOW)
        with pytest.raises(NotApproved, match="approved by ada: 2 people"):
            pipeline.publish(workspace, WEEK)
        approve(workspace, WEEK, "grace", SMALL)
        issue = pipeline.publish(workspace, WEEK)
    assert issue.approved_by == "ada, grace"


@pytest.mark.parametrize(
    ("editors", "said"),
    [('"ada"', ", and [review] editors names 1: add one"), ('"ada", "grace"', ""), ("", "")],
    ids=["too few are named", "enough are named", "nobody is named"],
)
def test_who_waits_for_more_approvals_than_there_are_editors_is_told_so(opened, editors, said):
    with opened(f"[review]\napprovals = 2\neditors = [{editors}]\n") as workspace:
        approve(workspace, WEEK, "ada", SMALL)
        with pytest.raises(
            NotApproved, match=rf"^{WEEK} is approved by ada: 2 people have to approve it{re.escape(said)}$"
        ):
            pipeline.publish(workspace, WEEK)


def test_a_card_of_the_draft_is_found_by_its_id_and_one_that_is_not_there_is_refused(opened):
    with opened() as workspace:
        revision = current_revision(workspace, WEEK)
        assert [find_card(revision, card.id) for card in revision.draft.cards] == [*revision.draft.cards]
        with pytest.raises(
            StageError, match=f"the draft of {WEEK} has no card 'arxiv:none': accept the candidate first"
        ):
            find_card(revision, "arxiv:none")
        with pytest.raises(StageError, match="2025-W16 has no draft: run 'weekly run --week 2025-W16' first"):
            current_revision(workspace, WEEK.shift(1))


def test_nobody_approves_twice_nor_lets_somebody_do_so_for_them_and_it_is_said_whose_was_there(opened):
    with opened('[review]\napprovals = 2\neditors = ["Ada Lovelace", "grace"]\n') as workspace:
        approve(workspace, WEEK, "Prof. Li", SMALL, invited_by="Ada Lovelace")
        with pytest.raises(NotApproved, match=r"^Ada Lovelace has approved this already: 2 different people have to$"):
            approve(workspace, WEEK, "Ada Lovelace", SMALL)
        for_ada = r"^Ada Lovelace, for whom Dr. Wu would approve, has approved this already"
        with pytest.raises(NotApproved, match=for_ada):
            approve(workspace, WEEK, "Dr. Wu", SMALL, invited_by="Ada Lovelace")
        approve(workspace, WEEK, "grace", SMALL)
        assert pipeline.publish(workspace, WEEK).approved_by == "Prof. Li, grace"


@pytest.mark.parametrize("spelling", ["ada lovelace", " Ada  LOVELACE", "Ａｄａ Lovelace"])
def test_another_spelling_of_a_name_is_no_other_person(opened, spelling):
    with opened("[review]\napprovals = 2\n") as workspace:
        approve(workspace, WEEK, "Ada Lovelace", SMALL)
        with pytest.raises(NotApproved, match="has approved this already"):
            approve(workspace, WEEK, spelling, SMALL)


def test_an_approval_is_withdrawn_with_all_the_others_once(opened):
    with opened("[review]\napprovals = 2\n") as workspace:
        for by in ("ada", "grace"):
            approve(workspace, WEEK, by, SMALL)
        assert withdraw(workspace, WEEK, "ada") == 2
        with pytest.raises(StageError, match="no approval to withdraw"):
            withdraw(workspace, WEEK, "ada")
        with pytest.raises(NotApproved, match="not approved as it stands"):
            pipeline.publish(workspace, WEEK)


def test_what_waits_is_published_from_its_moment_on(opened):
    with opened("[review]\napprovals = 2\n") as workspace:
        approve(workspace, WEEK, "ada", SMALL)
        approve(workspace, WEEK, "grace", SMALL, due_at=NOW + timedelta(seconds=1))
        with pytest.raises(NotApproved, match="waits until 2025-04-14 06:00 UTC"):
            pipeline.publish(workspace, WEEK)


@pytest.fixture
def served(postgres_template, opened):
    with opened(f'[database]\nurl = "{postgres_template()}"\n') as workspace:
        yield workspace


def while_others_write(workspace, write, act):
    """What *act* returns that comes to the draft's lock while *write* is not committed yet."""
    with ThreadPoolExecutor(1) as pool:
        with workspace.store.write() as tx:
            tx.lock(f"draft {WEEK}")
            write(tx)
            acting = pool.submit(act)
            waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            while not acting.done() and not tx.connection.scalar(waiting):
                pass
        return acting.result()


def test_an_approval_waits_for_whoever_writes(served):
    seen = stored(served).drafts.find(WEEK)
    later = replace(a_draft(), summary="本周的两篇。")
    with pytest.raises(Conflict, match="edited since you looked"):
        while_others_write(
            served,
            lambda tx: tx.drafts.add(later, "grace", NOW),
            lambda: approve(served, WEEK, "ada", SMALL, expected=seen.hash),
        )
    assert approval(served, WEEK) is None


def test_what_is_being_published_is_not_withdrawn(served):
    revision = approve(served, WEEK, "ada", SMALL)
    issue = Issue(week=str(WEEK), number=1, hash=revision.hash, published_at=NOW, draft=revision.draft)
    with pytest.raises(StageError, match="published already"):
        while_others_write(served, lambda tx: tx.issues.add(issue), lambda: withdraw(served, WEEK, "ada"))
    assert approval(served, WEEK).by == "ada"
