from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from tests.published import WEEK, publish_issue, subscribe
from tests.web.visitor import Visitor
from weekly.delivery.message import SUBSCRIBER
from weekly.store.confirmation_requests import VALID, ConfirmationRequest
from weekly.store.subscribers import SubscriberStatus
from weekly.store.suppressions import Reason
from weekly.testing import workspace
from weekly.web.app import create
from weekly.web.guard import RateLimit

TOML = '[newsletter]\nurl = "http://testserver"\n[maildir]\npath = "mail"\n'


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w", TOML) as made:
        publish_issue(made, ["ada@example.net"])
        yield made


@pytest.fixture
def browser(opened):
    return Visitor(create(opened, asks=RateLimit(5, 3600)))


def mails(opened):
    found = sorted((opened.root / "mail" / "new").glob("*")) if (opened.root / "mail").exists() else []
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


def reader(opened, email="ada@example.net"):
    with opened.store.read() as tx:
        return tx.subscribers.find(email)


def own(opened, page, email="ada@example.net"):
    return f"/{page}/{opened.signer.number(SUBSCRIBER, reader(opened, email).id)}"


def link(mail):
    return re.search(r"http://testserver(/confirm/\S+)", mail.get_body(("plain",)).get_content())[1]


def asked(opened, email, at):
    """The link of a confirmation mail that was sent at a time."""
    with opened.store.write() as tx:
        return f"/confirm/{tx.confirmation_requests.add(ConfirmationRequest(email=email), at)}"


def test_a_reader_subscribes_by_answering_a_mail(opened, browser):
    form = {"email": "bob@example.net", "topics": ["agents", "nonsense"], "language": "en"}
    assert browser.post("/subscribe", data=form).status_code == 200
    assert reader(opened, "bob@example.net") is None
    (mail,) = mails(opened)
    assert mail["To"] == "bob@example.net"
    assert mail["List-Unsubscribe"] is None
    assert browser.post(link(mail)).status_code == 200
    found = reader(opened, "bob@example.net")
    assert (found.status, found.topics, found.language) == (SubscriberStatus.ACTIVE, ("agents",), "en")
    assert found.confirmed_at is not None


def test_a_scanner_that_follows_links_confirms_nothing(opened, browser):
    browser.post("/subscribe", data={"email": "bob@example.net"})
    (mail,) = mails(opened)
    for method in ("GET", "HEAD"):
        assert browser.request(method, link(mail)).status_code == 200
    assert reader(opened, "bob@example.net") is None


@pytest.mark.parametrize("token", ["x", "", "aa-" + "0" * 32, "../x", "%00", "ß" * 40])
def test_a_token_that_is_not_ours_opens_nothing(browser, token):
    for page in ("confirm", "preferences", "unsubscribe"):
        assert browser.post(f"/{page}/{token}", data={"List-Unsubscribe": "One-Click"}).status_code in {404, 405, 410}


def test_a_token_for_one_purpose_is_none_for_another(opened, browser):
    browser.post("/subscribe", data={"email": "bob@example.net"})
    token = link(mails(opened)[0]).rpartition("/")[2]
    assert browser.post(f"/unsubscribe/{token}", data={"List-Unsubscribe": "One-Click"}).status_code == 404


def test_an_old_confirmation_says_so(opened, browser):
    old = asked(opened, "bob@example.net", opened.now() - VALID - timedelta(seconds=1))
    assert browser.post(old).status_code == 410
    assert reader(opened, "bob@example.net") is None


def test_the_answer_does_not_tell_who_is_a_subscriber(browser):
    known, unknown = (browser.post("/subscribe", data={"email": f"{who}@example.net"}).text for who in ("ada", "eve"))
    assert known.replace("ada@", "eve@") == unknown


def test_a_program_that_fills_in_every_field_gets_nothing_sent(opened, browser):
    form = {"email": "bob@example.net", "website": "https://spam.example"}
    assert browser.post("/subscribe", data=form).status_code == 200
    assert mails(opened) == []


