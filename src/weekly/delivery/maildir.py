"""Delivery into a Maildir: https://cr.yp.to/proto/maildir.html.

A message's file is named by its Message-ID, so that a second try replaces the first instead of adding to it; one that
its owner's program has moved to `cur` since is left there.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from weekly import files
from weekly.context import PluginContext
from weekly.errors import WorkspaceError
from weekly.models import Message, Outcome, State

_OURS = ".weekly"


def create(context: PluginContext) -> MaildirMailer | None:
    """The Maildir of the settings, None when they name none."""
    maildir = context.settings.maildir
    return MaildirMailer(context.root / maildir.path) if maildir else None


class MaildirMailer:
    """A `Mailer` that writes files."""

    repeatable = True

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

    def send(self, message: Message) -> Outcome:
        """Writes *message* to `tmp` and moves it to `new`; a folder refuses nobody."""
        name = hashlib.sha256(message.message_id.encode()).hexdigest()[:32] + _OURS
        if name in self._seen:
            return Outcome(email=message.recipient, state=State.SENT, detail=f"cur/{name}")
        text = message.data.replace(b"\r\n", b"\n")
        try:
            files.replace(self._root / "new" / name, text, durable=True, through=self._root / "tmp")
        except WorkspaceError as error:
            return Outcome(email=message.recipient, state=State.FAILED, detail=str(error))
        return Outcome(email=message.recipient, state=State.SENT, detail=f"new/{name}")
