"""Requests a draft's links on demand and keeps the answers for the checks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from weekly.errors import FetchError, NotRecorded
from weekly.models import Draft, LinkKind, Reach
from weekly.net.client import Fetcher, RequestPolicy
from weekly.render.markdown import link_targets
from weekly.render.paths import on_the_web
from weekly.stages import Progress, no_progress
from weekly.workspace import Workspace

AT_ONCE = 4
HOLDS = timedelta(days=7)
"""How long an answer counts."""
_DEAD = frozenset({404, 410})
"""Statuses that say there is nothing; 401, 403, 429 and 5xx say it of us or of now."""


def probe(workspace: Workspace, draft: Draft, progress: Progress = no_progress) -> None:
    """Asks each link of *draft* once, without reading what it leads to; papers are known to be there.

    What cannot be reached is unknown, not dead. While a recording is replayed nothing is learned.
    """
    urls = addresses(draft)
    fetcher = workspace.client.fetcher("links", RequestPolicy(tries=1))
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        reaches = pool.map(lambda url: _reach(fetcher, url), urls)
        for done, (url, reach) in enumerate(zip(urls, reaches, strict=True)):
            if reach is not None:
                with workspace.store.write() as tx:
                    tx.links.set(url, *reach, workspace.now())
            progress("links", done + 1, len(urls))


def addresses(draft: Draft) -> list[str]:
    """The links of *draft* that are asked: not the papers."""
    links = (link.url for card in draft.cards for link in card.links if link.kind is not LinkKind.PAPER)
    said = (url for block in draft.blocks for url in link_targets(block.body))
    return sorted({url for url in (*links, *said) if on_the_web(url)})


def _reach(fetcher: Fetcher, url: str) -> tuple[Reach, str] | None:
    try:
        status = fetcher.status(url)
    except NotRecorded:
        return None
    except FetchError as error:
        return Reach.UNKNOWN, str(error)
    if status in _DEAD:
        return Reach.DEAD, f"HTTP {status}"
    return (Reach.ALIVE if status < 400 else Reach.UNKNOWN), f"HTTP {status}"  # noqa: PLR2004 - RFC 9110, section 15.5
