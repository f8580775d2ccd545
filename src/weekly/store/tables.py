"""The tables. A change here needs a migration in `migrations/versions`; a test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Connection,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    event,
    text,
)


class Utc(TypeDecorator[datetime]):
    """An aware time; SQLite forgets the zone, so what is written is always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, without its zone where the database cannot keep one."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same moment, aware."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(name, metadata, *parts, **options)


entries = _table(
    "entries",
    Column("source", String(80), primary_key=True),
    Column("key", String(500), primary_key=True),
    # The week whose run collected it first: it is that week's news, and no other's.
    Column("week", String(8), nullable=False, index=True),
    Column("seen_at", Utc, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("data", Text, nullable=False),
)

watermarks = _table(
    "watermarks",
    Column("source", String(80), primary_key=True),
    Column("until", Utc),
    # The first moment that was ever read: what appears later under an earlier date was there before us.
    Column("since", Utc),
)

left_out = _table(
    "left_out",
    # What a source showed and was not taken, and why; `at` is when it was seen last.
    Column("source", String(80), primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("omission", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False, index=True),
)

updates = _table(
    "updates",
    # A later version or the withdrawal of an entry that was known before.
    Column("source", String(80), primary_key=True),
    Column("key", String(500), primary_key=True),
    Column("change", String(12), primary_key=True),
    Column("version", String(100), primary_key=True),
    Column("week", String(8), nullable=False, index=True),
    Column("at", Utc, nullable=False),
)

source_runs = _table(
    "source_runs",
    Column("id", Integer, primary_key=True),
    Column("week", String(8), nullable=False, index=True),
    Column("source", String(80), nullable=False),
    Column("at", Utc, nullable=False),
    Column("data", Text, nullable=False),
)

funnels = _table("funnels", Column("week", String(8), primary_key=True), Column("data", Text, nullable=False))

candidates = _table(
    "candidates",
    Column("week", String(8), primary_key=True),
    Column("id", String(500), primary_key=True, index=True),
    Column("position", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("data", Text, nullable=False),
)

packed_candidates = _table(
    "packed_candidates",
    # Those of a published week that nobody decided about, most without texts: JSON lines with their places, packed.
    Column("week", String(8), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

published_works = _table(
    "published_works",
    # One row for each identity of a published work: its arXiv id, its repository, its addresses.
    Column("key", String(500), primary_key=True),
    Column("work", String(500), nullable=False),
    Column("publication", String(200), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index("ix_published_works_at", "at"),
)

drafts = _table(
    "drafts",
    Column("week", String(8), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("author", String(200), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("hash", String(64), nullable=False),
    # Canonical JSON, packed.
    Column("data", LargeBinary, nullable=False, server_default=""),  # since 0017: an added column must have one
)

approvals = _table(
    "approvals",
    Column("id", Integer, primary_key=True),
    Column("week", String(8), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Utc, nullable=False),
    Column("overrides", Text, nullable=False, server_default="{}"),
    # The first moment at which it may be published; nothing: at once.
    Column("due_at", Utc),
    Column("withdrawn_at", Utc),
    Column("withdrawn_by", String(200), nullable=False, server_default=""),
)

review_log = _table(
    "review_log",
    # Who did what when, for ever; an undo is a further row that names the one it takes back.
    Column("id", Integer, primary_key=True),
    Column("week", String(8), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("by", String(200), nullable=False),
    Column("action", String(20), nullable=False),
    Column("card", String(500), nullable=False, server_default=""),
    Column("data", Text, nullable=False, server_default="{}"),
    Column("undoes", Integer),
)

review_comments = _table(
    "review_comments",
    Column("id", Integer, primary_key=True),
    Column("week", String(8), nullable=False, index=True),
    Column("card", String(500), nullable=False),
    Column("at", Utc, nullable=False),
    Column("by", String(200), nullable=False),
    Column("text", Text, nullable=False),
)

review_assignments = _table(
    "review_assignments",
    # Who works on which card.
    Column("week", String(8), primary_key=True),
    Column("card", String(500), primary_key=True),
    Column("by", String(200), nullable=False),
    Column("at", Utc, nullable=False),
)

review_presence = _table(
    "review_presence",
    Column("week", String(8), primary_key=True),
    Column("by", String(200), primary_key=True),
    Column("card", String(500), nullable=False),
    Column("at", Utc, nullable=False),
)

review_sessions = _table(
    "review_sessions",
    # Browsers that are signed in; the key stands in their cookies.
    Column("key", String(32), primary_key=True),
    Column("editor", String(200), nullable=False),
    Column("began_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("origin", String(100), nullable=False),
)

links = _table(
    "links",
    # Whether an address of a draft was alive when it was last asked.
    Column("url", Text, primary_key=True),
    Column("reach", String(10), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
)

issues = _table(
    "issues",
    Column("week", String(8), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
    Column("approved_by", String(200), nullable=False),
    Column("published_at", Utc, nullable=False),
    # Canonical JSON, packed.
    Column("data", LargeBinary, nullable=False, server_default=""),
    # File name to SHA-256, written when all of them stand in the archive; empty until then.
    Column("files", Text, nullable=False, server_default="{}"),
)

errata = _table(
    "errata",
    # What was wrong in an issue, in the order in which it was noticed; the issue itself stays.
    Column("week", String(8), ForeignKey("issues.week"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("card", String(500), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(200), nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
)

announcements = _table(
    "announcements",
    # Where else an issue was made known: a row for each destination, written before anything leaves.
    Column("week", String(8), ForeignKey("issues.week"), primary_key=True),
    Column("destination", String(80), primary_key=True),
    Column("state", String(10), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("detail", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
    Column("holder", String(100), nullable=False, server_default=""),
)

subscribers = _table(
    "subscribers",
    Column("id", Integer, primary_key=True),
    Column("email", String(320), nullable=False),
    # The address in lower case: two spellings are one subscriber.
    Column("key", String(320), nullable=False, unique=True),
    Column("name", String(200), nullable=False, server_default=""),
    Column("topics", Text, nullable=False, server_default="[]"),
    Column("language", String(2), nullable=False, server_default=""),
    # Who chose topics gets the whole issue when it has none of these, or no mail.
    Column("whole_issue", Boolean, nullable=False, server_default="0"),
    Column("status", String(16), nullable=False, server_default="active"),
    Column("created_at", Utc, nullable=False),
    # When they answered the confirmation mail; empty for those whom the owner brought.
    Column("confirmed_at", Utc),
    # How they came: a list's file, the owner, the page.
    Column("origin", String(200), nullable=False, server_default=""),
    # Links in old mails carry the id: SQLite would give that of an erased subscriber to the next one.
    sqlite_autoincrement=True,
)

subscriber_events = _table(
    "subscriber_events",
    # What changed about a subscriber, and how; of a consent the text that they agreed to, by its hash.
    Column("id", Integer, primary_key=True),
    Column("subscriber", Integer, nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("event", String(16), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("text", String(64), nullable=False, server_default=""),
)

consent_texts = _table(
    "consent_texts", Column("key", String(64), primary_key=True), Column("text", Text, nullable=False)
)

suppressions = _table(
    "suppressions",
    # SHA-256 of the address in lower case: who was erased stays suppressed, and nobody can read who that is.
    Column("key", String(64), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
)

bounces = _table(
    "bounces",
    # A hash of the report: reading a mailbox twice counts it once.
    Column("report", String(64), primary_key=True),
    Column("subscriber", Integer, nullable=False, index=True),
    Column("week", String(16), nullable=False, server_default=""),
    Column("kind", String(16), nullable=False),
    # What the mail was refused for: only about the address or its mailbox does it count.
    Column("cause", String(16), nullable=False, server_default=""),
    Column("detail", Text, nullable=False, server_default=""),
    Column("at", Utc, nullable=False),
)

confirmation_requests = _table(
    "confirmation_requests",
    # Confirmation mails of the last days, by hashes of the address and of the code in the mail's link.
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("at", Utc, nullable=False),
    Column("code", String(64), nullable=False, server_default="", index=True),
    Column("data", Text, nullable=False, server_default="{}"),
    Index("ix_confirmation_requests_key", "key", "at"),
)

ledger = _table(
    "ledger",
    # One row: the ledger's name, which copies and backups of the database share, and the secret that signs its links.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("lineage", String(32), nullable=False),
    Column("secret", String(64), nullable=False),
)

send_counts = _table(
    "send_counts",
    # How many mails were ever marked as leaving, in slots: senders that share none do not wait for each other.
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("count", BigInteger, nullable=False),
)

mailings = _table(
    "mailings",
    # An issue or a notice whose first mail has left.
    Column("week", String(16), primary_key=True),
    # The sender's domain when the first mail left: it is part of every Message-ID.
    Column("domain", String(255), nullable=False),
    Column("began_at", Utc, nullable=False),
)

deliveries = _table(
    "deliveries",
    # 64 bits: a hundred million a week would use up 32 in five months. SQLite's have as many under the name INTEGER.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    # The mailing: an issue, or a notice to its readers, such as 2025-W15+1.
    Column("week", String(16), nullable=False),
    Column("subscriber", Integer, nullable=False, index=True),
    Column("email", String(320), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Column("language", String(2), nullable=False, server_default=""),
    Column("topics", Text, nullable=False, server_default="[]"),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("detail", Text, nullable=False, server_default=""),
    Column("due_at", Utc, nullable=False),
    # Who has it in hand, and until when nobody else may think that they died.
    Column("holder", String(100), nullable=False, server_default=""),
    Column("lease_until", Utc),
    Column("free", Boolean, Computed("state = 'pending' AND holder = ''")),
    UniqueConstraint("week", "email", name="uq_deliveries_week"),
)
# What is still to do, and nothing else: to mark a row and to settle it touches no index, which is half of their cost.
# PostgreSQL sees that by the column (heap-only tuples: no column of an index changes, the pages have room: 0008_free).
_FREE = text("free")
Index("ix_deliveries_free", *deliveries.c["week", "due_at", "id"], sqlite_where=_FREE, postgresql_where=_FREE)


@event.listens_for(deliveries, "after_create")
def _leave_room(table: Table, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE {table.name} SET (fillfactor = 50)"))


web_cache = _table(
    "web_cache",
    Column("url", Text, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("at", Utc, nullable=False, index=True),
    # What a server said for good: another address (301, 308), or none any more (410).
    Column("moved_to", Text, nullable=False, server_default=""),
    Column("gone", Boolean, nullable=False, server_default="0"),
    # The same, said once: believed when it is said again a day after.
    Column("hint", Text, nullable=False, server_default=""),
    Column("hint_at", Text, nullable=False, server_default=""),
)

locks = _table(
    "locks",
    # Who has a thing in hand: the turn at a host, the preparation of a week, mails of a mailing.
    Column("name", String(80), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("lease_until", Float, nullable=False),
)

host_paces = _table(
    "host_paces",
    # When a host was asked last, in seconds since the epoch.
    Column("name", String(80), primary_key=True),
    Column("last_at", Float, nullable=False, server_default="0"),
    # The host has asked for silence until then.
    Column("not_before", Float, nullable=False, server_default="0"),
)

send_slots = _table(
    "send_slots",
    # The last moment that was handed out to send at, in seconds since the epoch.
    Column("name", String(80), primary_key=True),
    Column("last_at", Float, nullable=False),
)

marks = _table(
    "marks",
    # When something was last done.
    Column("name", String(80), primary_key=True),
    Column("at", Utc, nullable=False),
)

model_answers = _table(
    "model_answers",
    # SHA-256 of everything that was asked: the endpoint, the model, the messages and the form of the answer.
    Column("key", String(64), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

model_calls = _table(
    "model_calls",
    Column("id", Integer, primary_key=True),
    Column("account", String(40), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    # The most that the call can cost, until the answer says what it did.
    Column("cost", Float, nullable=False),
    Column("tokens_in", Integer, nullable=False, server_default="0"),
    Column("tokens_out", Integer, nullable=False, server_default="0"),
    Column("outcome", String(200), nullable=False, server_default=""),
)
