"""Workspaces as a version of the program leaves them: made by it once, kept as text, restored for those that follow.

`python -m tests.workspaces make VERSION` makes the one of today's program under `tests/fixtures/workspaces/VERSION`:
a published week whose deliveries stand in every state but `sending`, with a correction, a notice and a bounce; and a
later week that waits for its editor. Everything is done by commands, so that this needs no change with the inside. The
database is kept as SQL, without the cache of web pages; of the archive only the issue, whose pages can be made again.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stdout
from email.parser import BytesParser
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.delivery.relay import HANG_UP, Relay, in_a_thread
from weekly.cli import main
from weekly.commands.workspace import DEMO
from weekly.render.environment import PACKAGED

KEPT = Path(__file__).parent / "fixtures" / "workspaces"
PUBLISHED, DRAFTED = "2025-W15", "2025-W16"
# The secret of the links.
ENVIRONMENT = {"WEEKLY_SECRET": "once upon a time " * 3}
PORT = 2525
GREETING = "祝好 {{ week }}"
"""What the owner added to the mail."""
SETTINGS = f"""\
[newsletter]
title = "AI周报"
language = "zh"
timezone = "Asia/Shanghai"
url = "https://weekly.example.org"
postal_address = "AI周报编辑部，示例路 1 号"
from = "AI周报 <weekly@example.org>"
items = 4

[http]
replay = "recording"

[sources.arxiv]
page_size = 20

[sources.github]
enabled = false

[[sources.feeds]]
name = "Example blog"
url = "https://blog.example.org/atom.xml"
kind = "paper"

[review]
editors = ["Ada", "Ben"]

[smtp]
host = "127.0.0.1"
port = {PORT}
security = "none"
connections = 1

[publishers.wechat]
path = "wechat"
"""
SUBSCRIBERS = """\
email,name,topics,language,status
slow@example.net,慢,,,
ada@example.org,Ada,"agents,reasoning",en,
gone@example.net,Gone,,zh,
later@example.net,Later,,,
left@example.net,Left,3d,,
bounced@example.com,Bounced,,,
paused@example.com,Paused,,,paused
"""
POST = """
<entry>
  <id>tag:blog.example.org,2025:{name}</id>
  <title>{title}</title>
  <link href="https://arxiv.org/abs/{name}"/>
  <published>{date}</published>
  <updated>{date}</updated>
  <content type="html">&lt;p&gt;{text}&lt;/p&gt;</content>
</entry>"""
POSTS = (
    {
        "name": "2504.99011",
        "title": "Two Agents Write Better Tests Than One",
        "date": "2025-04-16T09:00:00Z",
        "text": "An agent that writes tests and an agent that breaks programs were set against each other for 40 rounds. "
        "The tests of the pair found three times as many faults as those of an agent alone.",
    },
    {
        "name": "2504.99012",
        "title": "Reasoning with a Small Language Model",
        "date": "2025-04-17T09:00:00Z",
        "text": "A language model of 3 billion parameters learns to reason from 2,000 worked examples. It says so when it "
        "does not know, which larger models seldom do.",
    },
)
QUESTIONS = (
    *(f"{command} --week {week}" for week in (PUBLISHED, DRAFTED) for command in ("candidates", "health", "check")),
    *(f"deliveries list --week {mailing}" for mailing in (PUBLISHED, f"{PUBLISHED}+1")),
    *(f"{command} --week {PUBLISHED}" for command in ("deliveries", "announcements", "correct")),
    f"review log --week {DRAFTED}",
    "subscribers list",
    "why arxiv:2504.07089",
)
"""What is asked of a workspace when it is made, and of every later program; each is told in `then.json`."""
BOUNCE = """\
From: MAILER-DAEMON@mx.example.com
To: {sender}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; bounced@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 user unknown

--b
Content-Type: message/rfc822

Message-ID: {message_id}

