"""What checks are given in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from weekly.checks.context import CheckContext
from weekly.models import Card, Draft, Kind, Mail
from weekly.net.client import Client
from weekly.settings import HttpSettings, Settings
from weekly.workspace import present

CARD = Card(id="x", kind=Kind.PAPER, topic="3d", name="X", line="", title="X", summary="X.", tags=(), links=())
"""A card of which nothing is known."""
DRAFT = Draft(week="2025-W15", language="zh", headlines=("X",), summary="", cards=(CARD,))
MAIL = Mail(subject="The weekly, issue 7", html="", text="")
_CLIENT = Client(HttpSettings())


def context(draft: Draft = DRAFT, **known: Any) -> CheckContext:
    """The context of *draft* and of what else is *known*."""
    parts = {"settings": Settings(), "root": Path(), "client": _CLIENT, "now": present, "mail": MAIL, **known}
    return CheckContext(draft=draft, **parts)
