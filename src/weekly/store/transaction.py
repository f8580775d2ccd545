"""The unit of work: what is read or written together goes through one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from weekly.store.announcements import Announcements
from weekly.store.candidates import Candidates
from weekly.store.database import lock
from weekly.store.drafts import Drafts, Links
from weekly.store.issues import Issues, PublishedWorks
from weekly.store.marks import Marks
from weekly.store.reviews import Reviews
from weekly.store.slots import SendSlots


class Transaction:
    """Every aggregate of the store, over one connection. It ends with the block that opened it.

    Nothing is rendered, fetched or written to files while it is open: others wait for it. Its methods follow one rule:
    a verb writes; a noun reads and always answers; `find` and `find_…` read and may answer None.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.candidates = Candidates(connection)
        self.drafts = Drafts(connection)
        self.links = Links(connection)
        self.reviews = Reviews(connection)
        self.issues = Issues(connection)
        self.published_works = PublishedWorks(connection)
        self.announcements = Announcements(connection)
        self.marks = Marks(connection)
        self.send_slots = SendSlots(connection)

    def lock(self, name: str) -> None:
        """Makes other transactions that lock *name* wait for the end of this one."""
        lock(self.connection, name)
