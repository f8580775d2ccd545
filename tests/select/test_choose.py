"""The selection: best first, caps per topic, nothing said twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from weekly.models import Candidate, Entry, Kind, TopicScore, Work
from weekly.select.choose import choose, separate_duplicates


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


def test_no_topic_gets_more_than_its_cap() -> None:
    crowd = [candidate(name) for name in ("Alpha", "Beta", "Gamma", "Delta")] + [candidate("Omega", "3d")]
    assert titles(choose(crowd, count=4, caps={"agents": 2})) == ["Alpha", "Beta", "Omega"]


def test_a_topic_without_a_cap_of_its_own_gets_the_common_one() -> None:
    crowd = [candidate(name, "hobby") for name in ("Alpha", "Beta", "Gamma")]
    assert titles(choose(crowd, count=3, caps={"agents": 9}, cap=1)) == ["Alpha"]


def test_of_near_duplicates_only_the_first_is_taken() -> None:
    crowd = [
        candidate("UNO: Less to More Generalization"),
        candidate("UNO: less-to-more generalization!"),
        candidate("Zeta"),
    ]
    assert titles(choose(crowd, count=3, caps={})) == ["UNO: Less to More Generalization", "Zeta"]


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
def test_caps_hold_and_the_order_stays(topics: list[str], count: int, cap: int) -> None:
    crowd = [candidate(f"title{number}", topic) for number, topic in enumerate(topics)]
    chosen = choose(crowd, count=count, caps={}, cap=cap)
    assert len(chosen) <= count
    assert all(sum(one.topic == topic for one in chosen) <= cap for topic in topics)
    places = [crowd.index(one) for one in chosen]
    assert places == sorted(places)
