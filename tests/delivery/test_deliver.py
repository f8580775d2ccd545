from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from tests.conftest import lacking
from tests.kills import CONNECTIONS, SINK, accepted, sink, trial
from tests.published import CARDS, WEEK, counts, deliveries, publish_issue
from tests.stored import stored
from weekly.delivery.deliver import deliver, issue_writer, send_test_mail
from weekly.delivery.domains import IN_A_ROW
from weekly.delivery.ledger import LedgerWriter
from weekly.delivery.queue import SendQueue
from weekly.delivery.run import DELAYS, SendRun
from weekly.errors import StageError, Unreachable
from weekly.models import Outcome, State
from weekly.settings import PerDomainSettings
from weekly.store import open_store
from weekly.store.subscribers import Subscriber
from weekly.store.tables import metadata
from weekly.testing import workspace

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SMTP = '[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = 4\n'
READERS = [f"reader{i}@mail{i % 5}.example.org" for i in range(40)]


class Script:
    """A mailer whose sessions do what *answers* say for an address, each answer once; then they take everything."""

    repeatable = False

    def __init__(self, answers=None, connections=3):
        self.answers = {to: list(given) for to, given in (answers or {}).items()}
        self.connections = connections
        self.got: Counter[str] = Counter()
        self.most = 0
        self.busy = 0
        self.opened = 0

    async def open(self):
        self.opened += 1
        return Session(self)


class Session:
    def __init__(self, script):
        self.script, self.alive = script, True

    def _next(self, one):
        given = self.script.answers.get(one.recipient)
        return given.pop(0) if given else None

    async def exchange(self, content, envelope):
        outcome = refusal = None
        await asyncio.sleep(0)
        if content is not None:
            self.script.got[content.recipient] += 1
            outcome = Outcome(email=content.recipient, state=State.SENT)
        if envelope is not None and (refusal := self._next(envelope)) is not None and not refusal.tried:
            self.alive = False
        return outcome, refusal

    async def close(self):
        self.alive = False


def refusal(state=State.PENDING, **more):
    return Outcome(**{"email": "", "state": state, "detail": "said no", "again_after": timedelta(minutes=1), **more})


BROKE = refusal(again_after=timedelta(0), tried=False)


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w") as made:
        publish_issue(made, READERS)
        yield made


def run(opened, script, **more):
    issue = stored(opened).issues.find(WEEK)
    told: list[int] = []
    write = issue_writer(opened, issue).write
    queue = SendQueue(opened.store, WEEK, "me", write, clock=opened.clock, sessions=script.connections, **more)
    asyncio.run(SendRun(script, queue, LedgerWriter(opened.store, "me", opened.clock), told.append).run())
    return told


def row(opened, email):
    return deliveries(opened, email=email)[0]


def test_everybody_gets_it_once(opened):
    script = Script()
    assert run(opened, script)[-1] == len(READERS)
    assert script.got == Counter(READERS)
    assert counts(opened)["sent"] == len(READERS)


def test_a_second_run_has_nothing_to_do(opened):
    run(opened, Script())
    script = Script()
    run(opened, script)
    assert not script.got


@pytest.mark.parametrize("limit", [None, 7])
def test_who_is_done_has_nothing_in_hand(opened, limit):
    run(opened, Script({READERS[3]: [refusal()]}), limit=limit)
    assert not stored(opened).deliveries.in_hand()


def test_no_more_than_the_limit(opened):
    script = Script()
    run(opened, script, limit=7)
    assert (script.got.total(), counts(opened)["pending"]) == (7, len(READERS) - 7)


def test_one_bad_recipient_never_stops_the_rest(opened):
    bad = refusal(State.FAILED, unknown=True, again_after=None)
    run(opened, Script({READERS[3]: [bad], READERS[9]: [refusal()]}))
    assert counts(opened) | {"sent": 38, "failed": 1, "pending": 1} == counts(opened)


def test_a_connection_that_breaks_before_the_message_left_is_replaced_and_the_message_goes_again(opened):
    script = Script({READERS[0]: [BROKE], READERS[20]: [BROKE, BROKE]})
    run(opened, script)
    assert script.got == Counter(READERS)
    assert row(opened, READERS[20])["attempts"] == 1


def test_a_mail_under_which_every_connection_breaks_is_left_for_later(opened):
    script = Script({READERS[0]: [BROKE] * 9})
    run(opened, script)
    assert (counts(opened)["sent"], counts(opened)["pending"]) == (len(READERS) - 1, 1)


