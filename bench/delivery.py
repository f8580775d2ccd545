"""How fast mail leaves with the ledger on, beside postfix's smtp-source; how much memory a long list takes.

    python -m bench.delivery [rate|postgresql|mta|memory|import]…

Everything is a ratio of two runs on one machine, taken in turns.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from sqlalchemy import text

from tests.delivery import postfix
from tests.published import publish_issue
from weekly.testing import workspace
from weekly.workspace import open_workspace

WEEKLY = str(Path(sys.executable).with_name("weekly"))
MAILS, CONNECTIONS, SIZE, ROUNDS = 4_000, 8, 41_000, 5
SQLITE = "sqlite:///.weekly/weekly.db"
TOML = """
[database]
url = "{database}"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
connections = {connections}
max_age = 36500
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    port = free_port()
    user = ["-u", "postfix"] if os.geteuid() == 0 else []
    sink = subprocess.Popen(["/usr/sbin/smtp-sink", *user, f"127.0.0.1:{port}", "1000"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(0.5)
        yield port
    finally:
        sink.terminate()
        sink.wait()


def prepare(root: Path, port: int, readers: int, database: str = SQLITE, size: int = 8192) -> None:
    """A workspace with a published issue of *size* bytes a mail and *readers* readers."""
    (root / "templates" / "email").mkdir(parents=True)
    line = "x" * 75 + "\n"
    (root / "templates" / "email" / "issue.txt.j2").write_text(line * ((size - 2540) // 78) + "{{ unsubscribe }}\n")
    (root / "templates" / "email" / "issue.mjml.j2").write_text("<mjml><mj-body></mj-body></mjml>")
    with workspace(root, TOML.format(port=port, connections=CONNECTIONS, database=database)) as opened:
        with opened.store.write() as tx:
            numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
            insert = "INSERT INTO subscribers (email, key, created_at) "
            names = "'reader' || i || '@mail' || (i % 97) || '.example.org'"
            # SQLite wants the WITH behind INSERT INTO, PostgreSQL takes it there too.
            select = f"{numbers}SELECT {names}, {names}, '2025-01-01 00:00:00' FROM n"
            if not database.startswith("sqlite"):
                select = select.replace("'2025-01-01 00:00:00'", "now()")
            tx.connection.execute(text(insert + select), {"count": readers})
        publish_issue(opened)


def again(root: Path) -> None:
    """The same issue with nobody sent to."""
    with open_workspace(root) as opened, opened.store.write() as tx:
        tx.connection.execute(text("UPDATE deliveries SET state = 'pending', attempts = 0, holder = ''"))


def deliver(root: Path, *more: str) -> tuple[float, float, int]:
    """Mails a second of the delivery itself, its CPU seconds a thousand mails, and the process's peak memory in KB."""
    script = (
        "import sys, time, json, resource\n"
        "from pathlib import Path\n"
        "from weekly.workspace import open_workspace\n"
        "from weekly.models import Week\n"
        "from weekly import pipeline\n"
        "with open_workspace(Path(sys.argv[1])) as w:\n"
        "    limit = int(sys.argv[2]) if len(sys.argv) > 2 else None\n"
        "    began, busy = time.perf_counter(), time.process_time()\n"
        "    counts = pipeline.deliver(w, Week.parse('2025-W15'), limit)\n"
        "    took, busy = time.perf_counter() - began, time.process_time() - busy\n"
        "print(json.dumps([took, busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, counts]))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(root), *more], check=True, capture_output=True, text=True)
    took, busy, memory, counts = json.loads(done.stdout)
    mails = int(more[0]) if more else counts["sent"]
    assert counts["sent"] == mails, counts
    return mails / took, 1000 * busy / mails, memory


def smtp_source(port: int, mails: int) -> tuple[float, float]:
    """Mails a second of postfix's own generator, its connections kept open, and its CPU seconds a thousand mails."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = ["/usr/sbin/smtp-source", "-d", "-s", str(CONNECTIONS), "-l", str(SIZE), "-m", str(mails)]
    subprocess.run([*command, "-f", "a@example.org", "-t", "b@example.org", f"127.0.0.1:{port}"], check=True)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return mails / took, 1000 * busy / mails


def compare(into: str, port: int, mails: int, wanted: float, database: str = SQLITE) -> None:
    """Both into the same receiver, one after the other, so that what else the machine does meets both."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "w"
        prepare(root, port, mails, database, SIZE)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(smtp_source(port, mails))
            again(root)
            ours.append(deliver(root)[:2])
    pairs = sorted(a[0] / b[0] for a, b in zip(ours, theirs, strict=True))
    name = database.partition(":")[0]
    print(f"{name} into {into}, {SIZE} bytes, {CONNECTIONS} connections, {mails:,} mails, {ROUNDS} rounds in turns:")
    for name, got in (("smtp-source", theirs), ("weekly", ours)):
        rates, busy = " ".join(f"{rate:,.0f}" for rate, _ in got), min(cpu for _, cpu in got)
        print(f"  {name:<11} /s: {rates}; {busy:.3f} s of CPU a thousand")
    print(f"  ratio: median {median(pairs):.2f} of {' '.join(f'{one:.2f}' for one in pairs)} (wanted {wanted})")


def rate() -> None:
    with smtp_sink() as port:
        compare("smtp-sink", port, MAILS, 0.65)


def on_postgresql() -> None:
    from bench.kills import postgresql

    with tempfile.TemporaryDirectory() as folder, smtp_sink() as port, postgresql(Path(folder)) as database:
        compare("smtp-sink", port, MAILS, 0.6, database)


def mta() -> None:
    """Into a real mail server, which writes every mail to its queue before it answers, and then throws it away."""
    discard = "virtual_mailbox_domains =\ndefault_transport = discard:\n"
    with postfix.running(more=discard) as (port, _):
        compare("postfix", port, 2000, 0.6)


def memory() -> None:
    peaks = {}
    for readers in (1_000, 1_000_000):
        with tempfile.TemporaryDirectory() as folder, smtp_sink() as port:
            root = Path(folder) / "w"
            prepare(root, port, readers)
            peaks[readers] = deliver(root, "1000" if readers == 1_000 else "20000")[2] / 1024
            print(f"  {readers:>9,} readers: peak {peaks[readers]:.0f} MB")
    print(f"difference {peaks[1_000_000] - peaks[1_000]:.1f} MB (wanted: 50 at most)")


def imported() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "w"
        with workspace(root, ""):
            pass
        file = root / "readers.csv"
        rows = (f"reader{i}@mail{i % 97}.example.org,Reader {i},agents 3d,zh" for i in range(100_000))
        file.write_text("email,name,topics,language\n" + "\n".join(rows))
        began = time.perf_counter()
        done = subprocess.run(
            [WEEKLY, "--workspace", str(root), "subscribers", "import", str(file)],
            check=True,
            capture_output=True,
            text=True,
        )
        print(f"100,000 rows: {time.perf_counter() - began:.1f} s (wanted: under 20): {done.stdout.strip()}")


if __name__ == "__main__":
    benches = {"rate": rate, "postgresql": on_postgresql, "mta": mta, "memory": memory, "import": imported}
    for name in sys.argv[1:] or benches:
        benches[name]()
