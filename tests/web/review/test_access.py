"""Who comes in and what is refused: plainly, and never with a traceback."""

from __future__ import annotations

import json
import random
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.stored import stored
from tests.web.review.conftest import HOME, TOKEN, WEEK, elements, visiting
from weekly.store import codec
from weekly.web.guard import RateLimit
from weekly.web.review.access import COOKIE, Access

NASTY = [
    "../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "\x00", "a" * 5000, "<script>alert(1)</script>", "'; DROP TABLE drafts; --",
    "\ud800".encode("utf-8", "surrogatepass"), "2025-W99", "-1", "{}", "[]", "null", "١٢٣", "%", "é", "\r\nSet-Cookie: a=b",
]  # fmt: skip


def test_a_stranger_sees_nothing(stranger):
    for view in ("", "/order", "/status", "/mail.html", "/panel", "/approve", "/pictures/x.png"):
        answer = stranger.get(HOME + view)
        assert answer.status_code == 401, view
        assert "arxiv" not in answer.text.lower()
    assert stranger.post(f"{HOME}/decide", data={"action": "undo"}).status_code == 401
    assert stranger.get("/healthz").status_code == 200


def test_the_token_opens_the_page_once_and_the_cookie_from_then_on(stranger):
    entered = stranger.get(HOME, params={"token": TOKEN, "card": "x"})
    assert (entered.status_code, entered.headers["location"]) == (303, f"{HOME}?card=x")
    assert "samesite=lax" in entered.headers["set-cookie"].lower()
    assert "httponly" in entered.headers["set-cookie"].lower()
    assert TOKEN not in entered.headers["set-cookie"]
    assert stranger.get(HOME).status_code == 200


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN[:-1], "é"])
def test_a_wrong_token_opens_nothing(stranger, token):
    assert stranger.get(HOME, params={"token": token}).status_code == 401
    assert stranger.post("/sign-in", data={"token": token}).status_code == 401
    assert stranger.get(HOME).status_code == 401


def test_guesses_at_the_token_are_limited_and_told_and_the_editor_goes_on(workspace, capsys):
    guesses = 800
    with visiting(workspace, "ada") as editor, visiting(workspace, None, follow_redirects=False) as stranger:
        answers = [stranger.post("/sign-in", data={"token": f"{number:016}"}).status_code for number in range(guesses)]
        assert answers[:20] == [401] * 20
        # Twenty come back within a minute.
        assert answers.count(401) < guesses / 10
        assert set(answers) == {401, 429}
        refused = stranger.get(HOME, params={"token": TOKEN})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
        assert editor.get(HOME).status_code == 200
    told = capsys.readouterr().err.splitlines()
    assert "weekly review: a token was wrong (from testclient)" in told
    assert "weekly review: wrong tokens come faster than they are looked at (from testclient)" in told
    assert len(told) < guesses / 50


def test_forged_expired_and_borrowed_cookies_open_nothing(stranger, workspace):
    access = Access(TOKEN, workspace.settings.review, workspace.clock)
    good = access.sign("session", 60, name="ada")
    wrong = [
        access.sign("session", -1, name="ada"),
        access.sign("approve", 60, name="ada"),
        Access("another token", workspace.settings.review, workspace.clock).sign("session", 60, name="ada"),
        good[:-1],
        "x" + good,
        "",
        ".",
        "a.b",
    ]
    for text in wrong:
        assert stranger.get(HOME, headers={"Cookie": f"{COOKIE}={text}"}).status_code == 401, text
    assert stranger.get(HOME, headers={"Cookie": f"{COOKIE}={good}"}).status_code == 200


def test_a_link_that_the_first_version_signed_goes_on_until_it_is_too_old(workspace):
    sent = (
        "eyJieSI6ICJhZGEiLCAiZm9yIjogImFwcHJvdmUiLCAibmFtZSI6ICJQcm9mLiBMaSIsICJ1bnRpbCI6IDE3NDUwMDAwMDAsICJ3ZWVrIjogIjIw"
        "MjUtVzE1In0.ab3699258d728990b41bc12c3bfe54276a15417311e4db3f899aa3a452e0cd90"
    )
    until = datetime.fromtimestamp(1745000000, UTC)
    before = Access("secret-token", workspace.settings.review, lambda: until - timedelta(seconds=1))
    assert before.read("approve", sent).items() >= {"week": "2025-W15", "name": "Prof. Li", "by": "ada"}.items()
    assert before.read("session", sent) is None
    assert before.read("approve", sent[:-1]) is None
    assert Access("other", workspace.settings.review, before._now).read("approve", sent) is None
    assert Access("secret-token", workspace.settings.review, lambda: until).read("approve", sent) is None


def test_only_named_editors_come_in_where_editors_are_named(drafted):
    from weekly.workspace import open_workspace

    with (drafted / "weekly.toml").open("a") as settings:
        settings.write('\n[review]\neditors = ["ada"]\nproxy_header = "X-User"\n')
    with open_workspace(drafted) as workspace, visiting(workspace, None) as client:
        assert client.get(HOME, params={"token": TOKEN, "as": "mallory"}).status_code == 401
        assert client.get(HOME, headers={"X-User": "mallory"}).status_code == 401
        assert client.get(HOME, headers={"X-User": "ada"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
    ],
)
def test_posts_from_other_sites_are_refused(editor, workspace, headers):
    candidate = stored(workspace).candidates.ranking(WEEK)[0].work.id
    answer = editor.post(f"{HOME}/decide", data={"candidate": candidate, "action": "reject"}, headers=headers)
    assert answer.status_code == 403
    assert stored(workspace).reviews.history(WEEK) == []


