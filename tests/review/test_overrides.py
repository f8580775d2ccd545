"""A reason for which findings may stand is given for one text, by an editor, and goes into its approval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.published import WEEK, a_draft
from tests.stored import stored
from weekly.errors import Blocked, NotApproved, StageError
from weekly.review.overrides import override, overrides
from weekly.testing import SavedAnswers, workspace


@pytest.fixture
def drafted(tmp_path):
    with workspace(tmp_path, '[review]\neditors = ["ada", "ben"]\n', SavedAnswers({})) as opened:
        write(opened, "本周两篇。")
        yield opened


def write(opened, summary):
    with opened.store.write() as tx:
        tx.drafts.add(replace(a_draft(), summary=summary), "grace", opened.now())


def reasons(opened):
    with opened.store.read() as tx:
        return overrides(tx, tx.drafts.find(WEEK))


def test_the_last_reason_holds_until_the_text_is_another(drafted):
    override(drafted, WEEK, "thin", "a small issue is meant", "ada")
    override(drafted, WEEK, "thin", "half of us are away", "ben")
    assert reasons(drafted) == {"thin": "half of us are away (ben)"}
    assert [entry.action for entry in stored(drafted).reviews.history(WEEK)] == ["overridden", "overridden"]
    write(drafted, "本周两篇论文。")
    assert reasons(drafted) == {}


def test_what_does_not_block_and_who_is_no_editor_are_refused(drafted):
    with pytest.raises(Blocked, match="nothing to override for numbers"):
        override(drafted, WEEK, "numbers", "why not", "ada")
    with pytest.raises(NotApproved, match="editors are ada, ben"):
        override(drafted, WEEK, "thin", "why not", "mallory")
    with pytest.raises(StageError, match="no draft"):
        override(drafted, WEEK.shift(1), "thin", "why not", "ada")
    assert reasons(drafted) == {}
