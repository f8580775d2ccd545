"""The connection that a sender keeps for what it writes every few mails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from weekly.models import Delivery
from weekly.store.database import IDLE, Database
from weekly.store.deliveries import Deliveries, Settled, batch_of
from weekly.store.ledger_statements import AT_ONCE, BatchResult, LedgerBatch, batch_result, parameters, write_on_sqlite

if TYPE_CHECKING:
    from weekly.store.prepared_statement import PreparedStatement


class LedgerConnection:
    """Writes to the ledger, each time in a transaction of its own; for one thread, and one batch after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect
        self._on_server = self._dialect.name != "sqlite"
        self._connection: Connection | None = None
        self._statement: PreparedStatement | None = None
        self._used = 0.0

    async def write_down(
        self,
        holder: str,
        now: datetime,
        *,
        settled: Sequence[Settled] = (),
        sending: Sequence[Delivery] = (),
        lease: timedelta = timedelta(0),
        slot: int | None = None,
    ) -> BatchResult:
        """What `Deliveries.write_down` does, and commits it."""
        if any(outcome.unknown for _, outcome in settled):  # few, and they touch other tables too
            with self._database.transaction(writes=True) as connection:
                return Deliveries(connection).write_down(
                    holder, now, settled=settled, sending=sending, lease=lease, slot=slot
                )
        batch = batch_of(holder, now, settled=settled, sending=sending, lease=lease, slot=slot)
        try:
            written = await self._write_on_server(batch) if self._on_server else self._write_on_file(batch)
        except BaseException:
            self.close()  # which undoes what was not committed
            raise
        self._used = time.monotonic()
        return written

    def close(self) -> None:
        """Ends with the connection; the next batch takes another one."""
        connection, self._connection, self._statement = self._connection, None, None
        if connection is not None:
            if self._on_server:
                connection.invalidate()  # nobody else is given one with settings of ours
            connection.close()

    def _write_on_file(self, batch: LedgerBatch) -> BatchResult:
        with self._database.turn(writes=True):
            driver = self._driver()
            driver.execute("BEGIN IMMEDIATE")
            written = write_on_sqlite(driver, batch)
            driver.execute("COMMIT")
        return written

    async def _write_on_server(self, batch: LedgerBatch) -> BatchResult:
        """By one statement, which is a transaction by itself; other tasks go on until it is answered."""
        with self._database.turn(writes=True):
            self._driver()
            assert self._statement is not None  # noqa: S101 - it is made with the connection
            self._statement.begin(parameters(batch))
        with self._database.clear_faults():
            return batch_result(await self._statement.answer())

    def _driver(self) -> Any:
        """The driver's connection; one that nobody has used for a while is tried: its server may have gone."""
        if self._connection is None or time.monotonic() - self._used >= IDLE:
            connection = self._connection or self._database.engine.connect()
            try:
                self._dialect.do_ping(_driver_of(connection))
            except self._dialect.loaded_dbapi.Error:
                connection.invalidate()
                connection.close()
                connection, self._connection = self._database.engine.connect(), None
            if self._connection is None:
                self._connection = connection
                self._prepare(connection)
        return _driver_of(self._connection)

    def _prepare(self, connection: Connection) -> None:
        driver = _driver_of(connection)
        if not self._on_server:
            driver.execute("PRAGMA query_only=0")
            return
        from weekly.store.prepared_statement import PreparedStatement  # noqa: PLC0415 - an extra

        driver.autocommit = True
        driver.execute("SET plan_cache_mode = force_generic_plan")  # a plan each time takes half of the time
        self._statement = PreparedStatement(driver.pgconn, AT_ONCE)


def _driver_of(connection: Connection) -> Any:
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - a connection that is open
    return driver
