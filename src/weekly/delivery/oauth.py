"""Access tokens for mail servers that take no password (RFC 6749), from a command of the owner's.

Such a command prints the token that is valid now, as the helpers of other mail programs do. Google's and Microsoft's
servers want it by XOAUTH2: https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess

from weekly.errors import SettingsError

TIMEOUT = 30.0
"""Seconds that the command may take."""
LONGEST = 16_000
"""Characters of a token."""
_TOKEN = re.compile(r"[\x21-\x7e]+")


def access_token(command: str, setting: str, *, timeout: float = TIMEOUT) -> str:
    """What *command* prints, run without a shell; raises SettingsError, which names *setting* and never the token."""
    try:
        ended, printed = _run(shlex.split(command), timeout)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        why = f"no answer for {timeout:g} seconds" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        raise SettingsError(f"{setting}: {why}: run the command by hand") from None
    token = printed[: LONGEST + 1].decode("ascii", "replace").strip()
    if ended or len(token) > LONGEST or not _TOKEN.fullmatch(token):
        said = f"it ended with {ended}" if ended else "it printed no token, or more than one"
        raise SettingsError(f"{setting}: {said}: run the command by hand")
    return token


def _run(words: list[str], timeout: float) -> tuple[int, bytes]:
    """How *words* ended and what it printed; when its time is over, it and all that it started are ended."""
    if not words:
        raise ValueError("it is empty")
    quiet = subprocess.DEVNULL  # what it says against itself may hold the token
    with subprocess.Popen(words, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet, start_new_session=True) as process:  # noqa: S603
        try:
            printed, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return process.returncode, printed


def xoauth2(user: str, token: str) -> bytes:
    """What is said to a server to log in *user* by *token*; the protocol encodes it in base64."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
