"""Saved HTTP answers: a folder that a run writes, or that a later run reads in the network's place.

The folder holds `recording.json` (when it was made), `answers.jsonl` (a line for each answer) and `bodies/`.
Answers are kept decoded and without cookies; requests are kept without their headers, so no secret gets in.
"""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime
from functools import cached_property
from mimetypes import guess_extension
from pathlib import Path
from typing import Any

import httpx

from weekly import files, jsonl
from weekly.errors import NotRecorded, ParseError, WorkspaceError

_KEPT = frozenset({"content-type", "etag", "last-modified", "link", "location", "retry-after"})


class Recording:
    """The folder of a recording."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()

    @cached_property
    def recorded_at(self) -> datetime:
        """When it was made; a replay takes this for the present."""
        try:
            return datetime.fromisoformat(json.loads(self._read("recording.json"))["recorded_at"]).astimezone(UTC)
        except (ValueError, KeyError, TypeError) as error:
            raise WorkspaceError(f"[http] replay: {self.folder / 'recording.json'} has no moment: {error}") from error

    @cached_property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The answers by method and address; a later line replaces an earlier one."""
        answers = {}
        place = str(self.folder / "answers.jsonl")
        try:
            for place, row in jsonl.read(self.folder / "answers.jsonl"):  # noqa: B007 - the place of what fails
                answers[_key(row["method"], row["url"])] = _checked(row)
        except ParseError as error:
            raise WorkspaceError(f"[http] replay: {error}") from error
        except (KeyError, TypeError, AttributeError, httpx.InvalidURL) as error:
            raise WorkspaceError(f"[http] replay: {place} is no answer: {error}") from error
        return answers

    def body(self, row: dict[str, Any]) -> bytes:
        """The body of an answer; what a stranger's recording names outside of its folder is not read."""
        place = (self.folder / str(row["body"])).resolve()
        if not place.is_relative_to(self.folder.resolve()):
            raise WorkspaceError(
                f"[http] replay: {self.folder} names {row['body'][:200]!r}, which is none of its files"
            )
        try:
            return place.read_bytes()
        except OSError as error:
            raise WorkspaceError(f"[http] replay: {self.folder} has lost {row['body']}: record it again") from error

    def save(self, method: str, url: str, status: int, headers: httpx.Headers, body: bytes) -> None:
        """Adds an answer: the body first, then the line that names it, so that a kill leaves no line without one."""
        name = f"bodies/{hashlib.sha256(body).hexdigest()[:20]}{_extension(headers)}"
        kept = {k.lower(): v for k, v in headers.items() if k.lower() in _KEPT or k.lower().startswith("x-ratelimit-")}
        line = json.dumps({"method": method, "url": url, "status": status, "headers": kept, "body": name})
        with self._lock:
            files.replace(self.folder / name, body)
            try:
                with (self.folder / "answers.jsonl").open("a", encoding="utf-8") as out:
                    out.write(line + "\n")
            except OSError as error:
                raise WorkspaceError(f"{self.folder}: cannot be written: {error.strerror}") from error

    def date(self, moment: datetime) -> None:
        """Writes down when it is made: a replay asks what the run asked, whose questions depend on the time."""
        text = json.dumps({"recorded_at": moment.astimezone(UTC).isoformat()}) + "\n"
        files.replace(self.folder / "recording.json", text.encode())

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except OSError as error:
            raise WorkspaceError(f"[http] replay: {self.folder} is no recording, it has no {name}") from error


class ReplayTransport(httpx.BaseTransport):
    """The recording in the network's place; it answers 304 where a server would."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The saved answer; raises NotRecorded when there is none."""
        url = str(request.url)
        row = self._recording.answers.get(_key(request.method, url))
        if row is None:
            raise NotRecorded(f"{url} is not in the recording: record the week again", url=url)
        etag = row["headers"].get("etag")
        if etag and request.headers.get("if-none-match") == etag:
            return httpx.Response(304, headers=row["headers"])
        return httpx.Response(row["status"], headers=row["headers"], content=self._recording.body(row))


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    """*row*, if it is an answer as `save` writes it; raises TypeError otherwise."""
    headers, status = row["headers"], row["status"]
    texts = (row["body"], *headers, *headers.values())
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in texts):
        raise TypeError("its headers and its body are texts")
    if not isinstance(status, int) or not 100 <= status <= 599:  # noqa: PLR2004 - RFC 9110, 15
        raise TypeError(f"{status!r} is no status")
    return row


def _key(method: str, url: str) -> str:
    return f"{method} {httpx.URL(url)}"


def _extension(headers: httpx.Headers) -> str:
    return guess_extension(headers.get("content-type", "").partition(";")[0].strip()) or ".bin"
