"""How arXiv wants to be asked, for whoever asks it for papers or for their pages; without what reads its answers."""

from __future__ import annotations

from collections.abc import Mapping

GATE = "arxiv"
"""The API, the HTML pages and the feeds of arXiv are asked through one gate."""


def throttling(status: int, _: Mapping[str, str]) -> bool:
    """Whether arXiv means "slower": besides 429 and 503 it answers 406 since September 2026."""
    return status in {406, 429, 503}
