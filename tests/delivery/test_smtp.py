from __future__ import annotations

import asyncio
from base64 import b64decode
from datetime import timedelta

import pytest

from tests.delivery.relay import HANG_UP, SILENCE, Relay, certificate, listening
from weekly.delivery.smtp import SmtpMailer
from weekly.errors import Unreachable
from weekly.models import Message, State
from weekly.settings import SmtpSettings

DATA = b"Subject: x\r\n\r\n.dot\r\nend\r\n"


def message(to="ada@example.net", data=DATA):
    return Message(sender="weekly+b-1-0@example.org", recipient=to, message_id="<1@example.org>", pieces=(data,))


def talk(relay, work, *, tls=None, server_tls=None, timeout=5.0, **more):
    async def run():
        async with listening(relay, server_tls) as port:
            settings = SmtpSettings(**{"host": "localhost", "port": port, "security": "none", **more})
            session = await SmtpMailer(settings, timeout=timeout, tls=tls).open()
            try:
                return await work(session)
            finally:
                await session.close()

    return asyncio.run(run())


def send(relay, one=None, **more):
    """The outcome of one message, whichever half of it said so."""

    async def work(session):
        given = one or message()
        _, refusal = await session.exchange(None, given)
        return refusal or (await session.exchange(given, None))[0]

    return talk(relay, work, **more)


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
def test_a_message_arrives_as_it_was_written(extensions):
    relay = Relay(extensions=extensions)
    outcome = send(relay)
    assert (outcome.state, outcome.detail) == (State.SENT, "250 2.0.0 taken")
    assert relay.messages == [b"Subject: x\r\n\r\n..dot\r\nend\r\n"]


def test_where_it_is_offered_the_next_envelope_travels_with_the_content():
    relay = Relay()

    async def work(session):
        await session.exchange(None, message("a@example.net"))
        both = await session.exchange(message("a@example.net"), message("b@example.net"))
        return [*both, (await session.exchange(message("b@example.net"), None))[0]]

    first, refusal, second = talk(relay, work)
    assert (first.state, refusal, second.state) == (State.SENT, None, State.SENT)
    assert len(relay.messages) == 2


def test_a_sequential_server_gets_one_command_at_a_time_and_no_data_after_a_refusal():
    relay = Relay({"RCPT": "550 5.1.1 no such user"}, extensions=())
    outcome = send(relay)
    assert (outcome.state, outcome.unknown) == (State.FAILED, True)
    assert "DATA" not in relay.said


@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
@pytest.mark.parametrize(
    ("answer", "state", "unknown"),
    [
        ("550 5.1.1 no such user", State.FAILED, True),
        ("550 no such user here", State.FAILED, True),
        ("550 5.7.1 blocked by policy, user unknown to us", State.FAILED, False),
        ("552 5.2.2 mailbox full", State.FAILED, False),
        ("451 4.7.1 greylisted", State.PENDING, False),
        ("450 mailbox busy", State.PENDING, False),
    ],
)
def test_one_refused_reader_does_not_stop_the_next(answer, state, unknown, extensions):
    relay = Relay({"RCPT TO:<bad@": answer}, extensions=extensions)

    async def work(session):
        _, refusal = await session.exchange(None, message("bad@example.net"))
        _, none = await session.exchange(None, message())
        return refusal, none, (await session.exchange(message(), None))[0]

    refusal, none, outcome = talk(relay, work)
    assert (refusal.state, refusal.unknown, refusal.tried) == (state, unknown, True)
    assert (none, outcome.state) == (None, State.SENT)
    assert relay.connections == 1


def test_a_server_that_wants_content_for_nobody_gets_none():
    relay = Relay({"RCPT": "550 5.1.1 no", "DATA": "354 go on"})
    assert send(relay).state is State.FAILED
    assert relay.messages == [b""]


def test_a_refusal_of_the_content_is_about_this_message_only():
    assert send(Relay({"<content>": "554 5.6.0 no"})).state is State.FAILED
    later = send(Relay({"<content>": "452 4.3.1 full"}))
    assert (later.state, later.tried) == (State.PENDING, True)


def test_no_answer_after_the_content_is_uncertain():
    assert send(Relay({"<content>": HANG_UP})).state is State.UNCERTAIN
    silent = send(Relay({"<content>": SILENCE}), timeout=0.2)
    assert (silent.state, "0.2 seconds" in silent.detail) == (State.UNCERTAIN, True)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("extensions", [("PIPELINING",), ()])
@pytest.mark.parametrize("how", [HANG_UP, "421 4.7.0 too many", SILENCE, "hello, world"])
def test_a_connection_that_breaks_before_the_content_leaves_the_message_untried(step, extensions, how):
    outcome = send(Relay({step: how}, extensions=extensions), timeout=0.2)
    assert (outcome.state, outcome.tried, outcome.again_after) == (State.PENDING, False, timedelta(0))


def test_what_was_answered_before_the_connection_broke_counts():
    relay = Relay({"RCPT TO:<b@": HANG_UP})

    async def work(session):
        await session.exchange(None, message("a@example.net"))
        return await session.exchange(message("a@example.net"), message("b@example.net"))

    outcome, refusal = talk(relay, work)
    assert (outcome.state, refusal.state, refusal.tried) == (State.SENT, State.PENDING, False)


