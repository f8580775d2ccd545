"""The encrypted list: for the holder of the key, and for nobody else."""

from __future__ import annotations

import pytest

from tests.stored import stored
from weekly.errors import SettingsError, StageError
from weekly.repository.subscriber_list import FILE, KEY, decrypt, encrypt, load_list

LIST = b"email,name\nada@example.org,Ada\nbob@example.org,Bob\n"


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv(KEY, "a key that nobody guesses " * 2)


def test_it_comes_back_whole_and_looks_different_each_time():
    sealed = encrypt(LIST)
    assert decrypt(sealed) == LIST
    assert encrypt(LIST) != sealed
    assert b"ada" not in sealed


@pytest.mark.parametrize("place", [0, 25, 40, -1])
def test_a_changed_byte_is_noticed(place):
    sealed = bytearray(encrypt(LIST))
    sealed[place] ^= 1
    with pytest.raises(StageError, match="another key, or damaged"):
        decrypt(bytes(sealed))


@pytest.mark.parametrize("data", [b"", b"weekly subscribers 1\n", LIST])
def test_what_is_no_encrypted_list_is_refused(data):
    with pytest.raises(StageError):
        decrypt(data)


def test_another_key_and_a_short_one_are_refused(monkeypatch):
    sealed = encrypt(LIST)
    monkeypatch.setenv(KEY, "another key, as long as the first " * 2)
    with pytest.raises(StageError):
        decrypt(sealed)
    monkeypatch.setenv(KEY, "short")
    with pytest.raises(SettingsError, match=KEY):
        encrypt(LIST)


def test_its_readers_are_on_the_list_of_the_database(workspace):
    before = len(list(stored(workspace).subscribers.all()))
    (workspace.root / FILE).write_bytes(encrypt(LIST))
    assert load_list(workspace) == 2
    assert load_list(workspace) == 0
    assert len(list(stored(workspace).subscribers.all())) == before + 2


def test_the_commands_encrypt_and_decrypt(workspace, tmp_path, weekly):
    (tmp_path / "list.csv").write_bytes(LIST)
    root = workspace.root
    assert weekly("--workspace", root, "subscribers", "encrypt", tmp_path / "list.csv").status == 0
    assert weekly("--workspace", root, "subscribers", "decrypt", tmp_path / "again.csv").status == 0
    assert (tmp_path / "again.csv").read_bytes() == LIST
    assert (tmp_path / "again.csv").stat().st_mode & 0o077 == 0
    assert weekly("--workspace", root, "subscribers", "decrypt", tmp_path / "again.csv").status == 1
