"""Addresses that get no mail, whatever a list says, and the reports about mails that can bring one there."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, select, true, update

from weekly.models import State
from weekly.store.database import upsert
from weekly.store.many_rows import among, insert_new
from weekly.store.tables import bounces, deliveries, subscribers, suppressions

OURS = "sender"
"""The cause that a mail was refused for something about us."""


class Reason(StrEnum):
    """Why an address gets no mail."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    OWNER = "owner"
    ERASED = "erased"


_DECIDED = (Reason.UNSUBSCRIBED, Reason.COMPLAINT, Reason.ERASED)
"""What a person decided, and only they take back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that gets no mail."""

    key: str
    """Its fingerprint: the address itself is known only while it is on the list of subscribers."""
    reason: Reason
    detail: str
    at: datetime

    @property
    def decided(self) -> bool:
        """Whether a person decided it, and only they take it back."""
        return self.reason in _DECIDED


class BounceKind(StrEnum):
    """What a report means for the address."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A report about a mail to a subscriber."""

    report: str
    """A hash of the report, so that it counts once however often it is read."""
    subscriber: int
    week: str
    kind: BounceKind
    detail: str
    cause: str = ""
    """What the mail was refused for, where the report says so."""


def fold(email: str) -> str:
    """The address as subscribers are told apart by: in lower case, as every mail service of today does."""
    return email.strip().lower()


def fingerprint(email: str) -> str:
    """What the list keeps of an address: SHA-256, so that an erased subscriber stays erased and suppressed."""
    return hashlib.sha256(fold(email).encode()).hexdigest()


