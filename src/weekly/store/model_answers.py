"""What a language model answered and what it cost: a `weekly.drafting.llm.usage.ModelUsage` in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, insert, select, text, update

from weekly.models import Spent
from weekly.store.database import Database
from weekly.store.tables import model_answers, model_calls


class ModelAnswers:
    """Answers by the hash of their question, costs by account: a week, or `draft-text`."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def answer(self, key: str) -> str | None:
        """The answer kept under *key*."""
        with self._database.read() as connection:
            query = select(model_answers.c.body).where(model_answers.c.key == key)
            found: str | None = connection.scalar(query)
            return found

    def reserve(self, account: str, most: float, budget: float) -> int | None:
        """Books *most* before a call; None when the account has spent too much of *budget* for it.

        A call that a killed process never settled stays booked at its most: the budget holds in any case.
        """
        with self._database.write() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's writers queue anyway
                connection.execute(text("LOCK TABLE model_calls IN SHARE ROW EXCLUSIVE MODE"))
            total = func.coalesce(func.sum(model_calls.c.cost), 0.0)
            spent = connection.scalar(select(total).where(model_calls.c.account == account))
            if float(spent or 0.0) + most > budget:
                return None
            row = {"account": account, "at": self._now(), "cost": most, "outcome": "asked"}
            result = connection.execute(insert(model_calls).values(row))
            key = result.inserted_primary_key
            assert key is not None
            return int(key[0])

    def settle(self, booking: int, spent: Spent, key: str = "", answer: str = "") -> None:
        """Puts what the call really used in the booking's place, and keeps the answer."""
        used = {
            "cost": spent.cost,
            "tokens_in": spent.tokens_in,
            "tokens_out": spent.tokens_out,
            "outcome": spent.outcome[:200],
        }
        with self._database.write() as connection:
            connection.execute(update(model_calls).where(model_calls.c.id == booking).values(used))
            if key:
                row = {"key": key, "body": answer, "at": self._now()}
                self._database.upsert(connection, model_answers, [row], update=("body", "at"))

    def costs(self, account: str) -> Spent:
        """What the account has used in all; `outcome` counts the calls."""
        query = select(
            func.coalesce(func.sum(model_calls.c.tokens_in), 0),
            func.coalesce(func.sum(model_calls.c.tokens_out), 0),
            func.coalesce(func.sum(model_calls.c.cost), 0.0),
            func.count(),
        ).where(model_calls.c.account == account)
        with self._database.read() as connection:
            row = connection.execute(query).one()
        return Spent(tokens_in=int(row[0]), tokens_out=int(row[1]), cost=float(row[2]), outcome=f"{row[3]} calls")
