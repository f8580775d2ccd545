from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from tests.published import WEEK, publish_issue, subscribe
from tests.web.visitor import Visitor
from weekly.delivery.message import SUBSCRIBER
from weekly.render.columns import WIDTH, width
from weekly.store.confirmation_requests import VALID, ConfirmationRequest
from weekly.store.subscribers import Subscriber, SubscriberStatus
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


def test_the_view_of_a_selection_is_served_and_a_strange_one_is_the_whole_issue(opened, browser):
    page = browser.get(f"/issues/{WEEK}?topics=3d&language=en").text
    assert 'id="cube单图生成三维物体"' in page
    assert "Ant" not in page
    assert '<html lang="en"' in page
    assert '<base href="../2025/W15/">' in page
    whole = browser.get(f"/issues/{WEEK}").text
    for query in ("topics=", "topics=nonsense", "topics=3d,agents", "language=xx", "topics=<script>"):
        assert browser.get(f"/issues/{WEEK}?{query}").text == whole


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


BROKEN = {
    "content": b"--x\r\nContent-Disposition: form-data; na",
    "headers": {"content-type": "multipart/form-data; boundary=y"},
}


def test_forms_of_broken_parts_are_refused_and_one_click_counts_all_the_same(opened, browser):
    assert browser.post("/subscribe", **BROKEN).status_code == 400
    assert browser.post(own(opened, "preferences"), **BROKEN).status_code == 400
    assert reader(opened).status is SubscriberStatus.ACTIVE
    assert browser.post(own(opened, "unsubscribe"), **BROKEN).text == "unsubscribed"


@pytest.fixture
def elsewhere(tmp_path, fresh_database):
    """The pages over a database of either kind."""
    with workspace(tmp_path / "elsewhere", TOML + fresh_database()) as made:
        subscribe(made, ["ada@example.net"])
        yield made, Visitor(create(made))


def test_what_no_database_takes_is_cleaned_at_the_door(elsewhere):
    opened, browser = elsewhere
    unclean = "%00a%ED%A0%80"
    form = {"content-type": "application/x-www-form-urlencoded"}
    for email in (
        f"{unclean}@example.net",
        f"bob{unclean}@example.net",
        "bob@example.net%00",
        f"bob@{unclean}.example",
    ):
        body = f"email={email}&topics={unclean}&topics=agents&language={unclean}&website="
        assert browser.post("/subscribe", content=body, headers=form).status_code < 500
    answer = browser.post(own(opened, "preferences"), content=f"topics=agents%00&language={unclean}", headers=form)
    assert answer.status_code == 200
    assert reader(opened).topics == ("agents",)
    for page in ("confirm", "preferences", "unsubscribe", "issues", "archive"):
        for method in ("GET", "POST"):
            assert browser.request(method, f"/{page}/{unclean}").status_code < 500


def ticked(page):
    return {box["value"] for box in BeautifulSoup(page, "html.parser").find_all("input", checked=True)}


@pytest.mark.parametrize("email", ["ada@", f"{'a' * 65}@example.net", f"{'字' * 22}@example.net"])
def test_a_form_that_comes_back_speaks_its_language_and_keeps_what_was_ticked(browser, email):
    form = {"email": email, "topics": ["agents", "3d"], "whole_issue": "yes", "language": "en"}
    answer = browser.post("/subscribe", data=form)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.find(role="alert").get_text() == f"“{email}”不是有效的邮箱地址，请检查后再试。"
    assert page.find("input", type="email")["value"] == email
    assert page.find("input", type="email")["aria-describedby"] == page.find(role="alert")["id"]
    assert ticked(answer.text) == {"agents", "3d", "yes", "en"}
    assert page.find("details").has_attr("open")


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "zh-Hans"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "fr, zh-TW;q=0.4, en;q=0.6", "en"),
        ("", "en;q=0, zh", "zh-Hans"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("", "fr;q=1, *;q=0.1", "zh-Hans"),
        ("", ";;q=x," * 200, "zh-Hans"),
        ("?language=zh", "en", "zh-Hans"),
        ("?language=en", "zh", "en"),
        ("?language=xx", "en", "en"),
    ],
)
def test_pages_are_in_the_visitors_language_and_the_switch_outranks_it(browser, asked, accepted, language):
    for path in ("/subscribe", "/preferences", "/nothing", "/confirm/x"):
        answer = browser.get(f"{path}{asked}", headers={"Accept-Language": accepted})
        page = BeautifulSoup(answer.text, "html.parser")
        assert page.html["lang"] == language
        other = page.find("p", class_="language").a
        assert other["href"] == f"?language={'zh' if language == 'en' else 'en'}"
        assert answer.headers["Vary"] == "Accept-Language"


