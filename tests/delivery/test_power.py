"""The power fails while mail leaves: what was not synced is gone, and nobody gets a mail twice."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import event

from tests.conftest import lacking
from tests.delivery.test_lineage import relaying
from tests.power import disk_of
from tests.published import WEEK, counts, publish_issue
from weekly.delivery.deliver import deliver
from weekly.testing import workspace
from weekly.workspace import open_workspace, present

READERS = [f"reader{i}@mail{i % 5}.example.org" for i in range(60)]
CUTS = 50


def address(mail):
    return re.search(rb"(?im)^To: .*?([^\s<]+@[^\s>]+)", mail)[1].decode()


class Outage:
    """Takes a picture of the disk in the moment in which the relay has a mail."""

    def __init__(self, relay, disk):
        self.relay, self.disk, self.pictures = relay, disk, []
        relay.answers = self

    def items(self):
        """What the relay asks before it answers each command; it has the mail when it answers its content."""
        if len(self.relay.messages) > len(self.pictures):
            self.pictures.append((tuple(map(address, self.relay.messages)), self.disk.cut()))
        return ()


def sent_again(root, pictures, relay):
    """Of each of *pictures* the mails that leave again though they had been taken before the power failed."""
    for taken, files in pictures:
        for path in (root / ".weekly").glob("weekly.db*"):
            path.unlink()
        for name, data in files.items():
            if not name.endswith("-shm"):
                root.joinpath(".weekly", name.rpartition("/")[2]).write_bytes(data)
        relay.messages.clear()
        (root / "archive" / ".sent").unlink(missing_ok=True)  # the ledger alone has to know it
        # The lease of the sender that is gone has run out.
        with open_workspace(root, clock=lambda: present() + timedelta(hours=1)) as opened:
            deliver(opened, WEEK)
            assert counts(opened)["pending"] == 0
        yield set(taken) & set(map(address, relay.messages))


def cut_power(root, choose, synchronous=""):
    """The mails that left twice, cut by cut of those that *choose* gives; *synchronous* in the place of our setting."""
    with relaying() as (relay, settings), disk_of(root) as disk:
        if disk is None:
            lacking("this Python's SQLite is out of reach")
        with workspace(root, settings) as opened:
            publish_issue(opened, READERS)
        # Whoever closes a database last writes all of it: the audience, at least, is on the disk.
        with workspace(root, settings) as opened:
            if synchronous:
                weaken(opened.store.database.engine, synchronous)
            outage = Outage(relay, disk)
            deliver(opened, WEEK)
        relay.answers = {}
        assert len(outage.pictures) >= CUTS
        yield from sent_again(root, choose(outage.pictures[:CUTS]), relay)


def weaken(engine, synchronous):
    engine.dispose()

    @event.listens_for(engine, "connect")
    def _set(connection, _):
        connection.execute(f"PRAGMA synchronous={synchronous}")


def test_no_mail_leaves_twice_over_fifty_power_cuts(tmp_path, drawn):
    cuts = list(cut_power(tmp_path / "w", lambda pictures: drawn(pictures, 10)))
    assert len(cuts) >= 10
    assert not set().union(*cuts)


def test_the_cuts_are_such_that_they_show_it_where_a_commit_is_not_synced(tmp_path):
    assert any(cut_power(tmp_path / "w", list, "NORMAL"))
