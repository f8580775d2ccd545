"""Makes a store whole again from the archive: its issues, their numbers, what they announced, who approved them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from weekly.archive import manifest
from weekly.archive.folder import corrections, hashes
from weekly.archive.foreign import contents, refuse_foreign
from weekly.archive.importing import PAGES, import_documents
from weekly.archive.manifest import Seal
from weekly.archive.verify import restored_in_part
from weekly.context import PluginContext
from weekly.deadline import Budget
from weekly.errors import WorkspaceError
from weekly.models import Card, Draft, Fact, Issue, Kind, Link, LinkKind, Picture, State, Week
from weekly.plugins import ask, is_ours, parts
from weekly.store import codec
from weekly.store.drafts import Approval
from weekly.store.issues import Erratum
from weekly.store.transaction import Transaction
from weekly.workspace import Workspace

_AUDIENCE = 5
"""Of the newest issues a mail may still be on its way: who gets mail today is their audience again, as uncertain."""
_TOLD = "restored from the archive: it may have been sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoredIssue:
    """An issue that the store did not know any more."""

    week: str
    number: int
    approved_by: str
    whole: bool
    """Whether all of its content came back: an archive from before manifests has what readers saw."""


def restore(workspace: Workspace) -> list[RestoredIssue]:
    """Puts every issue of archive/ that the store does not know into it, oldest first; returns those.

    With each come its number, what it announced, its approvals and its corrections. Nothing is sent or announced again
    by itself: the audience of the newest ones, and the destinations, are uncertain until a person decides. A killed run
    is finished by the next one. Raises WorkspaceError for an issue that cannot be trusted, StoreError where the store
    has another one in its place.
    """
    refuse_foreign(workspace.store, workspace.archive, lacking=False)
    paths = contents(workspace.archive)
    recent = {path.parent for path in paths[:_AUDIENCE]}
    destinations = [name for name, create in parts("destinations") if _is_set(workspace, name, create)]
    restored = []
    for path in reversed(paths):
        found = _read(workspace, path)
        with workspace.store.read() as tx:
            known = tx.issues.numbers().get(found.issue.week)
        if known is not None:
            continue
        with workspace.store.write() as tx:
            _put(tx, found, destinations)
            if path.parent in recent:
                topics = {card.topic for card in found.issue.draft.cards}
                week = Week.parse(found.issue.week)
                tx.deliveries.freeze(week, workspace.clock(), topics, state=State.UNCERTAIN, detail=_TOLD)
        restored.append(_summary(found))
    import_documents(workspace, [page for name in PAGES.values() if (page := workspace.archive / name).is_dir()])
    refuse_foreign(workspace.store, workspace.archive)
    return restored


@dataclass(frozen=True, slots=True, kw_only=True)
class _IssueFolder:
    """What a folder of the archive tells."""

    issue: Issue
    content: str
    approvals: tuple[Approval, ...]
    errata: tuple[Erratum, ...]
    whole: bool


def _summary(found: _IssueFolder) -> RestoredIssue:
    issue = found.issue
    return RestoredIssue(week=issue.week, number=issue.number, approved_by=issue.approved_by, whole=found.whole)


def _put(tx: Transaction, found: _IssueFolder, destinations: list[str]) -> None:
    issue, week = found.issue, Week.parse(found.issue.week)
    tx.issues.restore(issue, found.content)
    for approval in found.approvals:
        tx.drafts.restore_approval(approval)
    for erratum in found.errata:
        tx.issues.correct(week, card=erratum.card, text=erratum.text, by=erratum.by, at=erratum.at)
    for name in destinations:
        tx.announcements.restore(week, name, issue.hash, issue.published_at, _TOLD)
    if not found.whole:
        tx.marks.set(restored_in_part(week), issue.published_at)


def _is_set(workspace: Workspace, name: str, create: Callable[[PluginContext], object]) -> bool:
    """Whether the destination is set; one whose plugin fails counts as set, and is not told again of old issues."""
    context = workspace.context("destinations", name)
    if is_ours(create):
        return create(context) is not None
    made, fault = ask(Budget(workspace.settings.plugins.seconds), lambda: create(context))
    return made is not None or bool(fault)


def _read(workspace: Workspace, path: Path) -> _IssueFolder:
    said, seal = manifest.read(workspace.signer, path.parent)
    if seal is Seal.BROKEN:
        raise WorkspaceError(f"{path.parent / manifest.NAME}: changed after publication: restore it from a backup")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        content = _text(said["content"]) if said else codec.dump(_draft(data))
        issue = _issue(said or data, codec.load(Draft, content), said.get("files") or hashes(path.parent))
        errata = tuple(_errata(path.parent, issue.week))
        approvals = tuple(_approvals(said, issue))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise WorkspaceError(f"{path}: cannot be read: {error}: restore it from a backup") from error
    if said and codec.digest(content) != issue.hash:
        raise WorkspaceError(f"{path.parent / manifest.NAME}: its content is not what was approved: restore a backup")
    return _IssueFolder(issue=issue, content=content, approvals=approvals, errata=errata, whole=bool(said))


def _text(content: Any) -> str:
    """The canonical JSON that the approved hash is of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _issue(told: dict[str, Any], draft: Draft, files: dict[str, str]) -> Issue:
    return Issue(
        week=str(Week.parse(told["week"])),
        number=int(told["number"]),
        hash=str(told["hash"]),
        published_at=datetime.fromisoformat(told["published_at"]),
        draft=draft,
        approved_by=told.get("approved_by", ""),
        files={name: digest for name, digest in files.items() if not name.startswith("errata.")},
    )


def _approvals(said: dict[str, Any], issue: Issue) -> Iterator[Approval]:
    for one in said.get("approvals", ()):
        at, reasons = datetime.fromisoformat(one["at"]), one["overrides"]
        yield Approval(week=issue.week, revision=0, hash=issue.hash, by=one["by"], at=at, overrides=reasons)


def _errata(folder: Path, week: str) -> Iterator[Erratum]:
    for one in corrections(folder):
        yield Erratum(week=week, number=one["number"], card=one["card"], text=one["text"], by="", at=one["at"])


def _draft(data: dict[str, Any]) -> Draft:
    """The content as far as an `issue.json` tells it."""
    cover = data["cover"]
    return Draft(
        week=data["week"],
        language=data["language"],
        headlines=tuple(data["headlines"]),
        summary=data["summary"],
        cards=tuple(map(_card, data["items"])),
        cover=_picture(cover),
        cover_credit=cover.get("credit", "") if cover else "",
    )


def _card(item: dict[str, Any]) -> Card:
    return Card(
        id=item["id"],
        kind=Kind(item["kind"]),
        topic=item["topic"],
        name=item["name"],
        line=item["line"],
        title=item.get("original_title", item["title"]),
        summary=item["summary"],
        tags=tuple(item["tags"]),
        links=tuple(Link(kind=LinkKind(one["kind"]), url=one["url"], origin="") for one in item["links"]),
        picture=_picture(item["image"]),
        institutions=tuple(item["institutions"]),
        facts=tuple(Fact(name="author", value=name, origin="") for name in item.get("authors", ())),
        keys=tuple(item["keys"]),
    )


def _picture(plain: dict[str, Any] | None) -> Picture | None:
    if plain is None:
        return None
    file = Path(plain["url"]).name
    return Picture(file=file, alt=plain["alt"], origin=plain["origin"], width=plain["width"], height=plain["height"])
