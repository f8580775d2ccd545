from __future__ import annotations

import pytest

from tests.drafting.endpoint import endpoint, refuses, says, status
from tests.drafting.works import settings
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.probe import probe


def attentive(**more):
    """Answers with the word that the first line names."""
    return lambda handler, body: says({"word": body["messages"][-1]["content"].split()[3].rstrip(".")}, **more)(
        handler, body
    )


def asked(behave) -> str:
    with endpoint([behave]) as stand:
        made = settings(llm={"base_url": stand.url, "model": "m", "tries": 1}, http={"timeout": 2})
        return probe(made.llm, made.http)


def test_a_model_that_answers_is_said_to_answer_and_nothing_else():
    assert asked(attentive()).partition(" in ")[0] == "m answered"
    assert ";" not in asked(attentive())


def test_what_the_endpoint_does_not_take_is_said():
    refusal = refuses("'temperature' is unsupported", unless=lambda body: "temperature" not in body, then=attentive())
    assert asked(refusal).endswith("; takes no temperature")


def test_a_model_that_missed_the_beginning_is_said_to_be_small():
    assert "missed a word at the beginning" in asked(says({"word": "gauge"}))


@pytest.mark.parametrize(
    ("behave", "reason"),
    [
        (attentive(usage={"prompt_tokens": 2048, "completion_tokens": 9}), "took only 2,048 tokens"),
        (status(401), "WEEKLY_LLM_API_KEY"),
        (status(503), "HTTP 503"),
    ],
)
def test_a_model_that_cannot_write_cards_says_why(behave, reason):
    with pytest.raises(NoAnswer, match=reason):
        asked(behave)
