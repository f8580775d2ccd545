"""What no source brought: an address that an editor pastes, or an item that an editor writes."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from weekly.errors import ParseError, StageError
from weekly.models import Entry, Kind, ScorePart, Status, TopicScore, Week
from weekly.review.approve import unpublished_draft
from weekly.review.decide import decide, require_topic
from weekly.select.cluster import cluster
from weekly.select.identity import identities_in
from weekly.sources.lookup import look_up
from weekly.stages.assess import ADDED, BY_HAND, Assessor
from weekly.text import storable
from weekly.workspace import Workspace

LONGEST = {"title": 300, "line": 500, "text": 20_000, "url": 2_000}
"""Characters."""


def add_address(workspace: Workspace, week: Week, address: str, by: str) -> str:
    """Accepts what stands at *address*, read as its source would have; returns the candidate's id.

    A work that is a candidate already is accepted as it is. Raises ParseError when nothing is named, a FetchError when
    the place does not answer, StageError when it was published before or the week takes nothing any more.
    """
    with workspace.store.read() as tx:
        unpublished_draft(tx, week)
    known = _find(workspace, week, identities_in(address))
    if known is None:
        entry = look_up(address, workspace.settings, workspace.client)
        known = _find(workspace, week, cluster([entry])[0].keys) or _store(workspace, week, entry, by)
    decide(workspace, week, known, Status.ACCEPTED, by)
    return known


def add_item(
    workspace: Workspace, week: Week, by: str, *, title: str, text: str, line: str = "", url: str = "", topic: str = ""
) -> str:
    """Accepts an item that an editor has written: their word is its evidence; returns the candidate's id.

    Raises ParseError for a field that is missing, too long or wrong; StageError when the week takes nothing any more.
    """
    told = {"title": " ".join(title.split()), "line": " ".join(line.split()), "text": text.strip(), "url": url.strip()}
    for name, value in told.items():
        if len(value) > LONGEST[name]:
            raise ParseError(f"{name} has {len(value):,} characters: at most {LONGEST[name]:,} are kept; shorten it")
        if not value and name in {"title", "text"}:
            raise ParseError(f"{name}: an item says something")
    if url and not url.strip().lower().startswith(("http://", "https://")):
        raise ParseError(f"url: {url[:80]!r} is no address of a page: it begins with https://")
    if topic:
        require_topic(workspace, topic)
    with workspace.store.read() as tx:
        unpublished_draft(tx, week)
    clean = {name: storable(value.replace("\r\n", "\n")) for name, value in told.items()}
    mark = hashlib.sha256("\0".join([str(week), clean["title"], clean["text"]]).encode("utf-8", "replace")).hexdigest()
    key = f"{week} {mark[:12]}"
    entry = Entry(
        source=BY_HAND,
        key=key,
        kind=Kind.POST,
        title=clean["title"],
        url=clean["url"],
        text=clean["text"],
        comment=clean["line"],
        authors=(by,),
        published=workspace.now(),
        ids=(f"entry:{BY_HAND} {key}",),
        shares_address=True,
    )
    identifier = _store(workspace, week, entry, by, topic)
    decide(workspace, week, identifier, Status.ACCEPTED, by)
    return identifier


def _find(workspace: Workspace, week: Week, keys: frozenset[str]) -> str | None:
    """The candidate of the week that has one of *keys*; raises StageError for what another issue has published."""
    with workspace.store.read() as tx:
        published = tx.published_works.publications(sorted(keys), but=week)
        if published:
            where = ", ".join(sorted({str(one) for one in published.values()}))
            raise StageError(f"this was published before, in {where}: an update needs an item of its own")
        ranking = tx.candidates.ranking(week)
    return next((one.work.id for one in ranking if keys & one.work.keys), None)


def _store(workspace: Workspace, week: Week, entry: Entry, by: str, topic: str = "") -> str:
    """Makes *entry* the last of the week's candidates."""
    work = cluster([entry])[0]
    (candidate,) = Assessor.of(workspace.settings, workspace.root).assess([work], {})
    topics = (TopicScore(topic=topic, score=1.0, reason=f"filed by {by}"),) if topic else candidate.topics
    parts = (ScorePart(name=ADDED, value=0.0, reason=f"added by {by}"), *candidate.parts)
    made = replace(candidate, topics=topics, parts=parts, status=Status.PENDING)
    now = workspace.now()
    with workspace.store.write() as tx:
        tx.lock(f"draft {week}")
        tx.entries.put(week, [entry], now)
        tx.candidates.add(week, made)
        tx.reviews.record(week, by, "added", workspace.clock(), work.id, {"what": entry.title[:200]})
    return work.id
