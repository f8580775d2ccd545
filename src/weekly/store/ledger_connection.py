"""The connection that a sender keeps for what it writes every few mails."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from weekly.models import Delivery
from weekly.store.database import IDLE, Database
from weekly.store.deliveries import Deliveries, Settled, batch_of
from weekly.store.ledger_statements import BatchResult, LedgerBatch, write_on_postgresql, write_on_sqlite


class LedgerConnection:
    """Writes to the ledger, each time in a transaction of its own; for one thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._dialect = database.engine.dialect
        self._on_server = self._dialect.name != "sqlite"
        self._connection: Connection | None = None
        self._used = 0.0

    def write_down(
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
        with self._database.turn(writes=True):
            try:
                written = self._write(batch)
            except BaseException:
                self.close()  # which undoes what was not committed
                raise
        self._used = time.monotonic()
        return written

    def close(self) -> None:
        """Ends with the connection; the next batch takes another one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._on_server:
                connection.invalidate()  # nobody else is given one with settings of ours
            connection.close()

    def _write(self, batch: LedgerBatch) -> BatchResult:
        driver = self._driver()
        if self._on_server:
            return write_on_postgresql(driver, batch)  # one statement is a transaction by itself
        driver.execute("BEGIN IMMEDIATE")
        written = write_on_sqlite(driver, batch)
        driver.execute("COMMIT")
        return written

    def _driver(self) -> Any:
        """The driver's connection; one that nobody has used for a while is tried: its server may have gone."""
        if self._connection is not None and time.monotonic() - self._used < IDLE:
            return self._connection.connection.driver_connection
        connection = self._connection or self._open()
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - a connection that is open
        try:
            self._dialect.do_ping(driver)
        except self._dialect.loaded_dbapi.Error:
            connection.invalidate()
            connection.close()
            connection = self._open()
        self._connection = connection
        return connection.connection.driver_connection

    def _open(self) -> Connection:
        connection = self._database.engine.connect()
        if self._on_server:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")  # a plan each time takes half of it
            return connection
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - as above
        driver.execute("PRAGMA query_only=0")
        return connection
