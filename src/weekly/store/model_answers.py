"""What a language model answered and what it cost, so that nothing is asked or paid twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from weekly.models import Spent
from weekly.store.database import lock, upsert
from weekly.store.tables import model_answers, model_calls


class ModelAnswers:
    """Answers by the hash of their question, costs by account: a week, or `draft-text`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> str | None:
        """The answer kept under *key*."""
        body: str | None = self._connection.scalar(select(model_answers.c.body).where(model_answers.c.key == key))
        return body

    def reserve(self, account: str, most: float, budget: float, at: datetime) -> int | None:
        """Books *most* before a call; None when the account has spent too much of *budget* for it.

        A call that a killed process never settled stays booked at its most: the budget holds in any case.
        """
        lock(self._connection, f"model {account}")
        total = func.coalesce(func.sum(model_calls.c.cost), 0.0)
        spent = self._connection.scalar(select(total).where(model_calls.c.account == account))
        if float(spent or 0.0) + most > budget:
            return None
        row = {"account": account, "at": at, "cost": most, "outcome": "asked"}
        key = self._connection.execute(insert(model_calls).values(row)).inserted_primary_key
        assert key is not None  # noqa: S101 - the table has one
        return int(key[0])

    def settle(self, booking: int, spent: Spent, at: datetime, key: str = "", answer: str = "") -> None:
        """Puts what the call really used in the booking's place, and keeps the answer."""
        used = {
            "cost": spent.cost,
            "tokens_in": spent.tokens_in,
            "tokens_out": spent.tokens_out,
            "outcome": spent.outcome[:200],
        }
        self._connection.execute(update(model_calls).where(model_calls.c.id == booking).values(used))
        if key:
            row = {"key": key, "body": answer, "at": at}
            upsert(self._connection, model_answers, [row], update=("body", "at"))

    def costs(self, account: str) -> Spent:
        """What the account has used in all; `outcome` counts the calls."""
        query = select(
            func.coalesce(func.sum(model_calls.c.tokens_in), 0),
            func.coalesce(func.sum(model_calls.c.tokens_out), 0),
            func.coalesce(func.sum(model_calls.c.cost), 0.0),
            func.count(),
        ).where(model_calls.c.account == account)
        row = self._connection.execute(query).one()
        return Spent(tokens_in=int(row[0]), tokens_out=int(row[1]), cost=float(row[2]), outcome=f"{row[3]} calls")
