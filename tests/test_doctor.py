from __future__ import annotations

import json
import socket
import stat
from datetime import timedelta

import httpx
import pytest

from tests.delivery.relay import Relay, in_a_thread
from tests.drafting.endpoint import endpoint, streams
from weekly.doctor import SETTINGS, examine
from weekly.testing import SavedAnswers, workspace


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


def said(weekly, root):
    ran = weekly("--workspace", root, "doctor", "--json")
    return {row["part"]: (row["ok"], row["message"]) for row in json.loads(ran.out)}


OFFLINE = "[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n"


@pytest.mark.parametrize(("verp", "told"), [("true", "a sender for each mail (VERP)"), ("false", "weekly@example.org")])
def test_the_envelope_sender_that_the_relay_takes_is_said(tmp_path, verp, told):
    with in_a_thread(Relay()) as port:
        smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nverp = {verp}\n'
        with workspace(
            tmp_path / "w", f"[sources.arxiv]\nenabled = false\n[sources.github]\nenabled = false\n{smtp}"
        ) as opened:
            found = {part: (fault, said) for part, fault, said in examine(opened)}
    assert found["smtp"] == ("", f"takes mail from {told}")


def test_what_stands_as_init_wrote_it_is_told_before_the_first_mail_and_is_no_fault(weekly, tmp_path):
    (tmp_path / "weekly.toml").write_text(OFFLINE, encoding="utf-8")
    ok, told = said(weekly, tmp_path)[SETTINGS]
    assert ok
    for part in (
        "no way of delivery",
        "from is still weekly@example.org",
        "url is still https",
        "postal_address is empty",
    ):
        assert part in told
    (tmp_path / ".weekly").chmod(0o755)
    assert f"chmod 700 {tmp_path / '.weekly'}" in said(weekly, tmp_path)[SETTINGS][1]


@pytest.mark.parametrize(
    ("answer", "named"),
    [(socket.EAI_NONAME, True), (socket.EAI_NODATA, False), (socket.EAI_AGAIN, False), (None, False)],
    ids=["no such name", "a name with other records alone", "nobody can be asked", "an address"],
)
def test_a_senders_domain_that_the_dns_does_not_know_is_named(tmp_path, monkeypatch, answer, named):
    def resolver(host, *_, **__):
        assert host == "letters.example"
        if answer is not None:
            raise socket.gaierror(answer, "as the resolver says it")
        return []

    toml = '[newsletter]\nfrom = "Weekly <us@letters.example>"\n[smtp]\nhost = "relay.letters.example"\n'
    with workspace(tmp_path, OFFLINE + toml) as opened:
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        advice = next(told for part, _, told in examine(opened) if part == SETTINGS)
    assert ("letters.example has no address in the DNS" in advice) is named


def test_two_approvals_by_one_editor_cannot_be_had(weekly, tmp_path):
    (tmp_path / "weekly.toml").write_text(f'{OFFLINE}[review]\neditors = ["Ada"]\napprovals = 2\n', encoding="utf-8")
    assert said(weekly, tmp_path)["settings"] == (
        False,
        "[review] approvals = 2, and editors names 1: nobody can approve",
    )


def test_the_database_and_its_folder_are_for_their_owners_eyes(weekly, tmp_path):
    assert weekly("init", tmp_path / "w").status == 0
    (tmp_path / "w" / "weekly.toml").write_text(OFFLINE, encoding="utf-8")
    weekly("--workspace", tmp_path / "w", "status")
    folder = tmp_path / "w" / ".weekly"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "weekly.db").stat().st_mode) == 0o600


def test_a_text_where_a_list_should_be_is_told_in_the_words_of_toml(weekly, tmp_path):
    (tmp_path / "weekly.toml").write_text('[review]\neditors = "Ada"\n', encoding="utf-8")
    assert 'review.editors: should be a list, as in ["one", "two"]' in weekly("--workspace", tmp_path, "config").err


def test_a_damaged_database_is_one_line_for_commands_that_only_look_too(weekly, tmp_path):
    (tmp_path / "weekly.toml").write_text(OFFLINE, encoding="utf-8")
    (tmp_path / ".weekly").mkdir()
    (tmp_path / ".weekly" / "weekly.db").write_bytes(b"not a database " * 500)
    for command in ("status", "candidates", "subscribers list", "deliveries", "why Ant", "archive verify"):
        ran = weekly("--workspace", tmp_path, *command.split())
        assert (ran.status, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert "weekly.db: file is not a database: it is damaged or something else: restore it from a backup" in ran.err


def test_a_token_that_is_refused_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "expired")
    answers = SavedAnswers(
        {
            "https://api.github.com/": lambda asked: httpx.Response(
                401 if "authorization" in asked.headers else 200, json={"total_count": 0, "items": []}
            )
        }
    )
    with workspace(tmp_path, "[sources.arxiv]\nenabled = false\n", answers) as opened:
        fault, told = next((fault, told) for part, fault, told in examine(opened) if part == "github")
    assert "GITHUB_TOKEN" in fault + told
    assert "HTTP 401" in fault + told


def test_a_clock_that_was_set_back_is_told(tmp_path):
    with workspace(tmp_path, OFFLINE) as opened:
        with opened.store.write() as tx:
            tx.marks.set("ticked", opened.clock() + timedelta(days=400))
        faults = {part: fault for part, fault, _ in examine(opened)}
    assert "the database was written at" in faults["clock"]
    assert "set the clock" in faults["clock"]
