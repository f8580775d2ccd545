"""A listing with two papers a day, for as many weeks as a test wants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from weekly.models import Week
from weekly.net.recording import Recording

ADDRESS = "http://127.0.0.1:9/feed.xml"
NAMES = ["Agora", "Beacon", "Cipher", "Delta", "Ember", "Fathom", "Garnet"]
SETTINGS = f"""
[newsletter]
title = "Papers"
timezone = "Europe/Berlin"
url = "https://weekly.example"
from = "Weekly <weekly@weekly.example>"
postal_address = "1 Street, Town"
items = 3
[sources.arxiv]
enabled = false
[sources.github]
enabled = false
[[sources.feeds]]
name = "Papers"
url = "{ADDRESS}"
kind = "paper"
"""
"""Of a newsletter that is made of the listing alone; how it is sent stands behind."""
_HEADERS = {"Content-Type": "application/rss+xml"}


def listing(now: datetime) -> str:
    """The listing as it stands at that moment."""
    items = []
    for back in range(8):
        day = now - timedelta(days=back)
        for part, name in enumerate(NAMES[day.day % 3 :][:2]):
            title = f"{name}{day:%j}{part}: agents that plan for {day:%d %B %Y}"
            items.append(
                f"<item><title>{title}</title><link>http://127.0.0.1:9/{day:%F}/{part}</link>"
                f"<guid>{day:%F}-{part}</guid><pubDate>{day:%a, %d %b %Y} 05:00:00 GMT</pubDate>"
                f"<description>We present {name}{day:%j}{part}, a planner for agents.</description></item>"
            )
    return f"<rss version='2.0'><channel><title>Papers</title>{''.join(items)}</channel></rss>"


def feed(clock):
    """The web, of which nothing but the listing answers."""

    def answer(request):
        if str(request.url) != ADDRESS:
            return httpx.Response(404)
        return httpx.Response(200, text=listing(clock()), headers=_HEADERS)

    return httpx.MockTransport(answer)


def record(folder, now):
    """A recording of the listing at that moment."""
    recording = Recording(folder)
    recording.date(now)
    recording.save("GET", ADDRESS, 200, httpx.Headers(_HEADERS), listing(now).encode())
    return folder


def monday(week: Week) -> datetime:
    """When the issue of *week* is made."""
    return week.end(UTC) + timedelta(hours=7)
