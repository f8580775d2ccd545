"""Learning topics: new weights replace the old only where sources that were left out say so."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from tests.classify.works import TOPICS, WORDS, entry, examples, weights
from weekly.classify.blend import Mix
from weekly.classify.examples import fingerprint, read_example, title_only
from weekly.classify.guess import guess_labels
from weekly.errors import ParseError
from weekly.learning.calibrate import HeldOutScores, calibrate
from weekly.learning.fitting import fit_weights
from weekly.learning.topics import blend, folds, learn, samples
from weekly.select.weights import unpack
from weekly.settings import Topic

MIX = {"linear": 1.0, "rules": 1.0, "most": 5.0, "other": -2.0}
OLD = weights({"oven": (1, 0)}, tuple(sorted(WORDS)), bare=MIX, full=MIX)


def test_what_the_lists_agree_about_is_learned_and_kept():
    told = examples(180)
    outcome = learn(told, TOPICS, [(OLD, 1.0)])
    assert "better: the new weights take a share of" in outcome.report
    assert outcome.content is not None
    new = unpack(outcome.content)
    assert fingerprint(told[0].entry) in new.extra["seen"].split()
    best = blend(TOPICS, [(OLD, 1 - new.extra["share"]), (new, new.extra["share"])])
    assert best.classify([entry("Cyclone seen by radar")])[0][0].topic == "weather"


def test_the_same_examples_give_the_same_bytes():
    assert learn(examples(90), TOPICS, [(OLD, 1.0)]).content == learn(examples(90), TOPICS, [(OLD, 1.0)]).content


def test_labels_that_follow_nothing_leave_the_old_weights():
    outcome = learn(examples(120, told=False), TOPICS, [(OLD, 1.0)])
    assert outcome.content is None
    assert outcome.report.endswith("no better than the old; kept the old")


def test_what_the_old_weights_have_seen_proves_nothing():
    told = examples(60)
    seen = replace(OLD, extra={**OLD.extra, "seen": " ".join(fingerprint(one.entry) for one in told)})
    outcome = learn(told, TOPICS, [(seen, 1.0)])
    assert outcome.content is None
    assert "learned from all but 0 of them" in outcome.report


@pytest.mark.parametrize("told", [[], examples(40, sources=1)])
def test_one_source_cannot_be_left_out(told):
    outcome = learn(told, TOPICS, [(OLD, 1.0)])
    assert outcome.content is None
    assert "two sources are needed" in outcome.report


def test_a_source_that_alone_has_a_topic_is_passed_over_in_the_comparison():
    told = [replace(one, source=one.topic) for one in examples(80)]
    assert learn(told, TOPICS, [(OLD, 1.0)]).content is None


def test_an_abstract_is_learned_from_beside_the_title():
    one = examples(1)[0]
    longer = replace(one, entry=replace(one.entry, text="An oven."))
    assert len(samples([one])) == 1
    assert [sample.weight for sample in samples([longer])] == [1.0, 0.5]
    assert title_only(longer).entry.text == ""


def test_every_source_lies_in_one_fold():
    sources = [f"list {number % 7}" for number in range(100)]
    by_source = {}
    for source, fold in zip(sources, folds(sources), strict=True):
        assert by_source.setdefault(source, fold) == fold
    assert len(set(by_source.values())) == 5


@pytest.mark.parametrize(
    "line", [{"title": "a"}, {"topic": "b"}, {"title": " ", "topic": "b"}, {"title": 1, "topic": 2}]
)
def test_a_line_without_title_or_topic_is_refused_with_its_place(line):
    with pytest.raises(ParseError, match=r"labels\.jsonl:7: has no '(title|topic)'"):
        read_example(line, "labels.jsonl:7")


def test_a_line_may_say_where_it_comes_from():
    assert read_example({"title": "a", "topic": "b", "week": "2025-W15"}).source == "2025-W15"
    assert read_example({"title": "a", "topic": "b"}).source == "unnamed"


def test_rules_label_what_they_are_sure_of_and_what_fits_nothing():
    topics = [Topic(slug="weather", keywords={"cyclone": 10}), Topic(slug="cooking", keywords={"oven": 10})]
    entries = [entry("A cyclone"), entry("A cyclone in an oven"), entry("Storks", "They fly."), entry("Storks")]
    found = {one.entry.title: one.topic for one in guess_labels(entries, topics)}
    assert found == {"A cyclone": "weather", "Storks": "other"}


def test_the_mix_that_is_right_more_often_is_chosen_and_is_cautious():
    right_by_rules = [HeldOutScores(linear=[0.6, 0.4, 0.0], rules=[0.0, 6.0], right=1) for _ in range(20)]
    right_by_words = [HeldOutScores(linear=[0.9, 0.1, 0.0], rules=[0.0, 0.0], right=0) for _ in range(20)]
    mix = calibrate([*right_by_rules, *right_by_words], other=-2.0)
    assert isinstance(mix, Mix)
    assert mix.other == -2.0
    for one in (*right_by_rules, *right_by_words):
        found = mix.confidences(one.linear, one.rules)
        assert found.index(max(found)) == one.right
        assert max(found) < 0.999
    assert Mix.of(mix.as_header()) == mix


def test_three_topics_are_learned_like_two_and_only_the_most_telling_words_are_kept():
    three = [replace(one, topic="reading") if number % 3 == 0 else one for number, one in enumerate(examples(120))]
    found = fit_weights(samples(three), strength=3.0, most=5)
    assert found.classes == ("cooking", "reading", "weather")
    assert len(found.table) == 5


def test_without_scikit_learn_there_is_one_line_that_names_the_mend():
    said = "import sys; sys.modules['sklearn'] = None; from weekly.cli import main; main(['learn', 'topics'])"
    ran = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == "weekly: learning needs scikit-learn: pip install 'weekly-digest[learn]'\n"
