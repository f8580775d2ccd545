"""The selection: best first, caps per topic, nothing said twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weekly.models import Candidate, Entry, Kind, TopicScore, Work
from weekly.select.choose import choose, kind, separate_duplicates, usual_cap


def candidate(title: str, topic: str = "agents", score: float = 0) -> Candidate:
    entry = Entry(source="arxiv", key=title, kind=Kind.PAPER, title=title, url=f"https://x.org/{title}")
    return Candidate(
        work=Work(id=title, keys=frozenset({title}), entries=(entry,)),
        topics=(TopicScore(topic=topic, score=0.9, reason=""),),
        score=score,
        parts=(),
    )


def titles(candidates: tuple[Candidate, ...]) -> list[str]:
    return [one.work.lead.title for one in candidates]


def test_no_topic_gets_more_than_its_cap_and_the_issue_stays_short_for_it() -> None:
    crowd = [candidate(name) for name in ("Alpha", "Beta", "Gamma", "Delta")] + [candidate("Omega", "3d")]
    choice = choose(crowd, count=4, caps={"agents": 2})
    assert titles(choice.taken) == ["Alpha", "Beta", "Omega"]
    assert choice.reasons == dict.fromkeys(("Gamma", "Delta"), "2 on agents stand above, its cap")


def test_a_topic_without_a_cap_gets_a_quarter_of_the_issue_while_there_is_anything_else() -> None:
    crowd = [candidate(f"Agent{number}") for number in range(20)] + [
        candidate(f"Thing{number}", f"topic{number}") for number in range(20)
    ]
    choice = choose(crowd, count=20, caps={})
    assert sum(one.topic == "agents" for one in choice.taken) == usual_cap(20) == 5
    assert choice.reasons["Agent7"] == "5 on agents stand above"
    assert [usual_cap(count) for count in (1, 4, 12, 13, 100)] == [3, 3, 3, 4, 25]


def test_an_issue_is_not_left_short_for_the_sake_of_a_cap_that_nobody_set() -> None:
    assert len(choose([candidate(f"Agent{number}") for number in range(20)], count=12, caps={}).taken) == 12


def test_what_fits_no_topic_is_not_capped_as_one() -> None:
    crowd = [candidate(f"Thing{number}", "other") for number in range(20)]
    assert len(choose([*crowd, candidate("Agent")], count=12, caps={}).taken) == 12


def test_what_fits_no_topic_is_not_ten_times_the_same() -> None:
    names = ("barges", "cranes", "ferries", "gliders", "lorries", "rockets", "sledges", "trams")
    crowd = [candidate(f"Language-driven engines that steer {name} over {name[::-1]}", "other") for name in names]
    rest = [candidate(f"Lemma{number}", "other") for number in range(9)]
    choice = choose([*crowd, *rest], count=12, caps={})
    assert sum("engines" in title for title in titles(choice.taken)) == 3
    assert choice.reasons[crowd[5].work.id] == "3 on language driven stand above"


def test_no_four_neighbours_are_of_one_kind_and_what_is_moved_says_so() -> None:
    crowd = [candidate(f"Agent{number}") for number in range(6)] + [candidate("Omega", "3d"), candidate("Psi", "3d")]
    choice = choose(crowd, count=8, caps={"agents": 6})
    kinds = [kind(one) for one in choice.taken]
    assert kinds == ["agents"] * 3 + ["3d"] + ["agents"] * 3 + ["3d"]
    assert choice.reasons["Omega"] == "moved up between works on agents"


def test_of_near_duplicates_only_the_first_is_taken() -> None:
    crowd = [
        candidate("UNO: Less to More Generalization"),
        candidate("UNO: less-to-more generalization!"),
        candidate("Zeta"),
    ]
    assert titles(choose(crowd, count=3, caps={}).taken) == ["UNO: Less to More Generalization", "Zeta"]


def test_near_duplicates_do_not_stand_side_by_side() -> None:
    crowd = [candidate(name) for name in ("Alpha beta one", "alpha beta One", "Gamma", "Delta")]
    assert titles(separate_duplicates(crowd)) == ["Alpha beta one", "Gamma", "alpha beta One", "Delta"]


def test_with_nothing_to_put_between_they_stay() -> None:
    crowd = [candidate("Alpha beta one"), candidate("alpha beta One")]
    assert titles(separate_duplicates(crowd)) == ["Alpha beta one", "alpha beta One"]


@given(st.lists(st.sampled_from(["Alpha beta", "alpha Beta", "Gamma", "gamma", "Delta"]), max_size=12))
def test_apart_loses_and_invents_nothing(names: list[str]) -> None:
    crowd = [candidate(name) for name in names]
    assert sorted(titles(separate_duplicates(crowd))) == sorted(names)


@given(st.lists(st.sampled_from(["3d", "agents", "other"]), max_size=30), st.integers(0, 10), st.integers(0, 4))
def test_caps_hold_nothing_comes_twice_and_no_four_are_side_by_side_while_others_are_left(
    topics: list[str], count: int, cap: int
) -> None:
    crowd = [candidate(f"title{number}", topic) for number, topic in enumerate(topics)]
    chosen = choose(crowd, count=count, caps={"3d": cap, "agents": cap}).taken
    assert len(chosen) <= count
    assert len({one.work.id for one in chosen}) == len(chosen)
    assert all(sum(one.topic == topic for one in chosen) <= cap for topic in ("3d", "agents"))
    for place in range(len(chosen) - 3):
        side_by_side = {kind(one) for one in chosen[place : place + 4]}
        assert len(side_by_side) > 1 or {kind(one) for one in chosen[place:]} == side_by_side
