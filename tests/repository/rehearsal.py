"""A newsletter in a repository as its owner makes one, with a hosting site, a runner, papers and a relay of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.delivery.relay import Relay, in_a_thread
from tests.papers import SETTINGS, monday, record
from tests.repository.hosting_site import HostingSite, serving
from tests.repository.runner import Runner
from weekly.cli import main
from weekly.models import Week

FIRST = Week.parse("2025-W20")
READERS = [f"reader{number}@example.org" for number in range(7)]
SECRETS = {"WEEKLY_SECRET": "a secret of the rehearsal " * 2, "WEEKLY_SUBSCRIBERS_KEY": "a key of the rehearsal " * 2}
SENDING = """
[smtp]
host = "127.0.0.1"
port = 2525
security = "none"
[review]
wait = 0
"""


class CountingRelay(Relay):
    """Takes every mail and counts who got which; says so before it answers."""

    def __init__(self):
        super().__init__()
        self.taken = Counter()
        self.on_message = lambda: None

    def answer(self, command, good):
        if command == "<content>":
            message = self.messages.pop()
            identity = re.search(rb"(?im)^message-id: *(\S+)", message)[1].decode()
            reader = re.search(rb"(?im)^to:.*?([\w.]+@[\w.]+)", message)[1].decode()
            self.taken[reader, identity] += 1
            self.on_message()
        return super().answer(command, good)


class Rehearsal:
    def __init__(self, folder: Path, site: HostingSite, runner: Runner, relay: CountingRelay) -> None:
        self.folder, self.site, self.runner, self.relay = folder, site, runner, relay

    def at(self, week):
        """Lets it be the Monday after *week*."""
        self.runner.env["WEEKLY_HTTP__REPLAY"] = str(record(self.folder / f"papers-{week}", monday(week)))

    def prepare(self, week=None):
        """By hand for *week*, or as its schedule does, which tells nothing of the repository."""
        if week:
            self.runner.run("prepare.yml", "workflow_dispatch", self.site.payload(), {"week": str(week)})
        else:
            self.runner.run("prepare.yml", "schedule", {"schedule": "23 */6 * * *"})

    def review(self, number, by="ada", **more):
        self.runner.run("review.yml", "pull_request", self.site.payload(number, by=by, **more))

    def comment(self, number, text, by="ada"):
        self.runner.run("review.yml", "issue_comment", self.site.payload(number, by=by, comment=text))

    def publish(self, event="push"):
        payload = {"schedule": "47 */2 * * *"} if event == "schedule" else self.site.payload()
        self.runner.run("publish.yml", event, payload)

    def text(self, week):
        return self.site.file(f"issue/{week}", f"issues/{week}/issue.md")

    def edit(self, week, old, new):
        def change(text):
            assert old in text
            return text.replace(old, new)

        return self.site.edit(f"issue/{week}", f"issues/{week}/issue.md", change)

    def issues(self):
        """The numbers of what is published, by week."""
        found = {}
        for name in self.site.names("main"):
            if match := re.fullmatch(r"archive/(\d{4})/(W\d\d)/issue\.json", name):
                content = self.site.file("main", name)
                found[f"{match[1]}-{match[2]}"] = int(re.search(r'"number": ?(\d+)', content)[1])
        return found

    def ledger(self, week):
        return self.site.file("weekly-state", f"{week}/deliveries.jsonl")


@contextmanager
def rehearsing(folder, like=None, **settings):
    """A newsletter that `weekly init --github` made, pushed to a hosting site, with a list of readers; or one *like* it.

    *settings* are those of weekly.toml as variables have them: REVIEW__WAIT="10".
    """
    site, relay = HostingSite(folder, like), CountingRelay()
    with ExitStack() as stack:
        api, port = stack.enter_context(serving(site)), stack.enter_context(in_a_thread(relay))
        root = folder / "owner"
        if like is None:
            _make(root, site, folder)
        runs = folder / "runner"
        runs.mkdir()
        env = {"WEEKLY_SMTP__PORT": str(port), **{f"WEEKLY_{name}": value for name, value in settings.items()}}
        runner = Runner(site, api, runs, SECRETS, env, site_folder=folder / "site")
        relay.on_message = runner.count("message")
        site.on_request = runner.count("request")
        yield Rehearsal(folder, site, runner, relay)


def _make(root, site, folder):
    main(["init", "--github", str(root)])
    (root / "weekly.toml").write_text(SETTINGS + SENDING, encoding="utf-8")
    plain = folder / "list.csv"
    plain.write_text("\n".join(["email", *READERS]), encoding="utf-8")
    os.environ["WEEKLY_SUBSCRIBERS_KEY"] = SECRETS["WEEKLY_SUBSCRIBERS_KEY"]
    try:
        main(["--workspace", str(root), "subscribers", "encrypt", str(plain)])
    finally:
        del os.environ["WEEKLY_SUBSCRIBERS_KEY"]
    shutil.rmtree(root / ".weekly", ignore_errors=True)
    _push(root, site)


def _push(root, site):
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("add", "--all"),
        ("-c", "user.name=owner", "-c", "user.email=owner@localhost", "commit", "-qm", "A newsletter"),
        ("remote", "add", "origin", str(site.bare)),
        ("push", "-q", "origin", "main"),
    ):
        subprocess.run(["git", "-C", root, *arguments], check=True)
