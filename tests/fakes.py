"""Hand-written stand-ins for the ports that more than one test module uses."""

from __future__ import annotations

from contextlib import contextmanager

from weekly.net.client import Client
from weekly.settings import HttpSettings


class Memory:
    """A cache in a dictionary."""

    def __init__(self):
        self.kept = {}

    def load(self, url):
        return self.kept.get(url)

    def save(self, url, cached):
        self.kept[url] = cached


class OpenGate:
    """A gate that lets everybody through and remembers what it was asked."""

    def __init__(self):
        self.turns = []
        self.held = []

    @contextmanager
    def turn(self, name, pace, lease):
        self.turns.append((name, pace))
        yield

    def hold(self, name, seconds):
        self.held.append((name, seconds))


class Asking:
    """A client over a transport, with everything about it at hand."""

    def __init__(self, transport, *, allowed=(), cache=None, **settings):
        self.cache = cache or Memory()
        self.gate = OpenGate()
        self.slept = []
        self.client = Client(
            HttpSettings(**settings),
            cache=self.cache,
            gate=self.gate,
            allowed=allowed,
            transport=transport,
            sleep=self.slept.append,
        )

    def fetcher(self, policy=None):
        return self.client.fetcher("a source", policy)