def test_a_server_that_always_breaks_off_ends_the_run_and_loses_nobody(opened):
    with pytest.raises(StageError, match="breaks off"):
        run(opened, Script({to: [BROKE] * 99 for to in READERS}))
    assert counts(opened)["pending"] == len(READERS)


class Dying(Session):
    """Accepts the envelope and is gone before the content is asked for."""

    async def exchange(self, content, envelope):
        found = await super().exchange(content, envelope)
        self.alive = content is not None
        return found


def test_a_connection_that_dies_between_the_ledger_and_the_message_sends_it_by_another(opened):
    class Once(Script):
        async def open(self):
            session = await super().open()
            return Dying(self) if self.opened == 1 else session

    script = Once(connections=1)
    run(opened, script)
    assert script.got == Counter(READERS)
    assert counts(opened)["sent"] == len(READERS)
    assert script.opened == 2


class Away(Script):
    """A server that takes *until* mails, breaks off, and cannot be reached the next *times*."""

    def __init__(self, until, times):
        super().__init__({READERS[until]: [BROKE]}, connections=1)
        self.times = times

    async def open(self):
        if self.opened and self.times:
            self.times -= 1
            raise Unreachable("connection refused", url="smtp://127.0.0.1")
        return await super().open()


def test_a_server_that_is_away_for_a_moment_is_waited_for(opened):
    script = Away(until=5, times=1)
    run(opened, script)
    assert script.got == Counter(READERS)


def test_a_server_that_stays_away_ends_the_run_with_everything_written_down(opened):
    script = Away(until=5, times=99)
    with pytest.raises(Unreachable, match="connection refused"):
        run(opened, script)
    found = counts(opened)
    assert found["sent"] == script.got.total() < len(READERS)
    assert found["pending"] == len(READERS) - found["sent"]
    later = Script()
    run(opened, later)
    assert script.got + later.got == Counter(READERS)


def test_the_rest_of_a_domain_that_refuses_everything_is_left_for_later_untried(tmp_path):
    with workspace(tmp_path / "w") as opened:
        readers = [f"r{i}@full.example.org" for i in range(3 * IN_A_ROW)]
        publish_issue(opened, [*readers, "ada@example.net"])
        run(opened, Script({to: [refusal()] for to in readers}, connections=1))
        rows = {one["email"]: one for one in deliveries(opened, state="pending")}
        untried = [one for one in rows.values() if "refuses everything for now" in one["detail"]]
        assert rows.keys() == set(readers)
        assert {one["attempts"] for one in untried} == {0}
        assert len(untried) >= IN_A_ROW
        assert row(opened, "ada@example.net")["state"] == "sent"


NO_USER = refusal(State.FAILED, again_after=None, detail="550 5.1.1 no such user", unknown=True)
NO_RELAY = refusal(State.FAILED, again_after=None, detail="554 5.7.1 relay access denied", ours=True)
QUOTA = refusal(detail="454 4.7.0 daily quota exceeded", ours=True)
ODD = refusal(State.FAILED, again_after=None, detail="554 no")


@pytest.mark.parametrize("answer", [NO_USER, NO_RELAY, QUOTA, ODD])
@pytest.mark.parametrize("first", [0, 30])
def test_a_relay_that_refuses_everybody_costs_nobody_anything(tmp_path, answer, first):
    with workspace(tmp_path / "w") as opened:
        readers = [f"r{i}@mail{i % 7}.example.org" for i in range(100)]
        publish_issue(opened, readers)
        script = Script({to: [answer] for to in readers})
        if first:
            run(opened, Script(), limit=first)
        with pytest.raises(StageError, match=r"refuses everybody: [45]5[04]"):
            run(opened, script)
        found = counts(opened)
        assert (found["sent"] - first, found["failed"], found["pending"]) == (0, 0, len(readers) - first)
        assert {one["attempts"] for one in deliveries(opened, state="pending")} == {0}
        assert active(opened) == len(readers)
        with opened.store.write() as tx:
            tx.deliveries.resume(WEEK, opened.now())
        run(opened, Script())
        assert counts(opened)["sent"] == len(readers)


def active(opened):
    with opened.store.read() as tx:
        return sum(one.status == "active" for one in tx.subscribers.all())


