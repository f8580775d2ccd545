"""Two other senders under the same receiver: what a kill does to them.

    python3 -m venv /tmp/others && /tmp/others/bin/pip install rss2email==3.14 museletter==1.5.0
    python -m bench.others /tmp/others/bin/python

museletter sends through web services only; its own door for tests takes a mailer that speaks SMTP to the receiver.
rss2email has one reader a feed: its mails are the entries of one feed, told apart by their subjects.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from tests.kills import sink

READERS, KILLS = 1000, 20
MUSELETTER = """
import asyncio, smtplib, sys, time
from email.message import EmailMessage
from museletter.app import create_app, lifespan
from museletter.config import Settings
from museletter.mailer import SendError, SendResult
import httpx

port, readers = int(sys.argv[1]), int(sys.argv[2])

class Mailer:
    def send(self, to, subject, text):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "w@example.org", to, subject
        message.set_content(text)
        try:
            with smtplib.SMTP("127.0.0.1", port) as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise SendError(code, "Refused", said.decode()) from error
        except smtplib.SMTPResponseException as error:
            raise SendError(error.smtp_code, "Refused", str(error.smtp_error)) from error
        return SendResult(message_id="x")
    async def send_email(self, to, subject, html, text, **more):
        return await asyncio.to_thread(self.send, to, subject, text)

async def main():
    settings = Settings(api_key="k" * 32, db_path="m.db", base_url="http://x.example", from_email="w@example.org",
                        opt_in="single", send_rate=1e9, extra={"mailer": Mailer()})
    app = create_app(settings)
    async with lifespan(app):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x",
                                   headers={"Authorization": "Bearer " + "k" * 32})
        if len(sys.argv) > 3:
            rows = "email\\n" + "\\n".join(f"reader{i}@mail{i % 97}.example.org" for i in range(readers))
            slug = (await client.get("/v1/lists")).json()
            slug = (slug if isinstance(slug, list) else slug["lists"])[0]["slug"]
            (await client.post(f"/v1/lists/{slug}/subscribers/import", json={"csv": rows})).raise_for_status()
            made = await client.post(f"/v1/lists/{slug}/campaigns", json={"subject": "s", "body_markdown": "b"})
            made.raise_for_status()
            go = {"confirm": True, "skip_test": True}
            sent = await client.post(f"/v1/campaigns/{made.json()['id']}/send", json=go)
            sent.raise_for_status()
            print("ready", flush=True)
        while True:
            await asyncio.sleep(0.2)
            row = await (await app.state.db.execute(
                "SELECT count(*) FROM campaign_recipients WHERE status = 'pending'")).fetchone()
            if not row[0]:
                rows = await (await app.state.db.execute(
                    "SELECT status, count(*) FROM campaign_recipients GROUP BY 1")).fetchall()
                print({key: count for key, count in map(tuple, rows)}, flush=True)
                return

asyncio.run(main())
"""


def addresses(log: Path, name: str) -> Counter[str]:
    return Counter(json.loads(line)[name] for line in log.read_text().splitlines())


def museletter(python: str, folder: Path, processes: int) -> None:
    draw = random.Random(1)
    (folder / "run.py").write_text(MUSELETTER)
    faults = {"unknown": 0.01, "drop_after_data": 0.002, "delay": 0.005}
    with sink(folder, faults) as (port, log):
        command = [python, "run.py", str(port), str(READERS)]

        def start(*more: str) -> subprocess.Popen[str]:
            return subprocess.Popen([*command, *more], cwd=folder, stdout=subprocess.PIPE, text=True)

        first = start("setup")
        assert first.stdout is not None
        first.stdout.readline()
        running = [first, *(start() for _ in range(processes - 1))]
        kills = 0
        while kills < KILLS and any(one.poll() is None for one in running):
            time.sleep(draw.uniform(1.0, 3.0) / processes)
            place = draw.randrange(processes)
            running[place].send_signal(signal.SIGKILL)
            running[place].wait()
            running[place] = start()
            kills += 1
        said = [one.communicate()[0].strip() for one in running]
        got = addresses(log, "to")
    many = sum(times - 1 for times in got.values())
    what = f"{kills} kills, {READERS} readers"
    print(f"museletter 1.5.0, {processes} at once: {what}: {len(got)} reached, {many} too many, {said[0]}")


def rss2email(python: str, folder: Path) -> None:
    items = "".join(
        f"<item><title>entry {i}</title><guid>e{i}</guid><link>http://x.example/{i}</link></item>" for i in range(500)
    )
    (folder / "feed.xml").write_text(f'<rss version="2.0"><channel><title>f</title>{items}</channel></rss>')
    for name, faults, kill in (("a kill", {"delay": 0.005}, True), ("one 451", {"temporary": 0.01}, False)):
        place = folder / name.replace(" ", "-")
        place.mkdir()
        with sink(place, faults) as (port, log):
            config, data = place / "r.cfg", place / "r.json"
            config.write_text(
                "[DEFAULT]\nfrom = a@example.org\nto = reader@example.org\nemail-protocol = smtp\n"
                f"smtp-server = 127.0.0.1\nsmtp-port = {port}\nsmtp-auth = False\nsmtp-ssl = False\n"
            )
            script = str(Path(python).with_name("r2e"))
            command = [script, "-c", str(config), "-d", str(data)]
            subprocess.run([*command, "add", "f", str(folder / "feed.xml"), "reader@example.org"], check=True)
            runner = subprocess.Popen([*command, "run"], stderr=subprocess.PIPE, text=True)
            if kill:
                while not log.exists() or len(log.read_text().splitlines()) < 250:
                    time.sleep(0.02)
                runner.kill()
            said = runner.communicate()[1].strip().splitlines()[-1:]
            first = sum(addresses(log, "subject").values())
            subprocess.run([*command, "run"], capture_output=True, check=False)
            got = addresses(log, "subject")
        many = sum(times - 1 for times in got.values())
        print(f"rss2email 3.14, {name}: {first} mails, again: {len(got)} of 500 entries, {many} too many, {said}")


if __name__ == "__main__":
    trials = (partial(museletter, processes=1), partial(museletter, processes=2), rss2email)
    for attempt in trials:
        with tempfile.TemporaryDirectory() as made:
            attempt(sys.argv[1], Path(made))
