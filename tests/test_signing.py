from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import SettingsError, WorkspaceError
from weekly.signing import Signer, load_signer

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
SIGNER = Signer(b"k" * 32)


@given(st.integers(min_value=0, max_value=2**63))
def test_a_number_comes_back_for_its_purpose_and_secret_only(number):
    token = SIGNER.number("reader", number)
    assert SIGNER.read_number("reader", token) == number
    assert SIGNER.read_number("other", token) is None
    assert Signer(b"x" * 32).read_number("reader", token) is None


@given(st.text(max_size=60))
def test_whatever_somebody_makes_up_says_nothing(text):
    assert SIGNER.read_number("reader", text) is None
    assert SIGNER.unwrap("confirm", text, NOW) is None


def test_a_value_comes_back_until_its_time_is_over():
    token = SIGNER.wrap("confirm", {"email": "用户@example.org"}, NOW)
    assert SIGNER.unwrap("confirm", token, NOW) == {"email": "用户@example.org"}
    assert SIGNER.unwrap("confirm", token, NOW + timedelta(seconds=1)) is None
    assert token == token.lower()


def test_a_changed_letter_is_noticed():
    token = SIGNER.number("reader", 5)
    for place in range(len(token)):
        other = token[:place] + ("0" if token[place] != "0" else "1") + token[place + 1 :]
        assert SIGNER.read_number("reader", other) is None


def test_the_secret_is_made_once_and_nobody_else_reads_it(tmp_path):
    first, second = load_signer(tmp_path), load_signer(tmp_path)
    assert first.fingerprint == second.fingerprint
    path = tmp_path / ".weekly" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret"]


def test_the_environment_has_the_first_word(tmp_path, monkeypatch):
    monkeypatch.setenv("WEEKLY_SECRET", "a long one " * 3)
    assert load_signer(tmp_path).fingerprint == load_signer(tmp_path / "other").fingerprint
    assert not (tmp_path / ".weekly").exists()


def test_a_secret_that_is_none_is_said(tmp_path):
    (tmp_path / ".weekly").mkdir()
    (tmp_path / ".weekly" / "secret").write_text("short")
    with pytest.raises(WorkspaceError, match="too short"):
        load_signer(tmp_path)


def test_a_secret_that_can_be_guessed_is_refused_with_the_mend(tmp_path, monkeypatch):
    monkeypatch.setenv("WEEKLY_SECRET", "hunter2")
    with pytest.raises(SettingsError, match=r"32 are needed.*WEEKLY_SECRET_BEFORE"):
        load_signer(tmp_path)


def test_links_of_an_earlier_secret_are_still_believed(tmp_path, monkeypatch):
    old = Signer(hashlib.sha256(b"hunter2").digest())
    token = old.number("subscriber", 7)
    monkeypatch.setenv("WEEKLY_SECRET", "0123456789abcdef" * 2)
    assert load_signer(tmp_path).read_number("subscriber", token) is None
    monkeypatch.setenv("WEEKLY_SECRET_BEFORE", "another\nhunter2")
    signer = load_signer(tmp_path)
    assert signer.read_number("subscriber", token) == 7
    assert signer.number("subscriber", 7) != token
    assert signer.succeeds(old.fingerprint)
    assert not signer.succeeds(signer.fingerprint)
    assert signer.made("mail", b"x", slice(16), old.mac("mail", b"x")[:16].hex())
