"""A workspace opened: its settings, its store, its client and its clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from weekly.context import PluginContext
from weekly.models import Week
from weekly.net.client import Client
from weekly.net.recording import Recording
from weekly.settings import Settings, is_loopback, load
from weekly.signing import Signer, load_signer
from weekly.store import Store, open_store
from weekly.store.ports import StoreCache, StoreGate

if TYPE_CHECKING:
    from jinja2 import Environment


def present() -> datetime:
    """The wall clock of this machine, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - here, and nowhere else


class Workspace:
    """A folder with a weekly.toml, and what is needed to work in it; parts are opened when they are first used."""

    def __init__(
        self,
        root: Path,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], datetime] = present,
        sleep: Callable[[float], None] = time.sleep,
        check: Callable[[Store, Path], None] | None = None,
    ) -> None:
        """*transport*, *clock* and *sleep* take the places of network and time, for those who test.

        *check* is given the store and the archive when the store is first used, and raises what is wrong between them.
        """
        self.root = root
        self.settings = _with_absolute_recording(load(root), root)
        self.clock = clock
        """The present, in UTC, for what happens outside whatever is replayed: what is due, leases, sign-ins."""
        self._transport = transport
        self._sleep = sleep
        self._check = check
        self._opened = clock()
        self._replayed = Recording(Path(self.settings.http.replay)) if self.settings.http.replay else None

    @property
    def archive(self) -> Path:
        """Where published issues are."""
        return self.root / "archive"

    @property
    def templates(self) -> Path:
        """The owner's templates; each replaces ours of the same name."""
        return self.root / "templates"

    @cached_property
    def environment(self) -> Environment:
        """The templates, compiled once; one that its owner edits is read again."""
        from weekly.render.environment import environment  # noqa: PLC0415 - not for who only looks at the store

        return environment([self.templates])

    def now(self) -> datetime:
        """The present, in UTC; while a recording is made or replayed, the moment it was made."""
        if self._replayed is not None:
            return self._replayed.recorded_at
        return self._opened if self.settings.http.record else self.clock()

    @property
    def this_week(self) -> Week:
        """The last week that is over: the one that an issue is made of."""
        return Week.of(self.now(), self.settings.newsletter.zone).shift(-1)

    @cached_property
    def store(self) -> Store:
        """The database, brought to the newest schema."""
        self.now()  # a recording's date is read from its file: not later, within a transaction
        store = open_store(self.settings.database.url, self.root, self.now)
        if self._check:
            try:
                self._check(store, self.archive)
            except Exception:
                store.close()
                raise
        return store

    @cached_property
    def signer(self) -> Signer:
        """What signs the links of mails."""
        return load_signer(self.root)

    @cached_property
    def client(self) -> Client:
        """The HTTP client; hosts that the settings name may be on this machine."""
        if self.settings.http.record:
            Recording(Path(self.settings.http.record)).date(self._opened)
        return Client(
            self.settings.http,
            cache=StoreCache(self.store),
            # Who answers in the place of the network has no pace that must be kept.
            gate=None if self._transport else StoreGate(self.store),
            allowed=_configured_addresses(self.settings),
            transport=self._transport,
            sleep=self._sleep,
        )

    def context(self, family: str, name: str) -> PluginContext:
        """What the part called *name* of a plugin family is given."""
        section = self.settings.section(family, name)
        return PluginContext(settings=self.settings, section=section, root=self.root, client=self.client, now=self.now)

    def close(self) -> None:
        """Closes what was opened."""
        for part in ("client", "store"):
            if part in self.__dict__:
                self.__dict__.pop(part).close()


@contextmanager
def open_workspace(
    root: Path,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Callable[[], datetime] = present,
    sleep: Callable[[float], None] = time.sleep,
    check: Callable[[Store, Path], None] | None = None,
) -> Iterator[Workspace]:
    """The workspace at *root*, closed at the end of the block."""
    workspace = Workspace(root, transport=transport, clock=clock, sleep=sleep, check=check)
    try:
        yield workspace
    finally:
        workspace.close()


def _with_absolute_recording(settings: Settings, root: Path) -> Settings:
    """The settings with a recording's folder made absolute."""
    http = settings.http
    places = {name: str(root / value) for name in ("record", "replay") if (value := getattr(http, name))}
    return settings.model_copy(update={"http": http.model_copy(update=places)}) if places else settings


def _configured_addresses(settings: Settings) -> list[str]:
    """The addresses that the owner wrote down as places to ask; a feed may be on this machine, not inside a network."""
    sources = settings.sources
    written = [sources.arxiv.api_url, sources.arxiv.html_url, sources.arxiv.rss_url]
    written += [sources.huggingface.api_url]
    written += [sources.github.api_url, sources.github.web_url]
    written += [feed.url for feed in sources.feeds if is_loopback(urlsplit(feed.url).hostname or "")]
    places = settings.destinations
    written += [place.api_url for place in (places.buttondown, places.listmonk) if place]
    if settings.llm:
        written.append(settings.llm.base_url)
    return written
