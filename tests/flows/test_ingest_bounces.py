"""What came back, by the settings or by name."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("prefect")

from flows.ingest_bounces import ingest_bounces
from weekly.errors import SettingsError

pytestmark = [
    pytest.mark.filterwarnings("default"),
    pytest.mark.usefixtures("server"),
]


def test_bounces_are_read_from_the_mailbox_of_the_settings(demo):
    assert asyncio.run(ingest_bounces(workspace=str(demo))) is None
    (demo / "in").mkdir()
    (demo / "in" / "one.eml").write_bytes(b"Subject: hello\r\n\r\nno report\r\n")
    with (demo / "weekly.toml").open("a") as settings:
        settings.write('[schedule]\nmailbox = "in"\n')
    tally = asyncio.run(ingest_bounces(workspace=str(demo)))
    assert (tally["read"], tally["other"]) == (1, 1)


def test_who_starts_a_run_does_not_say_where_our_password_goes(demo):
    with pytest.raises(SettingsError, match=r"\[schedule\] mailbox"):
        asyncio.run(ingest_bounces(workspace=str(demo), mailbox="imaps://weekly@evil.example/INBOX"))