class Suppressions:
    """The suppression list: what a subscriber or a mail server decided outlives every import."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, emails: Iterable[str], reason: Reason, at: datetime, detail: str = "") -> None:
        """Adds addresses; the first reason stands, but what a person decided outlasts what a server said.

        What a person says again, the owner too, counts from then: no confirmation asked for before outlives it.
        """
        keys = sorted({fingerprint(email) for email in emails})
        row = {"reason": reason, "detail": detail[:500], "at": at}
        insert_new(self._connection, suppressions, [{"key": key, **row} for key in keys], ["key"])
        theirs = update(suppressions).where(among(self._connection, suppressions.c.key, keys))
        if reason in _DECIDED:
            self._connection.execute(theirs.where(suppressions.c.reason.not_in(_DECIDED)).values(row))
        if reason in {*_DECIDED, Reason.OWNER}:
            self._connection.execute(theirs.values(at=at))

    def clear_detail(self, email: str) -> None:
        """Drops what a mail server said about an address, which names it; that it gets no mail stays."""
        mine = suppressions.c.key == fingerprint(email)
        self._connection.execute(update(suppressions).where(mine).values(detail=""))

    def lift(self, email: str) -> None:
        """Takes an address off the list: its owner asked for mail again, and answered from that very address."""
        self._connection.execute(delete(suppressions).where(suppressions.c.key == fingerprint(email)))

    def find(self, email: str) -> Suppression | None:
        """Why an address gets no mail, and since when."""
        row = self._connection.execute(select(suppressions).where(suppressions.c.key == fingerprint(email))).first()
        return _suppression(row) if row else None

    def all(self) -> Iterator[Suppression]:
        """Every suppression, the newest first."""
        query = select(suppressions).order_by(suppressions.c.at.desc(), suppressions.c.key)
        return map(_suppression, self._connection.execute(query.execution_options(yield_per=1000)))

    def reasons(self, emails: Iterable[str]) -> dict[str, Reason]:
        """Those of *emails* that are on the list, and why."""
        known = {fingerprint(email): email for email in emails}
        mine = among(self._connection, suppressions.c.key, sorted(known))
        rows = self._connection.execute(select(*suppressions.c["key", "reason"]).where(mine))
        return {known[key]: Reason(reason) for key, reason in rows.tuples()}


def _suppression(row: Row[Any]) -> Suppression:
    return Suppression(key=row.key, reason=Reason(row.reason), detail=row.detail, at=row.at)


class Bounces:
    """Every report about a mail, each counted once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, bounce: Bounce, at: datetime) -> bool:
        """Writes a report down; False when it was known."""
        if self._connection.scalar(select(func.count()).where(bounces.c.report == bounce.report)):
            return False
        row = {"report": bounce.report, "subscriber": bounce.subscriber, "week": bounce.week, "kind": bounce.kind}
        row |= {"cause": bounce.cause, "detail": bounce.detail[:500], "at": at}
        upsert(self._connection, bounces, [row])
        return True

    def of_subscriber(self, number: int) -> Iterator[dict[str, str]]:
        """The reports about one subscriber, the oldest first."""
        c = bounces.c
        rows = self._connection.execute(select(bounces).where(c.subscriber == number).order_by(c.at))
        return (
            {"at": row.at.isoformat(), "week": row.week, "kind": row.kind, "cause": row.cause, "detail": row.detail}
            for row in rows
        )

    def summary(self) -> list[dict[str, Any]]:
        """How many reports of each kind and cause came from a domain about an issue, the newest issue first.

        With the words of one of them. Who was erased is not counted.
        """
        c = bounces.c
        query = select(*c["week", "kind", "cause", "detail"], subscribers.c.key)
        rows = self._connection.execute(query.join_from(bounces, subscribers, subscribers.c.id == c.subscriber))
        counts: Counter[tuple[str, str, str, str]] = Counter()
        words: dict[tuple[str, str, str, str], str] = {}
        for row in rows:
            group = (row.week, row.key.rpartition("@")[2], row.kind, row.cause)
            counts[group] += 1
            words[group] = row.detail
        names = ("week", "domain", "kind", "cause")
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        ordered.sort(key=lambda item: item[0][0], reverse=True)
        return [
            {**dict(zip(names, group, strict=True)), "count": count, "detail": words[group]} for group, count in ordered
        ]

    def soft_issues(self, subscriber: int, since: datetime) -> int:
        """In how many issues a mail to *subscriber* bounced for a passing reason *since* then, and none arrived after.

        What was refused because of us says nothing about their address.
        """
        c, mailed, mine = bounces.c, deliveries.c, bounces.c.subscriber == subscriber
        back = select(c.week).where(mine)
        arrived = select(func.coalesce(func.max(mailed.week), "")).where(
            mailed.subscriber == subscriber, mailed.state == State.SENT, mailed.week.not_in(back)
        )
        soft = (c.kind == BounceKind.SOFT) & (c.cause != OURS) & (c.at > since)
        query = select(func.count(c.week.distinct())).where(mine, soft, c.week > arrived.scalar_subquery())
        return self._connection.scalar(query) or 0

    def mostly_hard(self, week: str, least: int, domain: str = "") -> bool:
        """Whether *least* mails of an issue or more came back for good, and more than half of those that left.

        Of *domain* alone, where one is given.
        """
        mailed, hard = deliveries.c, self._hard(week, domain)
        back = self._connection.scalar(select(func.count()).select_from(hard.subquery())) or 0
        if back < least:
            return False
        left = (mailed.week == week) & (mailed.state == State.SENT) & _is_of(mailed.email, domain)
        some = select(mailed.id).where(left).limit(2 * back)
        return 0 < (self._connection.scalar(select(func.count()).select_from(some.subquery())) or 0) < 2 * back

    def hard_bounced(self, week: str, domain: str = "") -> list[str]:
        """Those whose mail of an issue came back for good, by address; of *domain* alone, where one is given."""
        theirs = select(subscribers.c.email).where(subscribers.c.id.in_(self._hard(week, domain)))
        return list(self._connection.scalars(theirs))

    def is_hard_again(self, subscriber: int, week: str) -> bool:
        """Whether a mail of another issue than *week* came back from them for good, too."""
        c = bounces.c
        other = (c.subscriber == subscriber) & (c.kind == BounceKind.HARD) & (c.week != week)
        return bool(self._connection.scalar(select(func.count()).where(other)))

    def _hard(self, week: str, domain: str) -> Select[tuple[int]]:
        c = bounces.c
        hard = select(c.subscriber).where(c.week == week, c.kind == BounceKind.HARD).distinct()
        if not domain:
            return hard
        return hard.join(subscribers, subscribers.c.id == c.subscriber).where(_is_of(subscribers.c.key, domain))


def _is_of(email: ColumnElement[str], domain: str) -> ColumnElement[bool]:
    return func.lower(email).endswith(f"@{domain}", autoescape=True) if domain else true()