--b--
"""


def answers(root: Path) -> dict[str, Any]:
    """What the commands say of the workspace at *root*, and the draft as it is exported."""
    said = {}
    for question in QUESTIONS:
        with redirect_stdout(StringIO()) as out:
            main(["--workspace", str(root), *question.split(), "--json"])
        said[question] = json.loads(out.getvalue().replace(str(root), "/srv/weekly"))
    with tempfile.TemporaryDirectory() as folder:
        main(["--workspace", str(root), "draft", "export", folder, "--week", DRAFTED])
        said["draft export"] = Path(folder, "issue.md").read_text(encoding="utf-8")
    return said


def restore(version: str, root: Path) -> Path:
    """The workspace of *version*, at *root*; it works with `ENVIRONMENT`."""
    shutil.copytree(KEPT / version, root)
    (root / ".weekly").mkdir()
    with closing(sqlite3.connect(root / ".weekly" / "weekly.db")) as database:
        database.executescript((root / "weekly.sql").read_text(encoding="utf-8"))
    return root


def keep(root: Path, version: str) -> None:
    """Keeps the workspace at *root* as that of *version*."""
    place = KEPT / version
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(root, place, ignore=shutil.ignore_patterns(".weekly", "archive", "wechat"))
    shutil.copytree(root / "archive" / "2025", place / "archive" / "2025")
    with closing(sqlite3.connect(root / ".weekly" / "weekly.db", isolation_level=None)) as database:
        database.execute("DELETE FROM web_cache")
        script = "\n".join(database.iterdump()) + "\n"
    then = json.dumps(answers(root), ensure_ascii=False, indent=1)
    (place / "then.json").write_text(then + "\n", encoding="utf-8")
    (place / "weekly.sql").write_text(script.replace(str(root), "/srv/weekly"), encoding="utf-8")


@contextmanager
def relaying(root: Path, answers: dict[str, str] | None = None) -> Iterator[Relay]:
    """A relay to which the workspace at *root* delivers while the block runs."""
    relay = Relay(answers)
    with in_a_thread(relay) as port, pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEEKLY_SMTP__PORT", str(port))
        yield relay


def make(root: Path) -> None:
    """The two weeks, done with today's program."""

    def weekly(*arguments: str, week: str = "") -> None:
        main(["--workspace", str(root), *arguments, *(["--week", week] if week else [])])

    _lay_out(root)
    weekly("subscribers", "import", str(root / "subscribers.csv"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEEKLY_HTTP__REPLAY", str(DEMO / "recording"))
        _publish(weekly)
        _deliver(weekly, root)
    weekly("run", week=DRAFTED)
    weekly("approve", "--by", "Ben", "--override", "thin=a quiet week", week=DRAFTED)
    weekly("review", "withdraw", "--by", "Ben", week=DRAFTED)
    with tempfile.TemporaryDirectory() as folder:
        weekly("draft", "export", folder, week=DRAFTED)
        text = Path(folder, "issue.md")
        text.write_text(text.read_text(encoding="utf-8").replace("Two Agents", "A Pair of Agents"), encoding="utf-8")
        weekly("draft", "import", folder, "--by", "Ada", week=DRAFTED)


def _lay_out(root: Path) -> None:
    """Settings, a template that the owner changed, subscribers, and a feed of the later week."""
    (root / "recording").mkdir(parents=True)
    (root / "weekly.toml").write_text(SETTINGS, encoding="utf-8")
    (root / "subscribers.csv").write_text(SUBSCRIBERS, encoding="utf-8")
    template = root / "templates" / "email" / "issue.txt.j2"
    template.parent.mkdir(parents=True)
    shutil.copyfile(PACKAGED / "email" / "issue.txt.j2", template)
    with template.open("a", encoding="utf-8") as file:
        file.write(f"\n{GREETING}\n")
    posts = "".join(POST.format(**post) for post in POSTS)
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:blog</id><title>Blog</title>{posts}\n</feed>\n'
    (root / "recording" / "atom.xml").write_text(feed, encoding="utf-8")
    (root / "recording" / "recording.json").write_text('{"recorded_at": "2025-04-21T06:00:00Z"}\n', encoding="utf-8")
    answer = {"method": "GET", "url": "https://blog.example.org/atom.xml", "status": 200, "body": "atom.xml"}
    answer["headers"] = {"content-type": "application/atom+xml"}
    (root / "recording" / "answers.jsonl").write_text(json.dumps(answer) + "\n", encoding="utf-8")


def _publish(weekly: Callable[..., None]) -> None:
    weekly("run", week=PUBLISHED)
    weekly("review", "decide", "later", "arxiv:2504.07089", "--by", "Ben", week=PUBLISHED)
    weekly("approve", "--by", "Ada", week=PUBLISHED)
    weekly("publish", week=PUBLISHED)
    weekly("announce", week=PUBLISHED)


def _deliver(weekly: Callable[..., None], root: Path) -> None:
    """The relay hangs up on the first, knows the third no more and wants the fourth later; the fifth has left before."""
    weekly("subscribers", "remove", "left@example.net")
    with relaying(root, {"<content>": HANG_UP}):
        weekly("deliver", "--limit", "1", week=PUBLISHED)
    answers = {"RCPT TO:<gone@": "550 5.1.1 unknown", "RCPT TO:<later@": "451 4.2.1 later"}
    with relaying(root, answers) as relay:
        weekly("deliver", week=PUBLISHED)
    said = iter(relay.said)
    sender = next(line for line in said if line.startswith("MAIL FROM:") and "bounced@" in next(said))
    (mail,) = (mail for mail in map(BytesParser().parsebytes, relay.messages) if "bounced@" in mail["To"])
    with tempfile.TemporaryDirectory() as folder:
        report = BOUNCE.format(sender=sender.partition("<")[2].partition(">")[0], message_id=mail["Message-ID"])
        Path(folder, "report.eml").write_text(report, encoding="ascii")
        weekly("bounces", folder)
    text = "机构名称已更正。"
    weekly("correct", "--card", "arxiv:2504.08685", "--text", text, "--by", "Ada", "--notify", week=PUBLISHED)


if __name__ == "__main__":
    _, _, version = sys.argv
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        make(Path(folder, "workspace"))
        keep(Path(folder, "workspace"), version)
