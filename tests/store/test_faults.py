"""A database that does not do its part ends every command in one line: what, where, the mend, and nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import lacking
from tests.flows.postgres import Postgres, installed
from tests.wire_formats import NOW
from weekly.errors import StoreError
from weekly.store import open_store

WEEK = "2025-W15"
COMMANDS = [("candidates", "--week", WEEK), ("health", "--week", WEEK), ("deliveries", "--week", WEEK)]


def write_address(root, url):
    with (root / "weekly.toml").open("a") as settings:
        settings.write(f'\n[database]\nurl = "{url}"\n')


@pytest.fixture
def file(drafted):
    """The database of a workspace in use, which waits for others for a moment only."""
    write_address(drafted, "sqlite:///.weekly/weekly.db?timeout=0.1")
    return drafted / ".weekly" / "weekly.db"


def overwrite(file, content, start=0):
    with file.open("r+b") as damaged:
        damaged.seek(start)
        damaged.write(content)
    for rest in file.parent.glob("weekly.db-*"):
        rest.unlink()


def damage(file):
    overwrite(file, b"\xff" * (file.stat().st_size - 8192), 8192)


def replace_by_text(file):
    overwrite(file, b"Dear diary, " * 4096)


def replace_by_folder(file):
    overwrite(file, b"")
    file.unlink()
    file.mkdir()


def of_a_newer_version(file):
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")


def one_line(said, *, place, mend):
    assert re.fullmatch(r"weekly: [^\n]+\n", said)
    assert place in said
    assert mend in said
    assert "sqlalche.me" not in said
    assert "unexpected" not in said


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("spoil", "mend"),
    [
        (damage, "restore it from a backup"),
        (replace_by_text, "restore it from a backup"),
        (replace_by_folder, "give this user the right to"),
        (of_a_newer_version, "install the version that made it"),
    ],
)
def test_a_spoilt_database_is_one_line_that_names_it_and_the_mend(weekly, drafted, file, words, spoil, mend):
    spoil(file)
    ran = weekly("--workspace", drafted, *words, "--json")
    assert (ran.status, ran.out) == (1, "")
    one_line(ran.err, place=str(file), mend=mend)


@pytest.fixture
def held(file):
    """The database while another program has it for itself alone."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    other.execute("INSERT INTO marks VALUES ('held', '2025-04-14')")
    yield file
    other.close()


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_database_that_another_program_holds_is_one_line(weekly, drafted, held, words):
    ran = weekly("--workspace", drafted, *words)
    assert ran.status == 1
    one_line(ran.err, place=str(held), mend="another program holds it")


def test_the_doctor_tells_what_is_wrong_with_the_database_and_goes_on_without_it(weekly, drafted, held):
    ran = weekly("--workspace", drafted, "doctor", "--json")
    assert ran.status == 1
    assert ran.err == "weekly: 2 of 4 do not work: database, sources\n"
    rows = {row["part"]: row for row in json.loads(ran.out)}
    assert rows["archive"]["ok"]
    assert "database is locked: another program holds it" in rows["database"]["message"]
    assert "for want of the database" in rows["sources"]["message"]


def test_the_doctor_sees_that_a_database_can_be_read_and_not_written(weekly, drafted, file):
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON marks BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    assert weekly("--workspace", drafted, "health", "--week", WEEK).status == 0
    ran = weekly("--workspace", drafted, "doctor", "--json")
    assert "free some space" in json.loads(ran.out)[0]["message"]


def test_a_database_that_may_not_be_written_is_one_line(drafted, file):
    ran = without_rights(file, "--workspace", drafted, "health", "--week", WEEK)
    assert (ran.returncode, ran.stdout) == (1, "")
    one_line(ran.stderr, place=str(file), mend="give this user the right to")


def test_the_doctor_tells_of_a_database_that_may_not_be_written(drafted, file):
    ran = without_rights(file, "--workspace", drafted, "doctor", "--json")
    assert "give this user the right to" in json.loads(ran.stdout)[0]["message"]


def without_rights(file, *words):
    """What `weekly` says to a user who may read the database and its folder, and write neither."""
    for path in (file, file.parent):
        path.chmod(path.stat().st_mode & ~0o222)
    # Root writes everywhere, unless this right is taken from it.
    fewer_rights = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    if fewer_rights and shutil.which("setpriv") is None:
        lacking("setpriv is not installed")
    command = [*fewer_rights, sys.executable, "-m", "weekly", *map(str, words)]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        file.parent.chmod(0o755)


@pytest.fixture(scope="module")
def server():
    """A PostgreSQL that a test may stop."""
    if (programs := installed()) is None:
        lacking("no PostgreSQL with its contrib modules is installed")
    server = Postgres(programs)
    server.start()
    yield server
    server.close()


def test_a_server_that_was_stopped_is_one_line_and_passes(weekly, drafted, server):
    address = server.database("weekly")
    write_address(drafted, address)
    store = open_store(address, drafted, lambda: NOW)
    with store.read() as tx:
        assert tx.marks.find("none") is None
    server.stop()
    try:
        with pytest.raises(StoreError, match="start it, then run again") as caught, store.read() as tx:
            tx.marks.find("none")
        assert caught.value.passing
        for words in COMMANDS:
            ran = weekly("--workspace", drafted, *words)
            assert ran.status == 1
            one_line(ran.err, place="postgresql", mend="start it, then run again")
        [database, *_] = json.loads(weekly("--workspace", drafted, "doctor", "--json").out)
        assert "start it, then run again" in database["message"]
    finally:
        store.close()
        server.start()


def test_a_server_that_goes_in_the_middle_of_a_transaction_is_one_line_and_passes(server):
    store = open_store(server.database("broken_off"), Path(), lambda: NOW)

    def read_until_the_end():
        with store.read() as tx:
            server.stop()
            tx.marks.find("none")

    try:
        with pytest.raises(StoreError, match="start it, then run again") as caught:
            read_until_the_end()
        assert caught.value.passing
    finally:
        store.close()
        server.start()


@pytest.mark.parametrize("who_and_what", ["postgres@/missing", "stranger:hunter2@/postgres"])
def test_what_the_server_does_not_know_is_for_a_person_to_mend(server, who_and_what):
    with pytest.raises(StoreError, match=r"check \[database\] url, or create what it names") as caught:
        open_store(f"postgresql://{who_and_what}?host={server.folder}", Path(), lambda: NOW)
    assert not caught.value.passing
    assert "hunter2" not in str(caught.value)


def test_a_fault_of_our_own_is_not_said_to_pass(store):
    with pytest.raises(StoreError, match="nothing of this step was written") as caught, store.read() as tx:
        tx.connection.execute(text("SELECT nothing FROM nowhere"))
    assert not caught.value.passing


def test_a_database_of_a_newer_version_says_which_weekly_wrote_it(weekly, demo):
    weekly("--workspace", demo, "status")
    with closing(sqlite3.connect(demo / ".weekly" / "weekly.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999', program = '9.9'")
    said = weekly("--workspace", demo, "status").err
    one_line(said, place="weekly 9.9 wrote it", mend="install the version that made it")
    assert "schema is 9999" in said
