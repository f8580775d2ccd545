"""The unit of work: what is read or written together goes through one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from weekly.store.announcements import Announcements
from weekly.store.candidates import Candidates
from weekly.store.confirmation_requests import ConfirmationRequests
from weekly.store.coordination import HostPaces, Locks, Marks, SendSlots
from weekly.store.database import lock
from weekly.store.deliveries import Deliveries
from weekly.store.drafts import Drafts, Links
from weekly.store.entries import Entries
from weekly.store.issues import Issues, PublishedWorks
from weekly.store.left_out import LeftOuts
from weekly.store.mailings import Mailings
from weekly.store.model_answers import ModelAnswers
from weekly.store.review_sessions import ReviewSessions
from weekly.store.reviews import Reviews
from weekly.store.source_runs import SourceRuns
from weekly.store.subscriber_events import SubscriberEvents
from weekly.store.subscribers import Subscribers
from weekly.store.suppressions import Bounces, Suppressions
from weekly.store.web_cache import WebCache


class Transaction:
    """Every aggregate of the store, over one connection. It ends with the block that opened it.

    Nothing is rendered, fetched or written to files while it is open: others wait for it. Its methods follow one rule:
    a verb writes; a noun reads and always answers; `find` and `find_…` read and may answer None.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.entries = Entries(connection)
        self.left_out = LeftOuts(connection)
        self.source_runs = SourceRuns(connection)
        self.web_cache = WebCache(connection)
        self.model_answers = ModelAnswers(connection)
        self.candidates = Candidates(connection)
        self.drafts = Drafts(connection)
        self.links = Links(connection)
        self.reviews = Reviews(connection)
        self.review_sessions = ReviewSessions(connection)
        self.issues = Issues(connection)
        self.published_works = PublishedWorks(connection)
        self.announcements = Announcements(connection)
        self.subscribers = Subscribers(connection)
        self.confirmation_requests = ConfirmationRequests(connection)
        self.subscriber_events = SubscriberEvents(connection)
        self.suppressions = Suppressions(connection)
        self.bounces = Bounces(connection)
        self.deliveries = Deliveries(connection)
        self.mailings = Mailings(connection)
        self.locks = Locks(connection)
        self.host_paces = HostPaces(connection)
        self.send_slots = SendSlots(connection)
        self.marks = Marks(connection)

    def lock(self, name: str) -> None:
        """Makes other transactions that lock *name* wait for the end of this one."""
        lock(self.connection, name)
