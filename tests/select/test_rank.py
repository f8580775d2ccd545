"""The score is the sum of parts that an editor can read; ties and near-duplicates stand where they should."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.classify.works import entry, weights
from weekly.errors import ParseError
from weekly.learning.selection import single_entry_work
from weekly.models import Kind, TopicScore
from weekly.select.near import near_groups
from weekly.select.rank import NOTHING, Interests, Signals, rank, score_work
from weekly.select.selection_weights import (
    GLANCE,
    SelectionWeights,
    author_key,
    load_selection_weights,
    packaged_weights,
)
from weekly.select.weights import pack

TOPIC = (TopicScore(topic="agents", score=0.9, reason="phrase 'agent' in the title"),)
OTHER = (TopicScore(topic="other", score=0.1, reason="no topic stands out"),)
HEADER = {"signs": {"code": 1.0, "topic agents": 0.5}, "usual": {}, "authors": {author_key("Ada Lovelace"): 2.0}}
NO_TASTE = Interests()
LEARNED = SelectionWeights.of(weights({"rocket": (50,), "barge": (-50,)}, ("picked",), **HEADER))


def work(title="A rocket", *, kind=Kind.PAPER, **more):
    return single_entry_work(replace(entry(title, **more), kind=kind))


def weigh(one, topics=TOPIC, weights=LEARNED, interests=NO_TASTE, signals=NOTHING):
    return score_work(one, topics, weights, interests, signals)


def parts(one, topics=TOPIC, **options):
    (candidate,) = rank([weigh(one, topics, **options)], LEARNED)
    assert candidate.score == pytest.approx(sum(part.value for part in candidate.parts))
    assert all(part.reason for part in candidate.parts)
    return {part.name: part for part in candidate.parts}


def test_what_was_learned_is_shown_in_parts():
    found = parts(work(text="Code: https://github.com/a/b", authors=("Ada Lovelace", "B")))
    assert found["wording"].value > 0
    assert "'rocket'" in found["wording"].reason
    assert found["code"].reason == "names its code"
    assert found["authors"].reason == "papers by Ada Lovelace were picked"
    assert found["topic"].value == pytest.approx(0.9 + 0.45)
    assert parts(work("Nothing known"))["topic"].reason.startswith("agents (phrase 'agent' in the title)")


@pytest.mark.parametrize("name", ["ADA  Lovelace", "Ada K. Lovelace", "Adá Lovelace", "Ada K. É. Lovelace"])
def test_an_author_is_known_with_accents_and_middle_initials_or_without(name):
    assert parts(work(authors=(name,)))["authors"].value == 2.0


@pytest.mark.parametrize("name", ["A. Lovelace", "Lovelace", "Ada Kate Lovelace", "李白", "É. .", "."])
def test_a_name_that_may_be_somebody_elses_is_not_taken_for_an_authors(name):
    assert "authors" not in parts(work(authors=(name,)))


def test_the_best_topic_counts_by_how_well_it_fits_and_the_second_does_not():
    fits = TopicScore(topic="3d", score=0.123456, reason="phrase 'mesh'")
    found = parts(work("a/b", kind=Kind.PROJECT), (fits, *TOPIC))
    assert (found["topic"].value, found["topic"].reason) == (0.1235, "3d (phrase 'mesh')")


def test_what_fits_no_topic_loses():
    found = parts(work("a/b", kind=Kind.PROJECT), OTHER)["topic"]
    assert (found.value, found.reason) == (-1.0, "fits none of the topics")


def test_parts_come_the_largest_first_and_nothing_that_adds_nothing():
    signals = Signals(gained=99, published_like="The rocket")
    project = work("a/b", kind=Kind.PROJECT, stars=9, picked=True, text="Code: https://github.com/a/b")
    (candidate,) = rank([weigh(project, signals=signals)], LEARNED)
    assert [part.name for part in candidate.parts] == ["community", "growth", "topic", "code", "stars", "novelty"]
    unknown = work("a/b", kind=Kind.PROJECT)
    nought = (TopicScore(topic="3d", score=0.0, reason="nothing"),)
    assert weigh(unknown, nought).parts == ()


def test_watched_people_and_places_rise_in_any_spelling():
    interests = Interests(authors=frozenset({"ada lovelace"}), institutions=frozenset({"Analytical Society", ""}))
    found = parts(work(authors=("Ada LOVELACE",), affiliations=("The Analytical society",)), interests=interests)
    assert found["watched"].value == 2.5
    assert found["watched"].reason == "by ada lovelace; from Analytical Society"
    assert "watched" not in parts(work(authors=("B",)), interests=interests)
    for alone_ in (replace(interests, authors=frozenset()), replace(interests, institutions=frozenset())):
        assert "watched" in parts(
            work(authors=("ada lovelace",), affiliations=("Analytical Society",)), interests=alone_
        )
    apart = work(affiliations=("Dept. Analytical", "Society of Engines"))
    assert "watched" not in parts(apart, interests=interests)


def test_stars_and_their_growth_count_by_their_order_of_magnitude():
    project = work("a/b", kind=Kind.PROJECT, stars=999, text="Open-source, see https://a.github.io")
    found = parts(project, signals=Signals(gained=99))
    assert found["stars"].value == pytest.approx(0.9)
    assert found["growth"].value == pytest.approx(1.0)
    assert found["growth"].reason == "99 stars a day"
    assert found["page"].value == 0.3
    assert "wording" not in found
    assert "stars" in parts(work("a/b", kind=Kind.PROJECT, stars=1))
    assert parts(work("a/b", kind=Kind.PROJECT, stars=1234))["stars"].reason == "1,234 stars"


@pytest.mark.parametrize("stars", [None, 0, -3])
def test_no_stars_and_no_growth_are_no_part(stars):
    found = parts(work("a/b", kind=Kind.PROJECT, stars=stars, votes=stars), signals=Signals(gained=-3))
    assert not found.keys() & {"stars", "growth", "community", "novelty"}
    assert "growth" in parts(work("a/b", kind=Kind.PROJECT, stars=stars), signals=Signals(gained=1))


def test_what_is_seen_of_a_project_at_a_glance_counts_code_most():
    seen = "Code: https://github.com/a/b, project page https://b.github.io, code is made available"
    found = parts(work("a/b", kind=Kind.PROJECT, text=seen))
    assert {name: found[name].value for name in GLANCE} == {"code": 0.5, "page": 0.3, "released": 0.3}
    assert found.keys() == {"topic", *GLANCE}


def test_the_votes_of_a_friday_are_as_good_as_those_of_a_monday():
    monday = parts(work(votes=100), signals=Signals(voted=7))["community"]
    friday = parts(work(votes=72), signals=Signals(voted=2))["community"]
    assert abs(monday.value - friday.value) < 0.02
    assert friday.reason == "72 votes in 2 days"


def test_a_work_whose_date_lies_ahead_has_had_no_time_for_votes_yet():
    ahead, fresh = (parts(work(votes=9), signals=Signals(voted=days))["community"] for days in (-0.7, 0))
    assert ahead.value == fresh.value


def test_picks_of_a_community_and_its_votes_count():
    picked = work(key="x")
    picked = replace(picked, entries=(*picked.entries, replace(picked.lead, source="feed:Daily")))
    interests = Interests(community=frozenset({"feed:Daily"}))
    voted = replace(picked, entries=(replace(picked.lead, votes=99), replace(picked.entries[1], votes=9)))
    found = parts(voted, interests=interests)["community"]
    assert (found.value, found.reason) == (2.5, "picked by feed:Daily, 99 votes")
    found = parts(picked, interests=interests)["community"]
    assert (found.value, found.reason) == (1.5, "picked by feed:Daily")
    found = parts(work(votes=1), interests=interests)["community"]
    assert (found.value, found.reason) == (0.1505, "1 votes")
    assert "community" not in parts(work(), interests=interests)


def test_an_entry_that_its_source_calls_picked_counts_without_a_setting():
    found = parts(work(picked=True, votes=9))["community"]
    assert (found.value, found.reason) == (2.0, "picked by arxiv, 9 votes")


def test_what_resembles_something_published_loses():
    one = work()
    found = parts(one, signals=Signals(published_like="The rocket"))
    assert (found["novelty"].value, found["novelty"].reason) == (-1.5, "resembles The rocket, published before")
    assert "novelty" not in parts(one)
    long = parts(one, signals=Signals(published_like="x" * 500))["novelty"].reason
    assert long == f"resembles {'x' * 80}, published before"


def test_equal_scores_stand_in_the_order_of_ids_however_they_come():
    found = [weigh(work(f"Rocket number {number} of {number * 7919}", key=f"k{number}")) for number in range(30)]
    expected = [one.work.id for one in rank(found, LEARNED)]
    for seed in range(5):
        shuffled = random.Random(seed).sample(found, len(found))
        assert [one.work.id for one in rank(shuffled, LEARNED)] == expected


def test_near_duplicates_are_told_apart_and_stand_apart():
    titles = ["Rocket science for agents in the wild", "Rocket Science for Agents in the Wild!"]
    others = ["A rocket of its own kind", "Another thing altogether", "Cooking with sparse data"]
    ranked = rank([weigh(work(title, key=title)) for title in (*titles, *others)], LEARNED)
    groups = near_groups([one.work.lead.title for one in ranked])
    assert all(one != other for one, other in pairwise(groups))
    repeated = next(one for one in ranked if any(part.name == "repetition" for part in one.parts))
    assert repeated.work.lead.title in titles
    assert repeated.score == pytest.approx(sum(part.value for part in repeated.parts))
    leader = next(one for one in ranked if one.work.lead.title in titles and one is not repeated)
    assert repeated.parts[-1].reason == f"nearly the title of {leader.work.id}, which stands above"


def test_the_scores_of_the_package_put_a_release_of_code_above_a_remark():
    good = work("UNO: A Universal Customizer", text="We release the code: https://github.com/a/b. It beats others.")
    bad = work("Remarks on a lemma", text="We remark.")
    both = [weigh(one, topics, packaged_weights()) for one, topics in ((bad, OTHER), (good, TOPIC))]
    assert [one.work.id for one in rank(both)] == [good.id, bad.id]


def test_weights_of_the_workspace_take_the_place_of_the_packaged(tmp_path):
    path = tmp_path / "selection.weights"
    assert load_selection_weights(path) is packaged_weights()
    assert load_selection_weights() is packaged_weights()
    said = {"classes": ["picked"], "bias": [7.0], "scale": [0.1], "signs": {}, "usual": {}, "authors": {}}
    path.write_bytes(pack(said, ["a"], bytes([128])))
    assert load_selection_weights(path).weights.bias == (7.0,)


def test_without_a_crowd_no_word_category_or_author_counts_until_the_workspace_has_learned(tmp_path):
    path = tmp_path / "selection.weights"
    llm = work("LLM agents", text="Large language model agents. https://github.com/a/b", categories=("cs.CL",))
    found = {part.name: part.value for part in weigh(llm, weights=load_selection_weights(path, "none")).parts}
    assert found == {"topic": 0.9, "code": 0.5}
    said = {"classes": ["picked"], "bias": [7.0], "scale": [0.1], "signs": {}, "usual": {}, "authors": {}}
    path.write_bytes(pack(said, ["a"], bytes([128])))
    assert load_selection_weights(path, "none").weights.bias == (7.0,)


@pytest.mark.parametrize(
    "header",
    [
        {"classes": ["agents"], "signs": {}, "usual": {}, "authors": {}},
        {"classes": ["picked"]},
        {"classes": ["picked"], "signs": [], "usual": {}, "authors": {}},
        {"classes": ["picked"], "signs": {"code": "much"}, "usual": {}, "authors": {}},
    ],
)
def test_weights_that_were_learned_for_something_else_are_refused(tmp_path, header):
    path = tmp_path / "selection.weights"
    path.write_bytes(pack({"bias": [0.0], "scale": [0.1], **header}, ["a"], bytes([128])))
    with pytest.raises(ParseError, match=r"selection\.weights: .*not learned for selection.*learn it anew"):
        load_selection_weights(path)


def test_a_name_counts_less_in_a_crowd():
    alone_, crowd = (
        parts(work(authors=("Ada Lovelace", *(f"N{number}" for number in range(extra)))))["authors"].value
        for extra in (0, 80)
    )
    assert 0 < crowd < alone_