def test_who_asks_in_english_gets_the_question_and_the_mails_in_english(opened, browser):
    browser.post("/subscribe", data={"email": "bob@example.net"}, headers={"Accept-Language": "en"})
    (mail,) = mails(opened)
    assert "To confirm" in mail.get_body(("plain",)).get_content()
    browser.post(link(mail))
    assert reader(opened, "bob@example.net").language == "en"


def test_every_page_leads_to_the_archive_and_to_the_form(opened, browser):
    link = asked(opened, "eve@example.net", opened.now())
    for path in ("/subscribe", "/preferences", "/unsubscribe", "/nothing", "/a/b/c", link, own(opened, "preferences")):
        page = BeautifulSoup(browser.get(path).text, "html.parser")
        places = {urljoin(f"http://testserver{path}", one["href"]) for one in page.find_all("a", href=True)}
        assert {"http://testserver/", "http://testserver/subscribe"} <= places, path
    came = browser.post("/subscribe", data={"email": "bob@example.net"})
    left = browser.post(own(opened, "unsubscribe"), data={"sure": "yes"})
    for answer in (came, left):
        assert 'subscribe">' in BeautifulSoup(answer.text, "html.parser").main.decode()


@pytest.mark.parametrize("how", ["removed", "erased", "listed", "listed after a bounce"])
def test_an_old_confirmation_brings_nobody_back_whom_the_owner_took_off(opened, browser, how):
    old = asked(opened, "ada@example.net", opened.now() - timedelta(minutes=2))
    with opened.store.write() as tx:
        if how == "removed":
            tx.subscribers.stop("ada@example.net", Reason.UNSUBSCRIBED, opened.now(), "by the owner")
        elif how == "erased":
            tx.subscribers.erase("ada@example.net", opened.now())
        else:
            if "bounce" in how:
                tx.subscribers.stop("ada@example.net", Reason.BOUNCE, opened.now() - timedelta(minutes=3))
            tx.subscribers.add([Subscriber(email="ada@example.net", status=SubscriberStatus.SUPPRESSED)], opened.now())
    assert browser.post(old).status_code == 410
    found = reader(opened)
    assert found is None or found.status is not SubscriberStatus.ACTIVE


def test_what_they_get_of_an_issue_without_their_topics_is_theirs_to_choose(opened, browser):
    path = own(opened, "preferences")
    browser.post(path, data={"topics": ["3d"], "whole_issue": "yes", "language": "zh"})
    assert reader(opened).whole_issue
    assert ticked(browser.get(path).text) == {"3d", "yes", "zh"}
    browser.post(path, data={"topics": ["3d"], "language": "zh"})
    assert not reader(opened).whole_issue
    browser.post("/subscribe", data={"email": "bob@example.net", "topics": "3d", "whole_issue": "yes"})
    browser.post(link(mails(opened)[-1]))
    assert reader(opened, "bob@example.net").whole_issue


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_question_is_no_wider_than_72_columns_but_for_its_link(opened, browser, language):
    browser.post("/subscribe", data={"email": "bob@example.net", "language": language})
    lines = mails(opened)[0].get_body(("plain",)).get_content().splitlines()
    assert max(width(line) for line in lines if "://" not in line) <= WIDTH
