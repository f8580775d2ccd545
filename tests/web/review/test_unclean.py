"""What no database takes, and forms that are none, are cleaned or refused at the door of either database."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.stored import stored
from tests.web.review.conftest import HOME, WEEK, visiting
from weekly import pipeline
from weekly.models import Status
from weekly.web.review import app
from weekly.workspace import open_workspace

UNCLEAN = "a\0b\ud800c"
FIELDS = (
    *("action", "card", "candidate", "id", "since", "key", "text", "quote", "body", "title", "summary", "line", "tags"),
    *("topic", "before", "other", "entry", "name", "reason", "check", "hash", "number", "url", "kind", "after", "what"),
    *("to", "language", "headlines", "evidence", "authors", "venue", "link", "steps", "order", "week", "minutes"),
)


@pytest.fixture
def editor(demo, fresh_database):
    """An editor's browser, and the workspace of their week, in a database of either kind."""
    settings = demo / "weekly.toml"
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n{fresh_database()}", encoding="utf-8")
    with open_workspace(demo) as workspace:
        pipeline.collect(workspace, WEEK)
        pipeline.classify(workspace, WEEK)
        pipeline.draft(workspace, WEEK)
        with visiting(workspace, follow_redirects=False) as browser:
            yield browser, workspace


def sent(values):
    """The same fields as a form and as JSON, which can write half of a character."""
    form = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in values.items())
    yield {"content": form, "headers": {"content-type": "application/x-www-form-urlencoded"}}
    yield {"content": json.dumps(values), "headers": {"content-type": "application/json"}}


def test_no_form_of_the_review_page_stumbles_over_them(editor, drawn):
    browser, workspace = editor
    card = stored(workspace).drafts.find(WEEK).draft.cards[0].id
    for rest in drawn([*app._ACTIONS], 12):
        for known in (
            {},
            {"card": card, "action": "accept", "topic": "other", "title": "T", "text": "x\0", "body": "y"},
        ):
            for request in sent({**dict.fromkeys(FIELDS, UNCLEAN), **known}):
                assert browser.post(HOME + rest, **request).status_code < 500, rest
    for request in sent({"card": UNCLEAN}):
        assert browser.post(f"{HOME}/presence", **request).status_code < 500
    for view in drawn([*app._VIEWS], 8):
        shown = view.replace("{file}", quote("\0")).replace("{number}", quote("\0"))
        for name in ("card", "since", "q", "view", "topic", "status"):
            assert browser.get(f"{HOME}{shown}?{name}=%00%ED%A0%80").status_code < 500, view


def test_a_comment_is_kept_without_what_cannot_be_stored(editor):
    browser, workspace = editor
    chosen = next(iter(stored(workspace).candidates.statuses(WEEK)))
    for request in sent({"card": chosen, "text": "be\0fore \ud800 after"}):
        browser.post(f"{HOME}/comment", **request)
    assert [one.text for one in stored(workspace).reviews.comments(WEEK, chosen)] == [
        "before \ufffd\ufffd\ufffd after",
        "before ? after",
    ]
    assert stored(workspace).candidates.find(WEEK, chosen).status is Status.PENDING


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"no part at all"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="action"\r\n\r\ncut'),
        ("multipart/form-data; boundary=\xff\x01", b"--\xff"),
    ],
)
def test_a_form_whose_parts_are_broken_is_refused(workspace, kind, body):
    with visiting(workspace) as browser:
        answer = browser.post(f"{HOME}/decide", content=body, headers={"content-type": kind.encode("latin-1")})
    assert answer.status_code == 400
    assert "its parts are broken" in answer.text
