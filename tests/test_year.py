"""A newsletter that nobody looks after but `weekly tick` and an editor, for as many weeks as are asked for.

The suite has a month of it; `make year` has 53 weeks, clock changes both ways and a week 53 among them.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from tests.delivery.relay import Relay, in_a_thread
from tests.published import counts, subscribe
from weekly.archive.errata import correct
from weekly.models import Level, Week
from weekly.review.approve import approve, findings
from weekly.tick import tick
from weekly.workspace import open_workspace

WEEKS = int(os.environ.get("WEEKLY_YEAR_WEEKS", "5"))
ZONE = ZoneInfo("Europe/Berlin")
# Before the clocks go forward on 29 March 2026, in a year that has a week 53.
START = datetime(2026, 3, 9, tzinfo=ZONE)
SUBJECTS = [
    "agents",
    "diffusion",
    "video",
    "reasoning",
    "robots",
    "speech",
    "alignment",
    "retrieval",
    "quantization",
    "rendering",
]
SETTINGS = """
[newsletter]
title = "Year"
timezone = "Europe/Berlin"
url = "https://weekly.example"
from = "Year <weekly@weekly.example>"
postal_address = "1 Street, Town"
items = 3
[sources.arxiv]
enabled = false
[sources.github]
enabled = false
[[sources.feeds]]
name = "Blog"
url = "http://127.0.0.1:9/feed.xml"
[smtp]
host = "127.0.0.1"
port = {port}
security = "none"
"""


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now.astimezone(UTC)


class Greylisting(Relay):
    """Refuses every third address the first time that it meets it with each message."""

    def __init__(self, clock):
        super().__init__(extensions=())
        self.clock = clock
        self.met = set()
        self.taken = Counter()
        self._to = ""

    def answer(self, command, good):
        if command.startswith("RCPT"):
            self._to = re.search("<(.*?)>", command)[1]
            day = self.clock.now.date() if int(self._to[6:].split("@")[0]) % 3 == 0 else None
            if day and (self._to, day.isocalendar()[:2]) not in self.met:
                self.met.add((self._to, day.isocalendar()[:2]))
                return "451 4.7.1 greylisted, come again"
        if command == "<content>":
            identity = re.search(rb"(?im)^message-id: *(\S+)", self.messages.pop())[1].decode()
            self.taken[self._to, identity] += 1
        return super().answer(command, good)


def posts(now):
    """The feed of a blog with two posts a day, as it stands *now*."""
    items = []
    for back in range(20):
        day = (now - timedelta(days=back)).astimezone(UTC).replace(hour=5, minute=0, second=0)
        for number in (1, 2):
            first, second = random.Random(f"{day:%F} {number}").sample(SUBJECTS, 2)
            title = f"{first.title()}{day:%j}{number}: {second} for {first} of {day:%d %B %Y}"
            items.append(
                f"<item><title>{title}</title><link>http://127.0.0.1:9/{day:%F}/{number}</link>"
                f"<guid>{day:%F}-{number}</guid><pubDate>{day:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
                f"<description>We present {first.title()}{day:%j}{number}, a system for {second}.</description></item>"
            )
    return f"<rss version='2.0'><channel><title>Blog</title>{''.join(items)}</channel></rss>"


def feed(clock):
    """The blog as it stands on the day that it is asked."""

    def answer(request):
        del request
        return httpx.Response(200, text=posts(clock.now), headers={"Content-Type": "application/rss+xml"})

    return httpx.MockTransport(answer)


class Editor:
    """Approves each draft some hours after it came, now and then nine days; corrects a card now and then."""

    def __init__(self, workspace, seed):
        self.workspace = workspace
        self.chance = random.Random(seed)
        self.plans = {}
        self.corrected = set()

    def look(self, now):
        workspace = self.workspace
        week = workspace.this_week
        with workspace.store.read() as tx:
            drafted = bool(tx.drafts.tip(week)[0])
        if drafted and week not in self.plans:
            hours = self.chance.choice([1, 3, 7, 26, 9 * 24])
            self.plans[week] = now + timedelta(hours=hours, minutes=self.chance.choice([0, 5, 35]))
        for week in [week for week, at in self.plans.items() if at and at <= now]:
            approve(workspace, week, "ed", dict.fromkeys(blocking(workspace, week), "looked at"))
            self.plans[week] = None
            if self.chance.random() < 0.3:
                self.corrected.add(week)
        for week in list(self.corrected):
            with workspace.store.read() as tx:
                issue = tx.issues.find(week)
            if issue and issue.files and now - issue.published_at > timedelta(days=1):
                card = issue.draft.cards[0].id
                correct(workspace, week, card=card, text="It was meant otherwise.", notify=True)
                self.corrected.discard(week)


def blocking(workspace, week):
    """The checks that an approval of the draft of *week* has to overrule."""
    with workspace.store.read() as tx:
        draft = tx.drafts.find(week).draft
    return {finding.check for finding in findings(workspace, draft) if finding.level is Level.BLOCK}


def moments(weeks):
    """Every second hour, and every ten minutes of Mondays and Tuesdays; nothing for nine days: the machine was off."""
    now, end = START.astimezone(UTC), (START + timedelta(weeks=weeks)).astimezone(UTC)
    off = now + timedelta(weeks=2, days=2), now + timedelta(weeks=3, days=4)
    while now < end:
        local = now.astimezone(ZONE)
        if not off[0] <= now < off[1]:
            yield local
        now += timedelta(minutes=10 if local.weekday() < 2 and local.hour in range(5, 15) else 120)


def test_weeks_that_run_by_themselves_mail_everybody_once_and_number_every_issue_once(tmp_path):
    clock = Clock(START)
    relay = Greylisting(clock)
    with in_a_thread(relay) as port:
        (tmp_path / "weekly.toml").write_text(SETTINGS.format(port=port))
        steps, silent = [], 0
        with open_workspace(tmp_path, clock=clock, transport=feed(clock)) as workspace:
            subscribe(workspace, [f"reader{number}@example.net" for number in range(12)])
            editor = Editor(workspace, seed=WEEKS)
            for clock.now in moments(WEEKS):
                editor.look(clock.now)
                done = list(tick(workspace))
                steps += done
                silent += not done
            for _ in range(12):  # what was approved on the last day still goes out
                clock.now += timedelta(hours=2)
                steps += tick(workspace)
            with workspace.store.read() as tx:
                issues = {week: tx.issues.find(week) for week in editor.plans}
            issues = {week: issue for week, issue in issues.items() if issue}
            mailings = [m for week in issues for m in _mailings(workspace, week)]
            tallies = [counts(workspace, mailing) for mailing in mailings]
    assert [step.text for step in steps if step.error] == []
    assert sorted(issue.number for issue in issues.values()) == list(range(1, len(issues) + 1))
    assert len(issues) >= WEEKS - 4
    assert {tally["sent"] for tally in tallies} == {12}
    assert len(relay.taken) == 12 * len(mailings)
    assert set(relay.taken.values()) == {1}
    assert silent > 10 * len(steps)
    size = sum(path.stat().st_size for path in (tmp_path / ".weekly").glob("weekly.db*"))
    assert size < 80_000_000


def _mailings(workspace, week: Week):
    with workspace.store.read() as tx:
        return [week, *(erratum.notice for erratum in tx.issues.errata(week))]