def test_a_client_that_asks_too_often_is_told_to_wait(workspace):
    with visiting(workspace, limit=RateLimit(50, 50)) as client:
        answers = [client.get("/healthz").status_code for _ in range(100)]
    assert answers[:40] == [200] * 40
    assert answers[-1] == 429


def test_the_policy_lets_nothing_foreign_run(editor):
    page = editor.get(HOME)
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "script" not in [one["tag"] for one in elements(page, "type") if one["type"] != "module"]
    assert "default-src 'none'" in editor.get(f"{HOME}/preview.html").headers["content-security-policy"]


def test_no_route_answers_500_whatever_it_is_sent(editor, workspace, drawn):
    known = [one.work.id for one in stored(workspace).candidates.ranking(WEEK)[:3]]
    routes = [
        (method, route.path)
        for route in editor.app.routes
        if hasattr(route, "methods")
        for method in sorted(route.methods - {"HEAD"})
        if route.path != "/sign-out"
    ]
    names = ["candidate", "action", "card", "steps", "order", "topic", "quote", "text", "etag", "body", "name", "tags"]
    names += ["headlines", "summary", "cover", "hash", "when", "at", "override:numbers", "release", "id", "token", "as"]
    values = [
        *NASTY,
        *known,
        "accept",
        "reject",
        "undo",
        "at",
        "1",
        "",
        "*",
        "".join(random.Random(7).choices(string.printable, k=40)),
    ]
    for turn in drawn(range(600), 150):
        draw = random.Random(turn)
        method, path = draw.choice(routes)
        fill = {
            "week": draw.choice([str(WEEK), str(WEEK), "2025-W99", "..", "x"]),
            "link": "a.b",
            "file": "..%2f..%2fx",
            "number": draw.choice(["0", "1", "9" * 30]),
        }
        address = path.format(**fill)
        fields = {name: draw.choice(values) for name in draw.sample(names, 4)}
        query = {name: value for name, value in list(fields.items())[:2] if name not in {"token", "as"}}
        if draw.random() < 0.3:
            plain = {name: str(value) for name, value in fields.items()}
            content = draw.choice(
                [json.dumps(plain), json.dumps([plain]), "{", '{"body": 1}', '{"body": "\\ud800"}', "[" * 9000]
            )
            headers = {"Content-Type": "application/json", "If-Match": draw.choice(['"x"', "*", ""])}
            answer = editor.request(method, address, params=query, content=content, headers=headers)
        else:
            answer = editor.request(method, address, params=query, data=fields if method != "GET" else None)
        assert answer.status_code < 500, (method, address, fields, answer.text[:300])


def test_bodies_that_are_too_large_are_refused(editor, workspace):
    card = stored(workspace).drafts.find(WEEK).draft.cards[0].id
    where = {"url": f"{HOME}/card", "params": {"id": card}}
    assert editor.post(**where, data={"etag": "*", "body": "x" * 1_000_000}).status_code == 413
    assert editor.post(**where, data={"etag": "*", "body": "x" * 200_000}).status_code == 422


HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>" onmouseover="alert(1)'


def test_hostile_content_is_text_in_every_view(editor, workspace):
    candidate, *rest = stored(workspace).candidates.ranking(WEEK)
    lead = replace(candidate.work.lead, title=HOSTILE, url="javascript:alert(1)", text=HOSTILE + "x" * 1_000_000)
    evil = replace(candidate, work=replace(candidate.work, entries=(lead,)))
    draft = stored(workspace).drafts.find(WEEK).draft
    link = replace(draft.cards[0].links[0], url="javascript:alert(1)")
    proof = replace(draft.cards[0].evidence[0], url="data:text/html,<script>alert(1)</script>", quote=HOSTILE)
    summary = HOSTILE + "\n\n[x](javascript:alert(1)) ![y](data:image/svg+xml,<svg onload=alert(1)>)"
    card = replace(
        draft.cards[0],
        name=HOSTILE,
        title=HOSTILE,
        summary=summary,
        id=candidate.work.id,
        links=(link,),
        evidence=(proof,),
    )
    with workspace.store.write() as tx:
        tx.candidates.replace(WEEK, [evil, *rest])
        cards = (card, *(one for one in draft.cards if one.id != card.id))
        tx.drafts.add(replace(draft, cards=cards, summary=HOSTILE, headlines=(HOSTILE,)), "machine", workspace.now())
    assert codec.dump(evil)
    for view in ("", "/order", "/preview", "/approve", "/log", "/preview.html", "/mail.html"):
        page = editor.get(HOME + view, params={"card": candidate.work.id})
        assert page.status_code == 200, view
        assert len(page.content) < 500_000, view
        found = elements(page, "tag")
        assert [one for one in found if one["tag"] == "script" and "src" not in one] == [], view
        assert [one for one in found if any(name.startswith("on") for name in one)] == [], view
        links = [one.get("href", "") + one.get("src", "") for one in found if one["tag"] in {"a", "img", "iframe"}]
        if not view.endswith(".html"):  # the mail is drafted from links that were checked when they were collected
            assert [one for one in links if one.strip().lower().startswith(("javascript:", "data:"))] == [], view
        assert [one for one in found if one["tag"] == "img" and one.get("src") == "x"] == [], view
