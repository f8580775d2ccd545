"""Who is on the list, and who got what: without an address, a name, or what tells one from a list of guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from weekly.models import State
from weekly.state.folder import Line, Lines
from weekly.state.pseudonyms import Pseudonyms
from weekly.state.rows import insert_all, moment, without_addresses
from weekly.store.database import upsert
from weekly.store.subscribers import SubscriberStatus
from weekly.store.tables import deliveries, subscribers, suppressions

LEFT = "the machine that sent it ended before it said what became of it"


def dump_subscribers(connection: Connection, names: Pseudonyms, leaving: Collection[int]) -> Iterator[tuple[str, Line]]:
    """Subscribers, suppressions and deliveries under the hashes of *names*.

    What is being sent, and the deliveries *leaving*, are told as uncertain: so they are for whoever reads it.
    """
    for row in sorted(connection.execute(select(subscribers)).all(), key=lambda row: row.id):
        status = row.status if "@" in row.key else row.name
        line = {"created": moment(row.created_at), "id": row.id, "pseudonym": names.of(row.key), "status": status}
        yield "subscribers", line | ({"confirmed": moment(row.confirmed_at)} if row.confirmed_at else {})
    stopped = {names.of_fingerprint(row.key): row for row in connection.execute(select(suppressions))}
    for name, row in sorted(stopped.items()):
        detail = without_addresses(row.detail)
        yield "suppressions", {"at": moment(row.at), "detail": detail, "pseudonym": name, "reason": row.reason}
    for row in sorted(connection.execute(select(deliveries)).all(), key=lambda row: row.id):
        lost = row.state == State.SENDING or (row.id in leaving and row.state == State.PENDING)
        told = {"state": State.UNCERTAIN.value, "detail": LEFT} if lost else {"state": row.state, "detail": row.detail}
        told["detail"] = without_addresses(told["detail"])
        whose = {"id": row.id, "mailing": row.week, "pseudonym": names.of(row.email), "subscriber": row.subscriber}
        when = {"attempts": row.attempts, "due": moment(row.due_at)}
        yield f"{row.week.partition('+')[0]}/deliveries", {**whose, **told, **when}


def put_subscribers(connection: Connection, names: Pseudonyms, lines: Lines, last: int) -> None:
    """Gives the subscribers of the list back the numbers that links in mails name, and everybody what they got.

    Who is new on the list gets a number after *last*.
    """
    known = _put_subscribers(connection, names, lines.get("subscribers", []), last)
    rows = [
        {"key": names.fingerprint(line["pseudonym"]), "reason": line["reason"], "detail": line["detail"]}
        | {"at": datetime.fromisoformat(line["at"])}
        for line in lines.get("suppressions", [])
        if isinstance(line, dict)
    ]
    upsert(connection, suppressions, rows, update=("reason", "detail", "at"))
    for name, content in lines.items():
        if name.endswith("/deliveries"):
            insert_all(
                connection, deliveries, (_delivery(line, names, known) for line in content if isinstance(line, dict))
            )


def _put_subscribers(
    connection: Connection, names: Pseudonyms, lines: list[Line], last: int
) -> Mapping[str, Mapping[str, Any]]:
    """Who is on the list now, by address.

    Who is on it no more gets no mail, and is kept by the hash alone; in the place of the name stands what they were.
    """
    listed = {row["key"]: dict(row) for row in connection.execute(select(subscribers)).mappings()}
    rows, waiting = [], dict(listed)
    for line in lines:
        assert isinstance(line, dict)  # noqa: S101 - `load` says what is wrong
        address, status, confirmed = names.address(line["pseudonym"]), line["status"], line.get("confirmed")
        row = {"id": line["id"], "status": status, "created_at": datetime.fromisoformat(line["created"])}
        row["confirmed_at"] = datetime.fromisoformat(confirmed) if confirmed else None
        known = waiting.pop(address, None)
        if known is None:
            known = {"email": address, "key": address, "name": status, "topics": "[]", "language": ""}
            known |= {"whole_issue": False, "origin": ""}
            row["status"] = SubscriberStatus.PAUSED.value
        rows.append({**known, **row})
    last = max([last, *(row["id"] for row in rows)])
    new = sorted(waiting.values(), key=lambda row: row["id"])
    rows += [{**row, "id": last + place} for place, row in enumerate(new, 1)]
    connection.execute(delete(subscribers))
    insert_all(connection, subscribers, rows)
    return listed


def _delivery(line: dict[str, Any], names: Pseudonyms, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    address = names.address(line["pseudonym"])
    listed = known.get(address, {"email": address, "name": "", "language": "", "topics": "[]"})
    told = {"id": line["id"], "week": line["mailing"], "subscriber": line["subscriber"], "state": line["state"]}
    told |= {name: listed[name] for name in ("email", "name", "language", "topics")}
    due = datetime.fromisoformat(line["due"])
    return {**told, "attempts": line["attempts"], "detail": line["detail"], "due_at": due}
