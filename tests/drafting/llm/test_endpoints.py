"""Endpoints as they are: each of them writes four of four cards, through the real client over loopback."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.drafting.endpoint import Behaviour, completion, endpoint, now_and_then, raw, refuses, says, streams
from tests.drafting.test_model_drafter import FAITHFUL
from tests.drafting.works import ABSTRACT, candidate, context, paper, settings
from weekly.drafting.llm.chat_model import ChatModel
from weekly.drafting.llm.usage import UsageInMemory
from weekly.drafting.model_drafter import ModelDrafter

TEXT = json.dumps(FAITHFUL, ensure_ascii=False)
GOOD = says(FAITHFUL)
GPT5 = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
GPT5_TEMPERATURE = (
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
)
QWEN3 = "parameter.enable_thinking must be set to false for non-streaming calls"


def whole(*args, **beside) -> Behaviour:
    """A completion as it stands, sent as JSON."""
    return raw(json.dumps(completion(*args, **beside)).encode())


def cut_until(enough: Callable[[dict], bool]) -> Behaviour:
    """An answer cut off by its length, until there is room."""
    return lambda handler, body: (GOOD if enough(body) else says(TEXT[:90], finish="length"))(handler, body)


BEHAVIOURS: dict[str, Behaviour] = {
    "GPT-5 takes no max_tokens": refuses(GPT5, unless=lambda body: "max_tokens" not in body, then=GOOD),
    "GPT-5 takes no temperature": refuses(GPT5_TEMPERATURE, unless=lambda body: "temperature" not in body, then=GOOD),
    "DeepSeek takes no json_schema": refuses(
        "This response_format type is unavailable now",
        unless=lambda body: body.get("response_format", {}).get("type") != "json_schema",
        then=GOOD,
    ),
    "empty answers now and then": now_and_then(says(""), GOOD),
    "hosted Qwen3 wants enable_thinking off": refuses(
        QWEN3, unless=lambda body: body.get("enable_thinking") is False, then=GOOD
    ),
    "a thought with JSON in it": says('<think>{"line": "a draft", "sentences": []} no, {better}</think>\n' + TEXT),
    "the end of a thought without its beginning": says('I would say {"line": "x"}.\n</think>\n\n' + TEXT),
    "thoughts beside the answer": whole(FAITHFUL, reasoning_content='{"line": "a thought"}'),
    "a key that nobody asked for": says({**FAITHFUL, "confidence": 0.9, "notes": {"a": [1]}}),
    "always in a stream": streams(FAITHFUL),
    "content in parts": whole([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": TEXT}]),
    "an error with status 200 now and then": now_and_then(
        raw(b'{"error": {"message": "overloaded", "code": 502}}'), GOOD
    ),
    "sources as strings": says(
        {
            **FAITHFUL,
            "sentences": [{**one, "sources": [f"[{at}]" for at in one["sources"]]} for one in FAITHFUL["sentences"]],
        }
    ),
    "cut off by length once": cut_until(lambda body: body["max_tokens"] > 4000),
    "all of GPT-5 at once": refuses(
        GPT5,
        unless=lambda body: "max_tokens" not in body,
        then=refuses(GPT5_TEMPERATURE, unless=lambda body: "temperature" not in body, then=GOOD),
    ),
    "a model that only streams": refuses(
        "This model only support stream mode, please enable the stream parameter",
        unless=lambda body: body["stream"],
        then=streams(FAITHFUL),
    ),
    "a limit below ours": refuses(
        "max_tokens is too large: 4000. This model supports at most 2048 completion tokens",
        unless=lambda body: body["max_tokens"] <= 2048,
        then=GOOD,
    ),
    "an answer in a fence, wrapped, with words around it": says(
        f'Here it is:\n```json\n{{"card": {TEXT}}}\n```\nDone {{}}.'
    ),
    "sources in words": says(
        {
            **FAITHFUL,
            "sentences": [
                {**one, "sources": ["Experiments show that OmniSVG improves FID by 12.5% over IconShop."]}
                for one in FAITHFUL["sentences"]
            ],
        }
    ),
}


def four_cards(behave: Behaviour, **llm):
    """Four cards of an endpoint that behaves so, and what it was asked."""
    with endpoint([behave]) as stand:
        made = settings(llm={"base_url": stand.url, "model": "m", **llm}, http={"timeout": 2})
        model = ChatModel(made.llm, made.http, UsageInMemory(), "w", sleep=lambda _: None)
        drafter = ModelDrafter(context(made), model)
        works = [paper(text=f"{ABSTRACT} We drew {at} icons.") for at in range(20, 24)]
        cards = [drafter.card(candidate(work)) for work in works]
        model.close()
    return cards, stand, model


@pytest.mark.parametrize("behave", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_four_of_four_cards_are_written(behave):
    cards, _, _ = four_cards(behave)
    assert [card.summary[:20] for card in cards] == ["OmniSVG 由复旦大学与阶跃星辰提出，"[:20]] * 4
    assert [card.notes for card in cards] == [()] * 4


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("GPT-5 takes no max_tokens", "takes max_completion_tokens for max_tokens"),
        ("GPT-5 takes no temperature", "takes no temperature"),
        ("DeepSeek takes no json_schema", "takes no json_schema"),
        ("hosted Qwen3 wants enable_thinking off", "answers with enable_thinking = false"),
        ("a model that only streams", "answers in a stream only"),
        ("cut off by length once", "has 16,000 tokens for an answer"),
    ],
)
def test_what_an_endpoint_does_not_take_is_learned_once(name, way):
    _, stand, model = four_cards(BEHAVIOURS[name])
    assert len(stand.asked) == 5
    assert list(model.dialect.ways()) == [way]


def test_extra_goes_into_each_request_as_it_stands():
    cards, stand, _ = four_cards(
        BEHAVIOURS["hosted Qwen3 wants enable_thinking off"], extra={"enable_thinking": False, "top_k": 1}
    )
    assert len(stand.asked) == len(cards) == 4
    assert stand.asked[0]["top_k"] == 1


def test_an_answer_of_a_window_that_is_full_names_the_window():
    usage = {"prompt_tokens": 2900, "completion_tokens": 1196}
    cards, stand, _ = four_cards(says(TEXT[:90], finish="length", usage=usage))
    assert "window of some 4,096 tokens is full" in cards[0].notes[-1]
    assert "OLLAMA_CONTEXT_LENGTH" in cards[0].notes[-1]
    assert len(stand.asked) == 4


def test_a_question_that_was_cut_to_the_window_is_noticed():
    long = paper(text=" ".join(f"We show that part {at} of the pipeline helps the whole." for at in range(900)))
    with endpoint([says(FAITHFUL, usage={"prompt_tokens": 2048, "completion_tokens": 200})]) as stand:
        made = settings(llm={"base_url": stand.url, "model": "m"}, http={"timeout": 2})
        card = ModelDrafter(context(made), ChatModel(made.llm, made.http, UsageInMemory(), "w")).card(candidate(long))
    assert any("took only 2,048 tokens of the question" in note for note in card.notes)


def test_an_answer_that_stays_too_long_says_how_long_it_was():
    usage = {"prompt_tokens": 900, "completion_tokens": 16000}
    cards, stand, _ = four_cards(says("<think>" + "hm " * 50, finish="length", usage=usage))
    assert "cut off after 16,000 tokens, its thoughts among them" in cards[0].notes[-1]
    assert [body["max_tokens"] for body in stand.asked[:2]] == [4000, 16000]


def test_azures_address_takes_its_version_and_its_key(monkeypatch):
    monkeypatch.setenv("WEEKLY_LLM_API_KEY", "k-1234")
    paths = []
    with endpoint([lambda handler, body: (paths.append(handler.path), GOOD(handler, body))]) as stand:
        url = f"{stand.url.removesuffix('/v1')}/openai/deployments/gpt?api-version=2024-10-21"
        made = settings(llm={"base_url": url, "model": "m"}, http={"timeout": 2})
        ModelDrafter(context(made), ChatModel(made.llm, made.http, UsageInMemory(), "w")).card(candidate(paper()))
    assert paths == ["/openai/deployments/gpt/chat/completions?api-version=2024-10-21"]
    assert stand.headers[0]["api-key"] == "k-1234"
    assert "authorization" not in stand.headers[0]


def test_a_key_that_an_error_repeats_is_not_shown(monkeypatch):
    monkeypatch.setenv("WEEKLY_LLM_API_KEY", "k-1234")
    cards, _, _ = four_cards(refuses("the key k-1234 has no credit", unless=lambda _: False, then=GOOD))
    assert "has no credit" in cards[0].notes[-1]
    assert "k-1234" not in str(cards)


HOSTILE = [
    b'{"choices": [{"message": {"content": {"a": 1}}}]}',
    b'{"choices": [{"message": "text"}]}',
    b'{"choices": {"0": 1}}',
    b'{"choices": [null]}',
    b'{"choices": [{"message": {"content": ["{", 5, null, {"text": 7}]}}]}',
    b'{"error": "busy"}',
    b'{"error": {"code": "999999999999999999999"}}',
    b"data: {not json}\n\ndata: [DONE]\n\n",
    b"data: [1]\n\n",
    b"data:\n\n",
    b"[" * 100_000,
    b'{"choices": [{"message": {"content": "' + b"{" * 200_000 + b'"}}]}',
    b'{"choices": [{"message": {"content": "' + b'{\\"line\\":' * 5_000 + b'"}}]}',
    b'{"choices": [{"message": {"content": "{}"}}], "usage": {"prompt_tokens": -5, "completion_tokens": 1e400}}',
    b'{"choices": [{"message": {"content": "{}"}}], "usage": {"prompt_tokens": true, "completion_tokens": "many"}}',
    b"\xff\xfe\x00",
    b"",
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_an_endpoint_sends_costs_a_note_at_most(body):
    cards, _, _ = four_cards(raw(body), tries=1)
    assert all("the extract stands in its place" in card.notes[-1] for card in cards)
