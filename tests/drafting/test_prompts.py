"""The worked example in the prompt is an answer that we would take."""

from __future__ import annotations

import json

import pytest

from weekly.claims import Sources
from weekly.drafting.answer_check import faults_of_text
from weekly.drafting.answer_schemas import WorkAnswer
from weekly.render.environment import environment


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("evergreen", [True, False])
def test_the_example_holds_against_its_own_sources(language, evergreen):
    prompt = environment().get_template("prompts/card.md.j2").render(language=language, evergreen=evergreen)
    example = prompt.partition("An example.")[2]
    told = json.loads(next(line for line in example.splitlines() if line.startswith('{"work"')))
    given = json.loads(example.partition("comes this: ")[2].strip().replace(" …}", "}"))
    answer = WorkAnswer.model_validate(given)
    sources = {one["number"]: one["text"] for one in told["sentences"]}
    known = [told["work"]["name"], *told["work"]["institutions"]]
    for sentence in [*answer.sentences, *answer.plain]:
        held = Sources([*known, *(sources[number] for number in sentence.sources)])
        assert list(faults_of_text(sentence.plain, held, language)) == []
    assert bool(answer.plain) == evergreen
