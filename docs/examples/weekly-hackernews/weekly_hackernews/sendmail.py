"""Mail by the program that every mail server brings (https://www.postfix.org/sendmail.1.html)."""

from __future__ import annotations

import os
import subprocess

from weekly.context import PluginContext
from weekly.errors import StageError
from weekly.models import Message, Outcome, State
from weekly.plugins import configured_by
from weekly.settings import SettingsSection
from weekly.text import one_line

STATES = {os.EX_OK: State.SENT, os.EX_TEMPFAIL: State.PENDING}
"""What an exit status says of a mail; all others say that it is refused for good."""


class SendmailSettings(SettingsSection):
    """[mailers.sendmail]."""

    command: tuple[str, ...] = ("/usr/sbin/sendmail", "-i")


@configured_by(SendmailSettings)
def create(context: PluginContext) -> Sendmail | None:
    """The mailer, where weekly.toml has its section."""
    return Sendmail(context) if context.section else None


class Sendmail:
    """A `Mailer`."""

    def __init__(self, context: PluginContext) -> None:
        self._command, self._root = context.section.command, context.root

    def send(self, message: Message) -> Outcome:
        """Hands *message* to the program; raises StageError where there is none."""
        command = [*self._command, "-f", message.sender, "--", message.recipient]
        text = message.data.replace(b"\r\n", b"\n")
        try:
            done = subprocess.run(  # noqa: S603 - the command of the settings
                command, input=text, capture_output=True, check=False, cwd=self._root
            )
        except OSError as error:
            raise StageError(f"[mailers.sendmail] command: {command[0]}: {error.strerror}: name another") from error
        return Outcome(
            email=message.recipient,
            state=STATES.get(done.returncode, State.FAILED),
            detail=one_line(done.stderr.decode(errors="replace")),
            unknown=done.returncode == os.EX_NOUSER,
        )