def test_a_small_list_is_not_suppressed_by_a_relay_that_knows_nobody(tmp_path):
    with workspace(tmp_path / "w") as opened:
        publish_issue(opened, READERS[:4])
        with pytest.raises(StageError, match="refuses everybody"):
            run(opened, Script({to: [NO_USER] for to in READERS[:4]}))
        assert (counts(opened)["pending"], active(opened)) == (4, 4)


def test_a_limit_that_is_reached_at_the_end_loses_nobody(opened):
    script = Script()
    last = [row["email"] for row in in_order(opened)][-5:]
    script.answers = {to: [QUOTA] for to in last}
    with pytest.raises(StageError, match="daily quota"):
        run(opened, script)
    assert (counts(opened)["sent"], counts(opened)["pending"]) == (len(READERS) - 5, 5)


def in_order(opened):
    """The deliveries in the order in which they are sent."""
    with opened.store.read() as tx:
        return [{"email": tx.deliveries.find(number + 1).email} for number in range(len(READERS))]


def test_unknown_addresses_among_others_are_suppressed(opened):
    gone = READERS[::8]
    run(opened, Script({to: [NO_USER] for to in gone}))
    assert (counts(opened)["failed"], counts(opened)["sent"]) == (len(gone), len(READERS) - len(gone))
    assert active(opened) == len(READERS) - len(gone)


def test_a_domain_that_knows_nobody_any_more_is_asked_again_before_its_people_are_dropped(tmp_path):
    with workspace(tmp_path / "w") as opened:
        theirs = [f"r{i}@moved.example.org" for i in range(12)]
        publish_issue(opened, [*READERS, *theirs])
        run(opened, Script({to: [NO_USER] for to in theirs}))
        assert counts(opened)["failed"] <= 1
        assert active(opened) >= len(READERS) + len(theirs) - 1


def test_delays_grow_from_a_minute_to_hours_and_then_it_is_given_up(opened):
    assert list(DELAYS) == sorted(DELAYS)
    assert (DELAYS[0], DELAYS[-1] >= timedelta(hours=8)) == (timedelta(minutes=1), True)
    assert sum(DELAYS, timedelta()) > timedelta(days=2.5)
    queue = SendQueue(opened.store, WEEK, "me", lambda *_: None, clock=opened.clock, sessions=1)
    sending = SendRun(Script(), queue, None, lambda _: None)
    with opened.store.write() as tx:
        (delivery,) = tx.deliveries.reserve(WEEK, "me", 1, opened.now(), timedelta(minutes=1))
    for tries, wanted in ((0, State.PENDING), (len(DELAYS) - 1, State.PENDING), (len(DELAYS), State.FAILED)):
        item = type("Item", (), {"delivery": replace(delivery, attempts=tries), "domain": "x"})()
        queue.domains.begin("x", 0.0)
        assert sending._judge(item, refusal())[0][1].state is wanted


def test_an_address_in_the_database_that_is_none_fails_alone(opened):
    with opened.store.write() as tx:
        evil = {"evil": "x@example.org>\r\nRCPT TO:<y@example.org", "was": READERS[0]}
        tx.connection.execute(text("UPDATE deliveries SET email = :evil WHERE email = :was"), evil)
    script = Script()
    run(opened, script)
    assert counts(opened) | {"sent": len(READERS) - 1, "failed": 1} == counts(opened)


def test_a_rate_spreads_the_moments(opened):
    script = Script()
    run(opened, script, limit=4, rate=50.0)
    assert script.got.total() == 4


def test_what_was_taken_from_a_sender_in_the_middle_goes_out_once_and_keeps_no_domain_busy(opened):
    writer = issue_writer(opened, stored(opened).issues.find(WEEK))
    taken: list[int] = []

    def take():
        with opened.store.write() as tx:
            tx.deliveries.release(WEEK, State.UNCERTAIN, lambda _: True, opened.now())

    def write(delivery, at):
        if not taken:  # the first letter is written with all rows in hand
            taken.append(1)
            asyncio.get_running_loop().call_soon(take)
        return writer.write(delivery, at)

    script = Script(connections=2)
    limits = PerDomainSettings(connections=1)
    queue = SendQueue(opened.store, WEEK, "me", write, clock=opened.clock, sessions=2, per_domain=limits)
    asyncio.run(SendRun(script, queue, LedgerWriter(opened.store, "me", opened.clock), lambda _: None).run())
    assert script.got == Counter(READERS)
    assert counts(opened)["sent"] == len(READERS)