def test_bombing_one_address_or_from_one_place_is_bounded(opened, browser):
    answers = [browser.post("/subscribe", data={"email": "victim@example.net"}).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2
    assert len(mails(opened)) == 3


def test_who_complained_is_not_asked_again(opened, browser):
    with opened.store.write() as tx:
        tx.subscribers.stop("ada@example.net", Reason.COMPLAINT, opened.now())
    browser.post("/subscribe", data={"email": "ada@example.net"})
    assert mails(opened) == []


@pytest.mark.parametrize("email", ["", "x", "a@b\r\nBcc: eve@example.net", "<script>alert(1)</script>@x.example"])
def test_what_is_no_address_is_said_and_never_a_page_of_somebody_elses(opened, browser, email):
    answer = browser.post("/subscribe", data={"email": email})
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert mails(opened) == []


@pytest.mark.parametrize(
    "form",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {},
        {"content": b"List-Unsubscribe=One-Click"},
        {
            "content": b"List-Unsubscribe=One-Click\r\n",
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        },
        {"content": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": "text/plain"}},
        {"content": b"\xff", "headers": {"Content-Type": "multipart/form-data"}},
    ],
)
def test_one_click_unsubscribes_as_a_mail_provider_does_it(opened, browser, form):
    answer = browser.post(own(opened, "unsubscribe"), **form)
    assert answer.status_code == 200
    assert reader(opened).status is SubscriberStatus.UNSUBSCRIBED
    assert browser.post(own(opened, "unsubscribe"), **form).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_link_never_unsubscribes(opened, browser, method):
    for body in ("", "List-Unsubscribe=One-Click"):
        answer = browser.request(method, own(opened, "unsubscribe") + "?List-Unsubscribe=One-Click", content=body)
        assert answer.status_code == 200
    assert reader(opened).status is SubscriberStatus.ACTIVE


@pytest.mark.parametrize("mark", [".", ">", "/", "%3E", ").", "。"])
def test_a_link_that_took_a_mark_of_the_text_along_still_works(opened, browser, mark):
    assert browser.get(own(opened, "preferences") + mark).status_code == 200
    assert browser.post(own(opened, "unsubscribe") + mark).status_code == 200
    assert reader(opened).status is SubscriberStatus.UNSUBSCRIBED


def test_a_confirmation_link_dies_with_an_unsubscription(opened, browser):
    old = asked(opened, "ada@example.net", opened.now() - timedelta(minutes=1))
    browser.post(own(opened, "unsubscribe"))
    assert browser.post(old).status_code == 410
    assert reader(opened).status is SubscriberStatus.UNSUBSCRIBED
    new = asked(opened, "ada@example.net", opened.now() + timedelta(minutes=1))
    assert browser.post(new).status_code == 200
    assert reader(opened).status is SubscriberStatus.ACTIVE


def test_the_button_on_the_page_unsubscribes(opened, browser):
    page = browser.get(own(opened, "unsubscribe")).text
    assert 'method="post"' in page
    assert browser.post(own(opened, "unsubscribe"), data={"sure": "yes"}).status_code == 200
    assert reader(opened).status is SubscriberStatus.UNSUBSCRIBED
    with opened.store.read() as tx:
        held = tx.suppressions.reasons(["ada@example.net"])
    assert held == {"ada@example.net": Reason.UNSUBSCRIBED}


def test_an_erased_readers_old_link_is_nobodys(opened, browser):
    path = own(opened, "unsubscribe")
    with opened.store.write() as tx:
        tx.subscribers.erase("ada@example.net", opened.now())
    subscribe(opened, ["eve@example.net"])
    browser.post(path, data={"List-Unsubscribe": "One-Click"})
    assert reader(opened, "eve@example.net").status is SubscriberStatus.ACTIVE


def test_a_reader_chooses_topics_language_and_a_pause(opened, browser):
    path = own(opened, "preferences")
    browser.post(path, data={"topics": ["3d", "agents"], "language": "en", "pause": "yes"})
    found = reader(opened)
    assert (set(found.topics), found.language, found.status) == ({"3d", "agents"}, "en", SubscriberStatus.PAUSED)
    page = browser.get(path).text
    assert page.count(" checked") == 4
    browser.post(path, data={"language": "zh"})
    found = reader(opened)
    assert (found.topics, found.status) == ((), SubscriberStatus.ACTIVE)


def test_preferences_cannot_bring_back_who_left(opened, browser):
    browser.post(own(opened, "unsubscribe"), data={"sure": "yes"})
    browser.post(own(opened, "preferences"), data={"language": "en"})
    assert reader(opened).status is SubscriberStatus.UNSUBSCRIBED


def test_what_a_killed_publication_has_left_is_not_served(opened, browser):
    part = opened.archive / "2025" / ".W16.0123456789abcdef.part"
    part.mkdir()
    (part / "index.html").write_text("half")
    assert browser.get(f"/2025/{part.name}/index.html").status_code == 404
    assert browser.get(f"/2025/%2e{part.name[1:]}/index.html").status_code == 404


def test_the_archive_is_served_with_its_feed_and_each_issue_under_its_week(opened, browser):
    assert browser.get("/healthz").text == "ok"
    assert browser.get("/").status_code == 200
    assert "<feed" in browser.get("/feed.xml").text
    page = browser.get(f"/issues/{WEEK}")
    assert page.status_code == 200
    assert '<base href="../2025/W15/">' in page.text
    for path in ("/issues/2025-W16", "/issues/x", "/../weekly.toml", "/.weekly/secret", "/nothing"):
        assert browser.get(path).status_code == 404


def test_pages_run_no_scripts_stand_in_no_frame_and_tell_no_other_site_their_address(opened, browser):
    for path in ("/", "/subscribe", own(opened, "unsubscribe"), "/nothing"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
    assert browser.get(own(opened, "unsubscribe")).headers["Cache-Control"] == "no-store"


def test_a_form_of_many_megabytes_is_not_read(browser):
    assert browser.post("/subscribe", content=b"email=" + b"a" * 200_000).status_code in {400, 413, 422}


def test_a_mail_that_cannot_be_sent_is_no_error_page(opened, browser):
    (opened.root / "mail").write_text("a file stands where the Maildir should")
    assert browser.post("/subscribe", data={"email": "bob@example.net"}).status_code == 200
