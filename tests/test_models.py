from __future__ import annotations

from weekly.models import Candidate, Entry, Kind, TopicScore, Work


def test_a_candidate_names_the_addresses_of_what_was_merged_into_it_once_each():
    def entry(url):
        return Entry(source="s", key=url, kind=Kind.POST, title="t", url=url)

    work = Work(id="a", keys=frozenset({"a"}), entries=(entry("u"), entry("v"), entry("u"), entry("v"), entry("w")))
    score = TopicScore(topic="agents", score=0.5, reason="r")
    candidate = Candidate(work=work, topics=(score,), score=0.0, parts=())
    assert (candidate.topic, candidate.also) == ("agents", ("v", "w"))
