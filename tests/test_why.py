"""weekly why ID: what became of any entry, and at which stage."""

from __future__ import annotations

import json

import pytest

from tests.stages.test_collect import FEED, LATER, SETTINGS, W15, W16, everything, publish
from tests.wire_formats import NOW, Api, atom, paper, post, search
from weekly import pipeline
from weekly.models import Status
from weekly.testing import SavedAnswers, workspace
from weekly.why import why

API, SEARCH = "https://export.arxiv.org/api/query", "https://api.github.com/search/repositories"


@pytest.fixture
def opened(tmp_path):
    listed = [
        paper("2504.00001", abstract="Code: https://github.com/acme/rocket"),
        paper("2504.00002", comment="This paper has been withdrawn"),
        paper("2504.00003"),
    ]
    with workspace(tmp_path, SETTINGS, SavedAnswers({**everything(), API: Api(listed)}), now=NOW) as inside:
        pipeline.collect(inside, W15)
        yield inside


def stage(opened, text):
    return why(opened, text).stage


@pytest.mark.parametrize(
    "text", ["2504.00003", "arXiv:2504.00003v9", "https://arxiv.org/pdf/2504.00003", "arxiv:2504.00003"]
)
def test_an_entry_is_found_by_whatever_names_it(opened, text):
    answer = why(opened, text)
    assert (answer.id, answer.stage) == ("arxiv:2504.00003", "collected")
    assert "from arxiv as 2504.00003" in answer.fates[0].said[0]


def test_every_stage_has_its_word(opened):
    assert stage(opened, "2504.00003") == "collected"
    pipeline.classify(opened, W15)
    assert stage(opened, "2504.00003") == "candidate"
    assert stage(opened, "2504.00002") == "withdrawn"
    with opened.store.write() as tx:
        tx.candidates.decide(W15, "arxiv:2504.00003", Status.REJECTED)
    assert stage(opened, "2504.00003") == "rejected"
    pipeline.draft(opened, W15)
    assert stage(opened, "2504.00001") == "selected"
    with opened.store.write() as tx:
        tx.candidates.decide(W15, "arxiv:2504.00003", Status.PENDING)
    assert stage(opened, "2504.00003") == "candidate"
    assert "not among the" in why(opened, "2504.00003").fates[0].said[-1]
    publish(opened, W15)
    assert stage(opened, "2504.00001") == "published"


def test_what_was_left_out_is_known_with_its_reason(opened):
    old = post("Old news", "https://elsewhere.example/old", day="2024-12-01")
    with workspace(opened.root, SETTINGS, SavedAnswers({FEED: (200, {}, atom(old))}), now=NOW) as again:
        pipeline.collect(again, W15, only={"feed:blog"})
        answer = why(again, "https://elsewhere.example/old")
    assert answer.stage == "older"
    assert answer.notes == ("feed:blog showed 'Old news': older: dated 2024-12-01, before the source was first read",)


def test_what_was_merged_is_told_with_its_work(opened):
    answer = why(opened, "acme/rocket")
    assert answer.id == "arxiv:2504.00001"
    assert "2 entries are one work" in answer.fates[0].said[1]


def test_what_came_after_the_ranking_says_so(opened):
    pipeline.classify(opened, W15)
    late = SavedAnswers({API: Api([paper("2504.00009")])})
    with workspace(opened.root, SETTINGS, late, now=NOW) as again:
        pipeline.collect(again, W15)
        assert "run 'weekly classify" in why(again, "2504.00009").fates[0].said[-1]


def test_what_was_published_before_and_its_updates_are_told(opened):
    publish(opened, W15)
    second = paper("2504.00001", version=2, updated="2025-04-16T00:00:00Z")
    answers = {**everything(), API: Api([second]), SEARCH: (200, {}, search())}
    with workspace(opened.root, SETTINGS, SavedAnswers(answers), now=LATER) as later:
        pipeline.collect(later, W16)
        answer = why(later, "2504.00001")
    assert answer.stage == "published"
    assert [(one.change, one.version, one.week) for one in answer.updates] == [("version", "2", "2025-W16")]


def test_what_nobody_gave_is_said_to_be_so(opened):
    answer = why(opened, "2599.99999")
    assert (answer.stage, answer.fates) == ("not collected", ())
    assert "no source gave it" in answer.notes[0]
    assert "mention" in why(opened, "https://github.com/acme").notes[0]
    assert stage(opened, "") == "not collected"


def test_what_was_only_imported_counts_as_published(opened):
    with opened.store.write() as tx:
        tx.published_works.add([("arxiv:2401.00001", "Old", ["arxiv:2401.00001"])], "2024-W02", NOW)
    assert "counts as published: 2024-W02" in why(opened, "2401.00001").notes[0]


def test_the_command_tells_people_and_programs(opened, weekly):
    told = weekly("--workspace", opened.root, "why", "2504.00001")
    assert told.out.startswith("arxiv:2504.00001: collected\n")
    plain = json.loads(weekly("--workspace", opened.root, "why", "2504.00001", "--json").out)
    assert (plain["id"], plain["stage"], plain["fates"][0]["week"]) == ("arxiv:2504.00001", "collected", "2025-W15")
