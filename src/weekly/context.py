"""What every part is given when it is made, ours and those of plugins alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from weekly.net.client import Client
from weekly.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginContext:
    """The workspace as a part sees it; drafters and checks get more beside it."""

    settings: Settings
    section: Any = None
    """The part's own section of weekly.toml, of the class that `configured_by` named; None where nothing is set."""
    root: Path
    """The workspace's folder."""
    client: Client
    """The HTTP client: `client.fetcher(name)` asks, `weekly.net.posting.send(client, …)` tells."""
    now: Callable[[], datetime]
    """The present, in UTC; while a recording is replayed, the moment it was made."""
