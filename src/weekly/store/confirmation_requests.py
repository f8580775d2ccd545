"""Who was asked by mail lately whether they want what was asked for in their name; who never answers is forgotten."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import b32encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from weekly.store.suppressions import Reason, Suppressions, fingerprint
from weekly.store.tables import confirmation_requests

VALID = timedelta(days=3)
"""How long an answer is waited for."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationRequest:
    """What somebody at *email* is asked to agree to."""

    email: str
    topics: tuple[str, ...] = ()
    language: str = ""
    whole_issue: bool = False
    moves: int = 0
    """The number of the subscriber whose new address it is; 0 for a new subscriber."""
    where: str = ""
    """The page on which it was asked for."""
    text: str = ""
    """The question as it was put."""


class ConfirmationRequests:
    """The questions of the last days, by a code that only their mails hold."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, request: ConfirmationRequest, at: datetime, *, per_address: int = 3, per_hour: int = 500) -> str:
        """The code for the link of one more mail, empty when there have been enough.

        A bombing names one address often, at most *per_address* times a day, or many addresses once each: both are
        bounded. Who called our mail a nuisance gets no more of it because somebody types their address.
        """
        email = request.email
        if Suppressions(self._connection).reasons([email]).get(email) is Reason.COMPLAINT:
            return ""
        c, key = confirmation_requests.c, fingerprint(email)
        self._connection.execute(delete(confirmation_requests).where(c.at < at - VALID))
        theirs = self._connection.scalar(select(func.count()).where(c.key == key, c.at > at - DAY)) or 0
        lately = self._connection.scalar(select(func.count()).where(c.at > at - HOUR)) or 0
        if theirs >= per_address or lately >= per_hour:
            return ""
        code = b32encode(secrets.token_bytes(10)).decode("ascii").lower()  # 80 bits, in a link of one line
        row = {"key": key, "code": _hash(code), "at": at, "data": json.dumps(asdict(request), ensure_ascii=False)}
        self._connection.execute(insert(confirmation_requests), [row])
        return code

    def find(self, code: str, at: datetime) -> ConfirmationRequest | None:
        """What was asked by the mail with that *code*; None when nobody was, or they have decided against us since."""
        c = confirmation_requests.c
        query = select(c.data, c.at).where(c.code == _hash(code), c.at >= at - VALID)
        row = self._connection.execute(query).first()
        if row is None:
            return None
        told = json.loads(row.data)
        left = Suppressions(self._connection).find(told["email"])
        if left is not None and left.at >= row.at:
            return None
        return ConfirmationRequest(**{**told, "topics": tuple(told["topics"])})

    def forget(self, email: str) -> None:
        """Drops what was asked of *email*."""
        c = confirmation_requests.c
        self._connection.execute(delete(confirmation_requests).where(c.key == fingerprint(email)))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
