"""Confirming, and giving another address: a person answers a mail, and only then does something change."""

from __future__ import annotations

import json
import re

import pytest

from tests.published import publish_issue
from tests.web.test_subscribe import TOML, link, mails, own, reader
from tests.web.visitor import Visitor
from weekly.store.subscribers import SubscriberStatus
from weekly.subscribers.person import person
from weekly.testing import workspace
from weekly.web.app import create
from weekly.web.guard import RateLimit


@pytest.fixture
def opened(tmp_path):
    with workspace(tmp_path / "w", TOML.replace("[maildir]", "welcome = true\n[maildir]")) as made:
        publish_issue(made, ["ada@example.net"])
        yield made


@pytest.fixture
def browser(opened):
    return Visitor(create(opened, asks=RateLimit(5, 3600)))


def fresh(opened, known=()):
    """The mails that are not among those *known*."""
    before = {mail["Message-ID"] for mail in known}
    return [mail for mail in mails(opened) if mail["Message-ID"] not in before]


def test_the_mail_has_a_button_and_a_link_that_fits_a_line(opened, browser):
    browser.post("/subscribe", data={"email": "bob@example.net", "language": "en"})
    (mail,) = mails(opened)
    html = mail.get_body(("html",)).get_content()
    action = re.search(r'<form action="http://testserver(/confirm/[a-z2-7]{16})" method="post">', html)[1]
    assert action == link(mail)
    assert browser.post(action).status_code == 200
    assert reader(opened, "bob@example.net").status is SubscriberStatus.ACTIVE


def test_a_consent_is_kept_with_its_time_its_page_and_its_words(opened, browser):
    browser.post("/subscribe", data={"email": "bob@example.net", "language": "en"})
    browser.post(link(mails(opened)[0]))
    with opened.store.read() as tx:
        consent = person(tx, "bob@example.net")["consent"]
    assert (consent["by"], consent["where"]) == ("confirmation mail", "http://testserver/subscribe")
    assert consent["at"] == reader(opened, "bob@example.net").confirmed_at.isoformat()
    assert consent["text"].startswith("Somebody, we hope it was you, asked for AI周报")
    assert "/confirm/" not in json.dumps(consent)


def test_who_is_new_is_welcomed_once_with_a_way_out(opened, browser):
    browser.post("/subscribe", data={"email": "bob@example.net", "language": "en"})
    known = mails(opened)
    for _ in range(2):
        browser.post(link(known[0]))
    (mail,) = fresh(opened, known)
    assert (mail["To"], mail["Subject"]) == ("bob@example.net", "Welcome to AI周报")
    (leave,) = re.findall(r"http://testserver(/unsubscribe/\S+)", mail.get_body().get_content())
    assert leave in mail["List-Unsubscribe"]
    assert browser.post(leave).status_code == 200
    assert reader(opened, "bob@example.net").status is SubscriberStatus.UNSUBSCRIBED


def test_another_address_is_asked_before_anything_changes(opened, browser):
    number = reader(opened).id
    assert own(opened, "address").rpartition("/")[2] in browser.get(own(opened, "preferences")).text
    assert browser.get(own(opened, "address")).status_code == 200
    assert browser.post(own(opened, "address"), data={"email": "Ada@new.example"}).status_code == 200
    (mail,) = mails(opened)
    assert mail["To"] == "Ada@new.example"
    assert browser.get(link(mail)).status_code == 200
    assert reader(opened).id == number
    assert browser.post(link(mail)).status_code == 200
    assert reader(opened) is None
    assert reader(opened, "ada@new.example").id == number
    assert browser.post(link(mail)).status_code == 200


def test_the_old_address_is_told_once_in_the_language_of_its_subscriber(opened, browser):
    number = reader(opened).id
    with opened.store.write() as tx:
        tx.subscribers.set_preferences(number, opened.now(), topics=(), language="en", paused=False)
    browser.post(own(opened, "address"), data={"email": "ada@new.example"})
    known = mails(opened)
    for _ in range(2):
        browser.post(link(known[0]))
    (mail,) = fresh(opened, known)
    assert (mail["To"], mail["Subject"]) == ("ada@example.net", "AI周报 no longer comes to this address")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "http://testserver/subscribe" in mail.get_body().get_content()
    assert "new.example" not in mail.as_string()  # who reads the old mailbox need not know where they went


def test_who_leaves_before_the_new_address_has_answered_stays_away(opened, browser):
    browser.post(own(opened, "address"), data={"email": "ada@new.example"})
    browser.post(own(opened, "unsubscribe"))
    assert browser.post(link(mails(opened)[0])).status_code == 410
    assert reader(opened, "ada@new.example") is None


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: eve@example.net"])
def test_what_is_no_address_is_said(opened, browser, email):
    assert browser.post(own(opened, "address"), data={"email": email}).status_code == 422
    assert mails(opened) == []


def test_a_strangers_link_changes_no_address(browser):
    assert browser.post("/address/1-" + "0" * 32, data={"email": "eve@example.net"}).status_code == 404


def test_one_visitor_cannot_have_many_strangers_asked(opened, browser):
    answers = [
        browser.post(own(opened, "address"), data={"email": f"v{number}@example.net"}).status_code
        for number in range(6)
    ]
    assert answers == [200] * 5 + [429]
