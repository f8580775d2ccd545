"""A statement on PostgreSQL that is prepared once, and whose answers the event loop waits for.

By libpq's asynchronous commands (https://www.postgresql.org/docs/current/libpq-async.html): while the server writes,
whoever sends mail goes on sending.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from psycopg import DatabaseError, pq
from psycopg.errors import lookup

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

_NAME = b"weekly_ledger"


class PreparedStatement:
    """One statement with parameters $1, $2…, on a connection that is used for nothing else meanwhile."""

    def __init__(self, connection: PGconn, statement: str) -> None:
        """Raises psycopg's errors, for what the server says."""
        self._connection = connection
        _check(connection.prepare(_NAME, statement.encode()))

    def begin(self, values: Sequence[str | None]) -> None:
        """Sends the parameters, as PostgreSQL writes them; None is NULL."""
        encoded = [None if value is None else value.encode() for value in values]
        self._connection.send_query_prepared(_NAME, encoded)

    async def answer(self) -> tuple[bytes | None, ...]:
        """The first row of the answer, as PostgreSQL writes it; raises psycopg's errors, for what the server says."""
        await self._arrival()
        result = self._connection.get_result()
        while self._connection.get_result() is not None:
            pass
        assert result is not None  # noqa: S101 - what was sent is answered
        _check(result)
        return tuple(result.get_value(0, column) for column in range(result.nfields))

    async def _arrival(self) -> None:
        """Until all of the answer has come; what the server has no room for yet is sent as it takes it."""
        loop, arrived = asyncio.get_running_loop(), asyncio.Event()
        fault: list[Exception] = []

        def go_on() -> None:
            try:
                self._connection.consume_input()
                if not self._connection.flush():
                    loop.remove_writer(socket)
                if self._connection.is_busy():
                    return
            except Exception as error:  # noqa: BLE001 - it is raised where the answer is waited for
                fault.append(error)
            arrived.set()

        socket = self._connection.socket
        loop.add_reader(socket, go_on)
        try:
            if self._connection.flush():
                loop.add_writer(socket, go_on)
            await arrived.wait()
        finally:
            loop.remove_reader(socket)
            loop.remove_writer(socket)
        if fault:
            raise fault[0]


def _check(result: PGresult) -> None:
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        try:
            kind = lookup(state)
        except KeyError:
            kind = DatabaseError
        raise kind(result.get_error_message())
