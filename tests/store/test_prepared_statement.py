"""A statement on PostgreSQL whose answer is waited for beside other work."""

from __future__ import annotations

import asyncio
import socket

import pytest

psycopg = pytest.importorskip("psycopg")

from weekly.store.prepared_statement import PreparedStatement  # noqa: E402


@pytest.fixture
def connection(postgres_template):
    with psycopg.connect(postgres_template().replace("+psycopg", ""), autocommit=True) as made:
        yield made


def ask(statement, *values):
    async def answered():
        statement.begin(values)
        return await statement.answer()

    return asyncio.run(answered())


def test_the_same_statement_is_answered_for_other_values(connection):
    statement = PreparedStatement(connection.pgconn, "SELECT $1::int + 1, $2::text")
    assert [ask(statement, str(number), None) for number in (1, 2)] == [(b"2", None), (b"3", None)]


def test_what_is_more_than_a_server_reads_at_once_is_sent_whole(connection):
    statement = PreparedStatement(connection.pgconn, "SELECT length($1::text)")
    assert ask(statement, "x" * 7_000_000) == (b"7000000",)


def test_what_the_server_refuses_is_raised_and_the_next_is_answered(connection):
    statement = PreparedStatement(connection.pgconn, "SELECT 6 / $1::int")
    with pytest.raises(psycopg.errors.DivisionByZero, match="division by zero"):
        ask(statement, "0")
    assert ask(statement, "2") == (b"3",)
    with pytest.raises(psycopg.errors.UndefinedTable, match="nowhere"):
        PreparedStatement(connection.pgconn, "SELECT * FROM nowhere")


def test_an_error_that_only_this_server_knows_is_raised_too(connection):
    raises = "BEGIN RAISE EXCEPTION 'of its own' USING ERRCODE = 'ZZ999'; END"
    connection.execute(f"CREATE FUNCTION pg_temp.refuse() RETURNS int LANGUAGE plpgsql AS $${raises}$$")
    with pytest.raises(psycopg.DatabaseError, match="of its own"):
        ask(PreparedStatement(connection.pgconn, "SELECT pg_temp.refuse()"))


def test_a_line_that_breaks_is_told(connection):
    statement = PreparedStatement(connection.pgconn, "SELECT pg_sleep(60)")

    async def broken():
        statement.begin([])
        asking = asyncio.ensure_future(statement.answer())
        await asyncio.sleep(0)
        with socket.socket(fileno=connection.pgconn.socket) as line:
            line.shutdown(socket.SHUT_RDWR)
            line.detach()
        await asking

    with pytest.raises(psycopg.OperationalError, match="closed the connection"):
        asyncio.run(broken())
