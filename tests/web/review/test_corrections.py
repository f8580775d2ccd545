"""What was published and was withdrawn or rewritten since is corrected from the page of the week that noticed it."""

from __future__ import annotations

import pytest

from tests.published import approve
from tests.review.test_usual import FIRST, SECOND
from tests.stages.test_collect import API, LATER, SETTINGS, W15, W16, everything
from tests.stored import stored
from tests.web.review.conftest import elements, visiting
from tests.wire_formats import NOW, Api, paper
from weekly import pipeline
from weekly.archive.publish import publish
from weekly.review.corrections import prepared_corrections
from weekly.review.findings import findings
from weekly.testing import SavedAnswers, workspace

HOME = f"/review/{W16}"
COMMENT = "This paper has been withdrawn: *Theorem 2* is wrong."


@pytest.fixture
def opened(tmp_path):
    """A week whose runs noticed that of two published papers one was withdrawn and one has another title."""
    with workspace(tmp_path, SETTINGS, SavedAnswers({**everything(), API: Api(FIRST)}), now=NOW) as first:
        pipeline.collect(first, W15)
        pipeline.classify(first, W15)
        approve(first, pipeline.draft(first, W15).draft)
        publish(first, W15)
    gone = paper("2504.00001", version=2, updated="2025-04-17T00:00:00Z", comment=COMMENT)
    other = paper("2504.00002", version=3, updated="2025-04-17T00:00:00Z", title="Why harbours silt up")
    answers = SavedAnswers({**everything(), API: Api([gone, other, *SECOND])})
    with workspace(tmp_path, SETTINGS, answers, now=LATER) as second:
        pipeline.collect(second, W16)
        pipeline.classify(second, W16)
        pipeline.draft(second, W16)
        yield second


def about(workspace):
    revision = stored(workspace).drafts.find(W16)
    return {one.check for one in findings(workspace, revision.draft)} & {"withdrawn", "major update"}


def test_the_correction_is_prepared_and_one_click_puts_it_beside_the_issue(opened):
    assert about(opened) == {"withdrawn", "major update"}
    with visiting(opened, None) as editor:
        editor.get(HOME, params={"token": "a-long-secret-token", "as": "ada"})
        for view in ("", "/order", "/preview"):
            (link, *_) = elements(editor.get(HOME + view), "data-correct")
            assert link["href"] == f"{HOME}/corrections"
        page = editor.get(f"{HOME}/corrections")
        assert [one["data-correction"] for one in elements(page, "data-correction")] == [
            "arxiv:2504.00001",
            "arxiv:2504.00002",
        ]
        assert (
            "发布之后，作者撤回了这篇论文。作者说明：“This paper has been withdrawn: \\*Theorem 2\\* is wrong.”"
            in page.text
        )
        assert "发布之后出了 v3，题目改为《Why harbours silt up》。" in page.text
        sent = {"issue": "2025-W15", "card": "arxiv:2504.00001", "text": "作者撤回了这篇论文。", "notify": ""}
        done = editor.post(f"{HOME}/correct", data=sent)
        assert "2025-W15 1" in done.text
        left = [one["data-correction"] for one in elements(done, "data-correction")]
        assert left == ["arxiv:2504.00002"]
    (erratum,) = stored(opened).issues.errata(W15)
    assert (erratum.card, erratum.text, erratum.by) == ("arxiv:2504.00001", "作者撤回了这篇论文。", "ada")
    assert "撤回" in (opened.archive / "2025" / "W15" / "errata.md").read_text(encoding="utf-8")
    assert about(opened) == {"major update"}
    assert [one.update.card for one in prepared_corrections(opened, W16)] == ["arxiv:2504.00002"]


def test_what_names_no_issue_or_card_is_refused_in_a_line(opened):
    with visiting(opened) as editor:
        editor.get(HOME, params={"token": "a-long-secret-token"})
        for issue, card, status in (("2025-W99", "x", 404), ("2025-W14", "x", 409), ("2025-W15", "x", 409)):
            answer = editor.post(f"{HOME}/correct", data={"issue": issue, "card": card, "text": "Wrong."})
            assert answer.status_code == status, issue
    assert stored(opened).issues.errata(W15) == []
