"""The week's funnel on the page: each number leads to what it counts, with the reason."""

from __future__ import annotations

from tests.stored import stored
from tests.web.review.conftest import HOME, WEEK, elements
from weekly.models import LeftOut, Omission, Status
from weekly.review.decide import decide
from weekly.select.titles import title_key
from weekly.stages.funnel import STEPS, week_funnel
from weekly.stages.funnel_rows import LOST, funnel_rows


def test_every_view_shows_the_steps_and_each_of_them_its_list(editor, workspace):
    first, *_ = stored(workspace).candidates.ranking(WEEK)
    decide(workspace, WEEK, first.work.id, Status.REJECTED, "ada")
    with workspace.store.read() as tx:
        funnel, shown = week_funnel(tx, WEEK), tx.source_runs.health(WEEK)
    page = editor.get(HOME)
    counted = {name for name, _ in STEPS if getattr(funnel, name)}
    assert {one["data-step"] for one in elements(page, "data-step")} == counted
    assert f"{sum(one.seen for one in shown)} shown by the sources" in page.text
    for name, _ in STEPS:
        listed = editor.get(f"{HOME}/funnel", params={"of": name})
        assert len(elements(listed, "data-row")) == getattr(funnel, name), name
    assert {one["data-source"] for one in elements(listed, "data-source")} == {one.source for one in shown}
    rejected = editor.get(f"{HOME}/funnel", params={"of": "rejected"}).text
    assert first.work.lead.title.replace("'", "&#39;") in rejected
    assert elements(editor.get(f"{HOME}/funnel", params={"of": "<script>"}), "data-row") == []


def test_what_was_not_taken_is_named_with_the_reason(workspace):
    with workspace.store.write() as tx:
        at = tx.source_runs.latest(WEEK)["arxiv"]
        old = LeftOut(source="arxiv", key="1", omission=Omission.OUTSIDE, reason="dated 2020", title="Old news")
        broken = LeftOut(source="arxiv", key="2", omission=Omission.UNUSABLE, reason="it has no title")
        tx.left_out.add([old, broken], at)
    rows = {name: [(row.title, row.reason) for row in funnel_rows(workspace, WEEK, name)] for name in LOST}
    assert ("Old news", "arxiv: dated 2020") in rows["outside"]
    assert ("2", "arxiv: it has no title") in rows["unusable"]
    assert ("Old news", "arxiv: dated 2020") not in rows["unusable"]


def test_what_was_published_before_says_where(workspace):
    work = stored(workspace).candidates.ranking(WEEK)[0].work
    with workspace.store.write() as tx:
        named = [(work.id, work.lead.title, [title_key(work.lead.title)])]
        tx.published_works.add(named, "import:old.md", workspace.now())
    (row,) = funnel_rows(workspace, WEEK, "already_published")
    assert (row.title, row.reason) == (work.lead.title, "import:old.md")
