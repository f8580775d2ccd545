"""One thing by its address, as the source that would have brought it gives it."""

from __future__ import annotations

import re

from weekly import isolated
from weekly.errors import OverBudget, ParseError
from weekly.models import Entry
from weekly.net.client import Client, RequestPolicy
from weekly.select.identity import identities_in
from weekly.select.urls import repository
from weekly.settings import Settings
from weekly.sources import page
from weekly.sources.arxiv import Arxiv
from weekly.sources.github import GitHub

_LONGEST = 2_000


def look_up(text: str, settings: Settings, client: Client) -> Entry:
    """The entry of the paper, repository, release or page that *text* names: an address, arXiv id, DOI, owner/name.

    Raises ParseError when it names none, a FetchError when the place does not answer or has no such thing.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise ParseError("address: an address is needed, such as https://arxiv.org/abs/2504.02160")
    names = {*identities_in(text)}
    if not any(name.startswith("release:") for name in names) and (inside := repository(text)):
        names.add(f"github:{inside}")
    for kind, find in (("arxiv:", Arxiv(settings, client).paper), ("release:", GitHub(settings, client).tagged),
                       ("github:", GitHub(settings, client).named)):  # fmt: skip
        if name := next((name.removeprefix(kind) for name in names if name.startswith(kind)), ""):
            return find(name)
    doi = next((name.removeprefix("doi:") for name in names if name.startswith("doi:")), "")
    url = text if "://" in text else f"https://doi.org/{doi}" if doi else ""
    if not re.match(r"(?i)https?://", url):
        raise ParseError(f"{text[:80]!r} is no address: paste one that begins with https://, an arXiv id or a DOI")
    answer = client.fetcher(page.NAME, RequestPolicy(tries=2)).get(url, keep=False)
    try:
        told = isolated.call(page.read, answer.body, answer.url)
    except OverBudget as error:
        raise ParseError(f"{answer.url}: {error}: write the item by hand") from error
    return Arxiv(settings, client).paper(told) if isinstance(told, str) else told
