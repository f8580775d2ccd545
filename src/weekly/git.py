"""git itself, asked by one command after the other: its settings, its hooks, its keys."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from weekly.errors import StageError, Unreachable

LIMIT = 300
"""Seconds that a push may take."""


class Checkout:
    """A folder of a repository; every question to it is a run of git."""

    def __init__(self, top: Path) -> None:
        """Raises StageError where there is no git."""
        self.top = top
        self._git = shutil.which("git") or ""
        if not self._git:
            raise StageError("there is no git on this machine: install it")

    def run(self, *arguments: str, given: str = "", more: Mapping[str, str] | None = None) -> str:
        """What git prints, with *more* in its environment; raises StageError with its complaint when it fails."""
        done = self._call(arguments, given, more or {})
        if done.returncode:
            raise StageError(f"git {arguments[0]}: {_said(done.stdout + done.stderr)}")
        return done.stdout.decode("utf-8", "replace")

    def succeeds(self, *arguments: str) -> bool:
        """Whether git says yes."""
        return self._call(arguments, "", {}).returncode == 0

    def _call(
        self, arguments: Sequence[str], given: str, more: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        """A run of git that asks nobody anything: what needs an answer fails."""
        quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "true", "LC_ALL": "C.UTF-8"}
        quiet["GIT_SSH_COMMAND"] = os.environ.get("GIT_SSH_COMMAND", "ssh -oBatchMode=yes")
        try:
            return subprocess.run(  # noqa: S603 - no shell, and paths behind --
                [self._git, "-C", str(self.top), "-c", "core.quotePath=false", *arguments],
                input=given.encode(),
                capture_output=True,
                timeout=LIMIT,
                env={**os.environ, **quiet, **more},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreachable(f"git {arguments[0]}: no end after {LIMIT} s", url=arguments[0]) from error


def _said(output: bytes) -> str:
    """The telling line of git's complaint, without a password that stands in an address."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]
    telling = [line for line in lines if re.match(r"(fatal|error|remote|!)", line)] or lines or ["failed"]
    line = re.sub(r"(://)[^/@\s]*@", r"\1***@", telling[0])[:300]
    return f"{line}: pull first, nothing is forced" if "rejected" in line else line
