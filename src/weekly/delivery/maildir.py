"""Delivery into a Maildir: https://cr.yp.to/proto/maildir.html.

A message's file is named by its Message-ID, so that a second try replaces the first instead of adding to it; one that
its owner's program has moved to `cur` since is left there.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from weekly import files
from weekly.errors import WorkspaceError
from weekly.models import Message, Outcome, State
from weekly.settings import Settings

_OURS = ".weekly"


def create(settings: Settings, root: Path) -> MaildirMailer | None:
    """The Maildir of the settings, None when they name none."""
    return MaildirMailer(root / settings.maildir.path) if settings.maildir else None


class MaildirMailer:
    """A `Mailer` that writes files, and the only session of it."""

    repeatable = True
    connections = 1
    alive = True

    def __init__(self, root: Path) -> None:
        self._root = root
        try:
            for name in ("tmp", "new", "cur"):
                (root / name).mkdir(parents=True, exist_ok=True)
            with os.scandir(root / "cur") as entries:
                names = (entry.name.partition(":")[0] for entry in entries)
                self._seen = frozenset(name for name in names if name.endswith(_OURS))
        except OSError as error:
            raise WorkspaceError(f"[maildir] path: {root} cannot be written: {error.strerror}") from error

    async def open(self) -> MaildirMailer:
        """Itself: a folder takes all comers."""
        return self

    async def exchange(
        self, content: Message | None, envelope: Message | None
    ) -> tuple[Outcome | None, Outcome | None]:
        """Writes *content* to `tmp` and moves it to `new`; a folder refuses nobody."""
        del envelope
        return (self._write(content) if content is not None else None), None

    def _write(self, message: Message) -> Outcome:
        name = hashlib.sha256(message.message_id.encode()).hexdigest()[:32] + _OURS
        if name in self._seen:
            return Outcome(email=message.recipient, state=State.SENT, detail=f"cur/{name}")
        text = message.data.replace(b"\r\n", b"\n")
        try:
            files.replace(self._root / "new" / name, text, durable=True, through=self._root / "tmp")
        except WorkspaceError as error:
            return Outcome(email=message.recipient, state=State.FAILED, detail=str(error))
        return Outcome(email=message.recipient, state=State.SENT, detail=f"new/{name}")

    async def close(self) -> None:
        """Nothing to close."""
