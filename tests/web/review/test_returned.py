from __future__ import annotations

from tests.web.review.conftest import visiting
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Bounce, BounceKind


def test_an_editor_sees_what_came_back_in_the_words_of_the_mail_server(workspace, editor):
    assert "Nothing came back." in editor.get("/review/bounces").text
    with workspace.store.write() as tx:
        tx.subscribers.add([Subscriber(email="ada@example.net")], workspace.now())
        number, said = tx.subscribers.find("ada@example.net").id, "550 <script>alert(1)</script> no such user"
        bounce = Bounce(
            report="r", subscriber=number, week="2025-W14", kind=BounceKind.HARD, cause="address", detail=said
        )
        tx.bounces.add(bounce, workspace.now())
    page = editor.get("/review/bounces").text
    for words in ("2025-W14", "example.net", "<td>hard</td>", "<td>address</td>", "no such user"):
        assert words in page
    assert "<script>alert" not in page
    assert 'href="/review/bounces"' in editor.get("/review/").text


def test_a_stranger_does_not(workspace):
    with visiting(workspace, None, follow_redirects=False) as stranger:
        answer = stranger.get("/review/bounces")
    assert answer.status_code == 401
    assert "Nothing came back" not in answer.text
