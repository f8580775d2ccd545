"""A million subscribers on PostgreSQL: the import, the publication, the first mail, an idle sweep, two senders.

python -m bench.million [SUBSCRIBERS]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event, text

from bench.delivery import TOML, free_port
from bench.kills import postgresql
from tests.flows.receiver import Receiver
from tests.published import publish_issue
from weekly import due
from weekly.models import Week
from weekly.workspace import Workspace, open_workspace

WEEK = Week.parse("2025-W15")
SECONDS = 60.0
LOOKS = 5


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def take_in(root: Path, count: int) -> float:
    """Seconds that `weekly subscribers import` takes for *count* lines."""
    lines = (f"reader{number}@mail{number % 997}.example.org\n" for number in range(count))
    file = root / "list.csv"
    with file.open("w") as out:
        out.write("email\n")
        out.writelines(lines)
    command = [sys.executable, "-m", "weekly", "--workspace", str(root), "subscribers", "import", str(file)]
    return timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def senders(root: Path, count: int) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "flows.sender", str(root), str(WEEK), str(os.getpid())]
    return [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(count)]


def send(workspace: Workspace, root: Path, receiver: Receiver) -> None:
    """The time to the first mail, then what two senders do in a minute."""
    began = time.perf_counter()
    started = senders(root, 1)
    while not receiver.accepted:
        time.sleep(0.02)
    print(f"first mail after {time.perf_counter() - began:.1f} s (wanted: 10)", flush=True)
    started += senders(root, 1)
    time.sleep(5)
    before = sum(receiver.accepted.values())
    time.sleep(SECONDS)
    sent = sum(receiver.accepted.values()) - before
    print(f"two senders: {sent / SECONDS:,.0f} a second for {SECONDS:.0f} s, receiver on the same cores", flush=True)
    for sender in started:
        sender.terminate()
        sender.wait()
    print(f"  accepted twice: {sum(count > 1 for count in receiver.accepted.values())}")
    with workspace.store.read() as tx:
        print(f"  {tx.deliveries.counts(WEEK)}")


def look(workspace: Workspace) -> float:
    """Seconds that the database takes for a sweep that finds nothing, as the driver waits for them."""
    spent = []
    engine = workspace.store.database.engine

    def begin(context: Any, **_: object) -> None:
        context.began = time.perf_counter()

    def end(context: Any, **_: object) -> None:
        spent.append(time.perf_counter() - context.began)

    event.listen(engine, "before_cursor_execute", begin, named=True)
    event.listen(engine, "after_cursor_execute", end, named=True)
    due.weeks_to_publish(workspace, WEEK)
    found = due.mailings_to_send(workspace, WEEK)
    event.remove(engine, "before_cursor_execute", begin)
    event.remove(engine, "after_cursor_execute", end)
    assert not found
    return sum(spent)


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, postgresql(Path(folder)) as database:
        receiver = Receiver()
        root = Path(folder) / "w"
        root.mkdir()
        toml = TOML.format(port=receiver.port or free_port(), connections=4, database=database)
        (root / "weekly.toml").write_text(toml)
        with open_workspace(root) as workspace:
            print(f"import of {count:,}: {take_in(root, count):.1f} s (wanted: 120)", flush=True)
            print(f"publication: {timed(lambda: publish_issue(workspace)):.1f} s (wanted: 60)", flush=True)
            send(workspace, root, receiver)
            with workspace.store.write() as tx:
                tx.deliveries.release(WEEK, "uncertain", lambda _: True, workspace.clock())
                tx.connection.execute(text("UPDATE deliveries SET state = 'sent', holder = '', attempts = 1"))
            # As PostgreSQL does by itself after such a change, before long.
            with workspace.store.database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE deliveries"))
            took = [look(workspace) for _ in range(LOOKS)]
            print(f"an idle sweep: {1000 * median(took):.1f} ms of database time, at most {1000 * max(took):.1f} (50)")
        receiver.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
