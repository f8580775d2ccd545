"""For those who test against weekly: a workspace in a folder, and the network's place taken by saved answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from weekly.store import open_store
from weekly.workspace import Workspace, open_workspace, present


class SavedAnswers(httpx.BaseTransport):
    """A transport that answers from memory and remembers what it was asked.

    Answers stand under the beginning of an address; the longest that fits wins. A list of answers is used up one by
    one, its last one stays. What has no answer is a 404.
    """

    def __init__(self, answers: dict[str, Answers] | None = None) -> None:
        self.answers = answers or {}
        self.asked: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The saved answer; an exception in its place is raised."""
        self.asked.append(request)
        url = str(request.url)
        fits = [start for start in self.answers if url.startswith(start)]
        if not fits:
            return httpx.Response(404)
        answer = self.answers[max(fits, key=len)]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            return answer(request)
        if isinstance(answer, Exception):
            raise answer
        status, headers, body = answer
        return httpx.Response(status, headers=headers, content=body)


Saved = tuple[int, dict[str, str], bytes] | Exception | Callable[[httpx.Request], httpx.Response]
Answers = Saved | list[Saved]


@contextmanager
def workspace(
    root: Path,
    settings: str = "",
    transport: httpx.BaseTransport | None = None,
    now: datetime | None = None,
    slept: list[float] | None = None,
) -> Iterator[Workspace]:
    """A workspace at *root* with *settings* as its weekly.toml, asking *transport* instead of the network.

    Its clock stands at *now*, where one is given. Pauses are not slept through but written into *slept*.
    """
    root.mkdir(parents=True, exist_ok=True)
    (root / "weekly.toml").write_text(settings, encoding="utf-8")
    database = root / ".weekly" / "weekly.db"
    if "[database]" not in settings and not database.exists():
        database.parent.mkdir(exist_ok=True)
        database.write_bytes(_empty_database())
    pauses = [] if slept is None else slept
    clock = present if now is None else lambda: now
    with open_workspace(root, transport=transport or SavedAnswers(), clock=clock, sleep=pauses.append) as opened:
        yield opened


@cache
def _empty_database() -> bytes:
    """A file of SQLite with today's tables: to make them takes longer than most tests."""
    with TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/weekly.db", Path(folder), present).close()
        return Path(folder, "weekly.db").read_bytes()
