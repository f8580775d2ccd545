"""Many editors at once, on both databases: everybody gets an answer, and nothing that was answered is lost."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from tests.stored import stored
from tests.web.review.conftest import HOME, TOKEN, WEEK, TestClient
from weekly import pipeline
from weekly.errors import NotApproved
from weekly.models import Status
from weekly.review import decide as review
from weekly.review.order import moved
from weekly.store.drafts import MACHINE
from weekly.web.guard import RateLimit
from weekly.web.review.app import create
from weekly.workspace import open_workspace

MANY = 50


@pytest.fixture(params=["sqlite", "postgresql"])
def week(request, drafted):
    """A workspace on each database whose week waits for its editors."""
    if request.param == "sqlite":
        with open_workspace(drafted) as opened:
            yield opened
        return
    with open_workspace(drafted) as known:
        candidates = stored(known).candidates.ranking(WEEK)
        draft = stored(known).drafts.find(WEEK).draft
    server = request.getfixturevalue("postgres")
    address = server.replace("/postgres?", f"/w{uuid.uuid4().hex}?")
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {address.partition('?')[0].rpartition('/')[2]}"))
    engine.dispose()
    with (drafted / "weekly.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[database]\nurl = "{address}"\n')
    with open_workspace(drafted) as opened:
        with opened.store.write() as tx:
            tx.candidates.replace(WEEK, candidates)
            tx.drafts.add(draft, MACHINE, opened.now())
        yield opened


@pytest.fixture
def send(week):
    """Sends requests to the review page, all of them at once, each from a thread of its own; gives the answers."""
    app = create(week, TOKEN, limit=RateLimit(100_000, 1.0))
    with TestClient(app) as first:
        first.get(HOME, params={"token": TOKEN})
        cookies = dict(first.cookies)

        def one(request):
            method, path, more = request
            client = TestClient(app, cookies=cookies, headers={"Accept": "application/json", "If-Match": "*"})
            return client.request(method, HOME + path, **more)

        def together(requests):
            with ThreadPoolExecutor(len(requests)) as pool:
                return list(pool.map(one, requests))

        yield together


def cards(week):
    return stored(week).drafts.find(WEEK).draft.cards


def versions(week):
    return stored(week).drafts.versions(WEEK, 1000)


@pytest.mark.sample(3, of="many editors at once")
def test_fifty_saves_at_once_are_all_answered_and_each_text_is_kept(week, send):
    ids = [card.id for card in cards(week)]
    texts = {f"Text number {turn} of fifty.": ids[turn % len(ids)] for turn in range(MANY)}
    answers = send([("PUT", "/card", {"params": {"id": card}, "json": {"body": body}}) for body, card in texts.items()])
    assert {answer.status_code for answer in answers} == {200}
    kept = {(card.summary, card.id) for draft in versions(week) for card in draft.cards}
    assert kept >= set(texts.items())
    last = {card.id: card.summary for card in cards(week)}
    assert all(texts[body] == card for card, body in last.items())


@pytest.mark.sample(3, of="many editors at once")
def test_fifty_saves_of_one_text_keep_one_and_tell_the_others_where_theirs_is(week, send):
    card = cards(week)[0].id
    base = {"params": {"id": card}, "headers": {"If-Match": "a version that nobody knows"}}
    texts = [f"Text number {turn} of fifty." for turn in range(MANY)]
    answers = send([("PUT", "/card", {**base, "json": {"body": body}}) for body in texts])
    assert {answer.status_code for answer in answers} == {409}
    for body, answer in zip(texts, answers, strict=True):
        kept = stored(week).drafts.find_revision(WEEK, int(answer.json()["kept"])).draft
        assert next(one.summary for one in kept.cards if one.id == card) == body


@pytest.mark.sample(3, of="many editors at once")
def test_decisions_comments_and_texts_at_once_are_all_kept(week, send):
    candidates = [one.work.id for one in stored(week).candidates.ranking(WEEK)]
    mine = [card.id for card in cards(week)]
    decisions = dict(zip(candidates, ["accept", "reject", "later"] * 99, strict=False))
    requests = [("POST", "/decide", {"data": {"candidate": one, "action": how}}) for one, how in decisions.items()]
    requests += [("POST", "/comment", {"data": {"card": mine[0], "text": f"Comment {turn}"}}) for turn in range(8)]
    requests += [("POST", "/presence", {"data": {"card": one}}) for one in mine[:8]]
    requests += [("POST", "/claim", {"data": {"card": one}}) for one in mine[:8]]
    requests += [("PUT", "/head", {"json": {"credit": f"Credit {turn}"}}) for turn in range(8)]
    assert {answer.status_code for answer in send(requests)} <= {200}
    wanted = {"accept": Status.ACCEPTED, "reject": Status.REJECTED, "later": Status.LATER}
    assert stored(week).candidates.statuses(WEEK) == {one: wanted[how] for one, how in decisions.items()}
    assert {card.id for card in cards(week)} == {one for one, how in decisions.items() if how == "accept"}
    assert len(stored(week).reviews.comments(WEEK, mine[0])) == 8
    assert set(stored(week).reviews.assignments(WEEK)) == set(mine[:8])
    assert {f"Credit {turn}" for turn in range(8)} <= {draft.cover_credit for draft in versions(week)}


@pytest.mark.sample(3, of="many editors at once")
def test_a_card_that_is_moved_takes_no_other_move_back(week):
    """Each of twenty moves starts from the order that the one before has left."""
    ids = [card.id for card in cards(week)]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda turn: review.move(week, WEEK, ids[turn % len(ids)], 1, f"editor {turn}"), range(20)))
    moves = [entry.data for entry in reversed(stored(week).reviews.history(WEEK)) if entry.action == "moved"]
    order = ids
    for move in moves:
        assert move["from"] == order
        assert any(_moved_down(week, order, card) == move["to"] for card in order)
        order = move["to"]
    assert [card.id for card in cards(week)] == order


def _moved_down(week, order, card):
    by_id = {one.id: one for one in cards(week)}
    return [one.id for one in moved([by_id[one] for one in order], card, 1)]


@pytest.mark.sample(3, of="many editors at once")
def test_what_several_publish_at_once_while_others_write_is_one_issue_of_what_was_approved(week, send):
    approved = pipeline.approve(week, WEEK, "ada")

    def publish(_):
        try:
            return pipeline.publish(week, WEEK).hash
        except NotApproved:
            return ""

    with ThreadPoolExecutor(5) as pool:
        published = pool.map(publish, range(4))
        pool.submit(send, [("PUT", "/head", {"json": {"summary": "Written while it was published."}})])
        hashes = set(published)
    assert hashes in ({approved.hash}, {""})
    assert [issue.hash for issue in stored(week).issues.all()] == [one for one in hashes if one]
