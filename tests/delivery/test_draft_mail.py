"""The mail of a draft, before anything is published, to one editor."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from tests.stored import stored
from tests.web.review.conftest import HOME, visiting
from weekly.models import Week
from weekly.review.preview import mail
from weekly.settings.review import ReviewSettings
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")


def mails(root):
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in root.rglob("maildir/new/*")]


def test_the_command_sends_the_draft_as_it_stands_and_publishes_nothing(weekly, drafted):
    words = ("--workspace", drafted, "test-send", "--week", WEEK, "--to", "me@example.org")
    assert "is not published" in weekly(*words).err
    assert weekly(*words, "--draft").status == 0
    (sent,) = mails(drafted)
    with open_workspace(drafted) as workspace:
        shown = mail(workspace, stored(workspace).drafts.find(WEEK).draft)
        assert not stored(workspace).issues.has(WEEK)
    # The mail library drops a blank where it folds a long subject.
    assert sent["Subject"].replace(" ", "") == f"[TESTv1]{shown.subject}".replace(" ", "")
    assert sent["To"] == "me@example.org"
    assert "unsubscribe" in sent.as_string().casefold()


def test_an_editor_gets_it_at_their_own_address_and_nobody_elses(drafted, monkeypatch):
    monkeypatch.setenv("WEEKLY_REVIEW__EDITORS", '["Ada <ada@example.org>", "Bob"]')
    with open_workspace(drafted) as workspace:
        with visiting(workspace, "Ada") as ada:
            assert "→ ada@example.org" in ada.get(f"{HOME}/approve").text
            json = {"accept": "application/json"}
            assert (
                ada.post(f"{HOME}/test-mail", data={"to": "else@example.org"}, headers=json).json()["sent"]
                == "ada@example.org"
            )
        with visiting(workspace, "Bob") as bob:
            assert "Sent to bob@example.org" in bob.post(f"{HOME}/test-mail", data={"to": "bob@example.org"}).text
            refused = bob.post(f"{HOME}/test-mail", data={"to": "nowhere"}, headers=json)
            assert (refused.status_code, "is no mail address" in refused.json()["error"]) == (422, True)
    assert sorted(sent["To"] for sent in mails(drafted)) == ["ada@example.org", "bob@example.org"]


def test_editors_are_names_with_or_without_an_address():
    settings = ReviewSettings(editors=["Ada <ada@example.org>", "Bob"])
    assert settings.editors == ("Ada", "Bob")
    assert (settings.address_of("Ada"), settings.address_of("Bob"), settings.address_of("Eve")) == (
        "ada@example.org",
        "",
        "",
    )
    with pytest.raises(ValueError, match="a name and an address"):
        ReviewSettings(editors=["Ada <ada>"])
