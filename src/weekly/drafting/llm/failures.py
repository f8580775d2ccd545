"""Why a model gave no answer.

NoAnswer           final, in words for the editor
├ TryAgain         one try failed; another, after a while, may not
├ RequestRefused   the endpoint does not take the request as it stands; another wording of it may do
└ CutOff           the answer ended for want of room
"""

from __future__ import annotations


class NoAnswer(Exception):
    """Why the model gave nothing that can be used, in words for the editor."""


class TryAgain(NoAnswer):
    """A try that failed and may be repeated after *wait* seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class RequestRefused(NoAnswer):
    """An error of the endpoint about the request itself; `detail` is what the endpoint says."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason)
        self.detail = detail


class CutOff(NoAnswer):
    """An answer that was longer than it might be."""
