from __future__ import annotations

import json
import socket

from tests.drafting.endpoint import endpoint, streams
from weekly.doctor import examine
from weekly.testing import workspace


def test_everything_that_works_is_said_to_work(weekly, demo):
    ran = weekly("--workspace", demo, "doctor", "--json")
    assert ran.status == 0
    parts = {row["part"]: row["ok"] for row in json.loads(ran.out)}
    assert parts == dict.fromkeys(
        ["database", "archive", "templates", "arxiv", "feed:Example blog", "feed:Hugging Face", "github"], True
    )


def test_what_does_not_work_is_named_with_its_mend_and_the_rest_is_still_tried(weekly, demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = demo / "weekly.toml"
        relay = f'[smtp]\nhost = "127.0.0.1"\nport = {taken.getsockname()[1]}\nsecurity = "none"\n'
        settings.write_text(settings.read_text().replace('[maildir]\npath = "maildir"\n', relay))
        (demo / "archive").write_text("a file where the folder should be")
        ran = weekly("--workspace", demo, "doctor", "--json")
    assert ran.status == 1
    assert "2 of 8 do not work: archive, smtp" in ran.err
    messages = {row["part"]: row["message"] for row in json.loads(ran.out)}
    assert "cannot be written" in messages["archive"]
    assert "check host, port, security and password" in messages["smtp"]
    assert messages["arxiv"] == "works"


def test_the_model_is_asked_one_question_and_what_was_found_out_is_said(tmp_path):
    with endpoint([streams({"word": "unheard"})]) as stand:
        toml = f'[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n[llm]\nbase_url = "{stand.url}"\nmodel = "tiny"\n'
        with workspace(tmp_path, toml) as opened:
            found = {part: (fault, told) for part, fault, told in examine(opened)}
    assert found["database"] == ("", "")
    fault, told = found["model"]
    assert fault == ""
    assert told.startswith("tiny answered in")
    assert "streams unasked" in told


def test_two_ways_of_delivery_are_named_before_the_relay_is_tried(weekly, demo):
    with (demo / "weekly.toml").open("a") as settings:
        settings.write('\n[smtp]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n')
    messages = {row["part"]: row["message"] for row in json.loads(weekly("--workspace", demo, "doctor", "--json").out)}
    assert "[maildir] and [smtp] are both set" in messages["smtp"]