def test_a_reader_gets_the_cards_of_their_topics_and_everything_when_there_are_none(opened):
    issue = stored(opened).issues.find(WEEK)
    writer = issue_writer(opened, issue)
    with opened.store.write() as tx:
        (one, *_) = tx.deliveries.reserve(WEEK, "x", 1, opened.now(), timedelta(minutes=1))

    def cards(**more):
        body = message_from_bytes(writer.write(replace(one, **more), opened.now()).data, policy=policy.default)
        html = body.get_body(("html",)).get_content()
        return [card.topic for card in CARDS if card.links[0].url in html], html

    assert cards()[0] == ["agents", "3d"]
    assert cards(topics=("3d",))[0] == ["3d"]
    assert cards(topics=("robotics_vla",))[0] == ["agents", "3d"]
    assert "Unsubscribe" in cards(language="en")[1]


def test_no_way_of_delivery_is_said(opened):
    with pytest.raises(StageError, match=r"\[smtp\] or \[maildir\]"):
        deliver(opened, WEEK)


def test_two_ways_of_delivery_are_refused_by_name(tmp_path):
    with workspace(tmp_path / "w", SMTP.format(port=1) + '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, READERS[:1])
        with pytest.raises(StageError, match=r"\[maildir\] and \[smtp\] are both set"):
            deliver(opened, WEEK)
        assert not list((tmp_path / "w" / "mail" / "new").iterdir())


def test_each_test_mail_is_another_mail(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, [])
        for _ in range(2):
            send_test_mail(opened, WEEK, "me@example.org")
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in (tmp_path / "w" / "mail" / "new").iterdir()
        ]
        assert len({mail["Message-ID"] for mail in mails}) == 2
        assert {mail["Subject"][:7] for mail in mails} == {"[TEST] "}


def test_a_test_mail_is_marked_and_leaves_the_ledger_alone(tmp_path):
    with workspace(tmp_path / "w", '[maildir]\npath = "mail"\n') as opened:
        publish_issue(opened, [Subscriber(email="me@example.org")])
        assert send_test_mail(opened, WEEK, "me@example.org").state is State.SENT
        assert counts(opened)["pending"] == 1
        deliver(opened, WEEK)
        assert len(list((tmp_path / "w" / "mail" / "new").iterdir())) == 2


@pytest.fixture
def receiver():
    if not SINK.exists():
        lacking("../shared/wire/smtp_sink.py is not here")


@pytest.mark.usefixtures("receiver")
def test_a_misbehaving_receiver_gets_everything_once_and_the_ledger_knows(tmp_path):
    faults = {"unknown": 0.1, "drop_after_data": 0.05, "reset": 0.03, "temporary": 0.05, "quota_after": 7}
    with sink(tmp_path, faults) as (port, log), workspace(tmp_path / "w", SMTP.format(port=port)) as opened:
        publish_issue(opened, [f"reader{i}@example.org" for i in range(200)])
        found = deliver(opened, WEEK)
        got = accepted(log)
        assert max(got.values()) == 1
        states = {one["email"]: one["state"] for one in deliveries(opened)}
        assert {to for to, state in states.items() if state in {"sent", "uncertain"}} == set(got)
        assert found["failed"] > 0 < found["uncertain"]
        assert sum(found.values()) == 2 * found["audience"]


@pytest.fixture
def emptied_postgres(postgres, tmp_path):
    yield postgres
    store = open_store(postgres, tmp_path, lambda: NOW)
    with store.write() as tx:
        for table in reversed(metadata.sorted_tables):
            tx.connection.execute(table.delete())
    store.close()


@pytest.mark.usefixtures("receiver")
@pytest.mark.sample(1)
@pytest.mark.parametrize(("processes", "database"), [(1, "sqlite"), (2, "sqlite"), (2, "postgresql")])
def test_killed_senders_lose_nobody_and_write_to_nobody_twice(tmp_path, request, processes, database):
    url = "sqlite:///.weekly/weekly.db" if database == "sqlite" else request.getfixturevalue("emptied_postgres")
    faults = {"unknown": 0.02, "drop_after_data": 0.01, "delay": 0.1}
    found = trial(
        tmp_path, readers=200, kills=5, processes=processes, database=url, faults=faults, life=0.5, finish=False
    )
    assert (found.lost, found.twice, found.forgotten) == ([], [], [])
    assert found.counts["uncertain"] <= CONNECTIONS * 5 + 10
    assert found.adds_up