def test_a_server_that_will_not_have_us_as_a_sender_is_not_the_readers_fault():
    outcome = send(Relay({"MAIL": "550 5.7.1 sender not allowed"}))
    assert (outcome.state, outcome.tried) == (State.PENDING, False)


def test_an_address_in_letters_of_the_world_needs_smtputf8():
    given = message("用户@xn--fsqu00a.example")

    async def work(session):
        _, refusal = await session.exchange(None, given)
        assert session.alive
        return refusal

    assert talk(Relay(), work).state is State.FAILED
    relay = Relay(extensions=("PIPELINING", "SMTPUTF8", "SIZE 1000"))
    assert send(relay, given).state is State.SENT
    assert f"MAIL FROM:<weekly+b-1-0@example.org> SIZE={len(DATA)} SMTPUTF8" in relay.said


def test_a_relay_that_has_forgotten_ehlo_still_gets_mail():
    assert send(Relay({"EHLO": "502 what"})).state is State.SENT


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_mail_arrives_by_a_server_that_is_who_it_says(tmp_path, security):
    server, client = certificate(tmp_path, "localhost")
    relay = Relay(extensions=("PIPELINING", "STARTTLS"))
    relay.tls = server if security == "starttls" else None
    outcome = send(relay, security=security, tls=client, server_tls=server if security == "tls" else None)
    assert outcome.state is State.SENT


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_certificate_gets_neither_mail_nor_password(tmp_path, monkeypatch, security):
    monkeypatch.setenv("WEEKLY_SMTP_PASSWORD", "hunter2")
    server, client = certificate(tmp_path, "elsewhere.example")
    relay = Relay(extensions=("STARTTLS", "AUTH PLAIN"))
    relay.tls = server if security == "starttls" else None
    with pytest.raises(Unreachable, match=r"(?i)certificate"):
        send(relay, security=security, tls=client, server_tls=server if security == "tls" else None, username="weekly")
    assert not [line for line in relay.said if line.startswith(("AUTH", "MAIL"))]


def test_stripping_starttls_from_the_offer_stops_everything(monkeypatch):
    monkeypatch.setenv("WEEKLY_SMTP_PASSWORD", "hunter2")
    relay = Relay(extensions=("AUTH PLAIN",))
    with pytest.raises(Unreachable, match="STARTTLS"):
        send(relay, security="starttls", username="weekly")
    assert not [line for line in relay.said if line.startswith(("AUTH", "MAIL"))]


def test_a_refused_starttls_stops_everything():
    with pytest.raises(Unreachable):
        send(Relay({"STARTTLS": "454 not now"}, extensions=("STARTTLS",)), security="starttls")


def test_a_token_of_the_owners_command_logs_in_and_one_is_enough_for_several_connections(tmp_path):
    count = tmp_path / "asked"
    command = f"sh -c 'echo >> {count}; echo ya29.token'"
    server, client = certificate(tmp_path, "localhost")
    relay = Relay({"AUTH": "235 2.7.0 welcome"}, extensions=("PIPELINING", "STARTTLS", "AUTH XOAUTH2"))
    relay.tls = server

    async def twice():
        async with listening(relay) as port:
            settings = SmtpSettings(host="localhost", port=port, username="me@example.org", token_command=command)
            mailer = SmtpMailer(settings, timeout=5, tls=client)
            for _ in range(2):
                await (await mailer.open()).close()

    asyncio.run(twice())
    (said,) = {line.split()[2] for line in relay.said if line.startswith("AUTH XOAUTH2 ")}
    assert b64decode(said) == b"user=me@example.org\x01auth=Bearer ya29.token\x01\x01"
    assert count.read_text().count("\n") == 1


def probe(relay, *senders):
    async def work():
        async with listening(relay) as port:
            settings = SmtpSettings(host="127.0.0.1", port=port, security="none")
            await SmtpMailer(settings, timeout=5).probe(senders[0], "weekly@example.org", senders[1:])

    asyncio.run(work())


def test_a_sender_that_the_relay_refuses_is_named_before_any_mail_is_sent():
    relay = Relay({"MAIL FROM:<weekly+": "501 mail from address must be same as authorization user"})
    with pytest.raises(Unreachable, match=r"weekly\+b-0@example\.org is refused: 501 .*envelope_from"):
        probe(relay, "weekly+b-0@example.org")
    probe(relay, "news@example.org")
    assert relay.messages == []


def test_the_sender_that_the_relay_would_take_is_found_out():
    relay = Relay({f"MAIL FROM:<{name}": "501 mail from must equal authorized user" for name in ("weekly+", "weekly@")})
    with pytest.raises(Unreachable, match=r"it takes me@example\.org: set \[smtp\] envelope_from = 'me@example\.org'"):
        probe(relay, "weekly+b-0@example.org", "weekly@example.org", "me@example.org")


def test_nobody_there_is_said_in_one_line():
    with pytest.raises(Unreachable, match=r"\[smtp\] 127\.0\.0\.1:1: .*check host"):
        asyncio.run(SmtpMailer(SmtpSettings(host="127.0.0.1", port=1, security="none"), timeout=2).probe())
