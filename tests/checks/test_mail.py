"""What is wrong with a mail is said before anybody approves it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.contexts import context
from weekly.checks.mail import CLIPPED, mail
from weekly.models import Level, Mail
from weekly.settings import NewsletterSettings, Settings

ADDRESS = "1 Example Street, Exampletown"
NEWSLETTER = NewsletterSettings(postal_address=ADDRESS)
FOOT = f"Unsubscribe: https://example.org/u {ADDRESS}"
GOOD = Mail(subject="The weekly, issue 7", html=f"<p>News</p><p>{FOOT}</p>", text=f"News\n{FOOT}")


def found(newsletter=NEWSLETTER, **changes):
    looked_at = context(mail=replace(GOOD, **changes), settings=Settings(newsletter=newsletter))
    return {(one.check, one.level) for one in mail(looked_at)}


def test_a_good_mail_has_no_findings():
    assert not found()


def test_a_mail_that_gmail_would_cut_blocks_and_a_full_one_warns():
    assert found(html=GOOD.html + "x" * CLIPPED) == {("size", Level.BLOCK)}
    assert found(cut=2) == {("size", Level.WARN)}


def test_no_way_out_blocks_in_either_form():
    assert found(html="<p>News</p>") == {("unsubscribe", Level.BLOCK)}
    assert found(text=f"News {ADDRESS}") == {("unsubscribe", Level.BLOCK)}


def test_no_postal_address_warns_and_one_that_the_template_lost_blocks():
    assert found(NewsletterSettings()) == {("postal", Level.WARN)}
    assert found(text="News. Unsubscribe: https://example.org/u") == {("postal", Level.BLOCK)}


def test_a_subject_that_clients_cut_and_a_link_that_says_nothing_warn():
    assert found(subject="x" * 79) == {("subject_length", Level.WARN)}
    assert found(text=f"{GOOD.text} Click here") == {("link_text", Level.WARN)}


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\f", "\n", "\0", "\ud800"])
def test_what_cannot_stand_in_a_header_blocks(mark):
    assert found(subject=f"The weekly,{mark}issue 7") == {("header", Level.BLOCK)}
