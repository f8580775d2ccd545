"""The draft as a Markdown file in the digest's form, for editors who live in git and an editor of their own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weekly import files
from weekly.drafting.picture_decoding import UnfitPicture
from weekly.errors import Conflict, ParseError, StageError
from weekly.formats.digest import Digest
from weekly.models import Card, Draft, Picture, Status, Week
from weekly.render.documents import render
from weekly.render.paths import PICTURES, on_the_web
from weekly.review.approve import current_revision
from weekly.review.decide import DraftChange, change_draft
from weekly.review.draft_text import TEXT, read_draft
from weekly.review.edit import check_lengths
from weekly.review.merge import merge
from weekly.review.preview import renderer
from weekly.stages.draft import pictures
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.workspace import Workspace

BASE = "draft.json"
_LARGEST = 2_000_000
"""Bytes of a file that comes back."""


def export(workspace: Workspace, week: Week, folder: Path) -> Revision:
    """Writes the draft of *week* into *folder*: `issue.md` to edit, `draft.json` to know where it came from.

    Raises StageError when an `issue.md` is there that was edited and not taken back.
    """
    revision = current_revision(workspace, week)
    data = _bytes(workspace, revision)
    if (folder / TEXT).exists() and not _is_untouched(folder, data):
        raise StageError(f"{folder / TEXT} was edited: take it back with 'weekly draft import', or export elsewhere")
    _write(revision, folder, data)
    return revision


def _is_untouched(folder: Path, data: bytes) -> bool:
    """Whether `issue.md` says what an export wrote, or what it would write now."""
    present = (folder / TEXT).read_bytes()
    try:
        return present == data or read_base(folder).get("text") == hashlib.sha256(present).hexdigest()
    except ParseError:
        return False  # nobody knows what was exported


def _write(revision: Revision, folder: Path, data: bytes) -> None:
    base: dict[str, Any] = {"week": revision.week, "revision": revision.number, "hash": revision.hash}
    base["text"] = hashlib.sha256(data).hexdigest()
    # For whoever reads the draft without this workspace; nothing of it is taken back.
    base["cards"] = [
        {"id": card.id, "name": card.name, "evidence": [{"quote": one.quote, "url": one.url} for one in card.evidence]}
        for card in revision.draft.cards
    ]
    files.replace(folder / TEXT, data)
    files.replace(folder / BASE, (json.dumps(base, ensure_ascii=False, indent=2) + "\n").encode())


def _bytes(workspace: Workspace, revision: Revision) -> bytes:
    return _written(workspace, revision.draft)[1].encode()


def _written(workspace: Workspace, draft: Draft) -> tuple[Digest, str]:
    document = renderer(workspace).digest(draft)
    return document, render(document, workspace.environment)


def take_back(workspace: Workspace, folder: Path, by: str, week: Week | None = None) -> Revision:
    """Takes the edited file of *folder* into the draft and writes the folder anew.

    What was changed on the page meanwhile stays. Raises TextRefused, with the lines, where the file holds what the
    draft cannot say, FileConflict where both were changed in the same place, ParseError when the file cannot be read,
    StageError when it belongs to another week. The file stays as it is then.
    """
    told, data = read_base(folder), _read(folder / TEXT)
    here_week = Week.parse(str(told.get("week")))
    if week is not None and week != here_week:
        raise StageError(f"{folder} holds the draft of {here_week}, not of {week}")
    number = told.get("revision")
    with workspace.store.read() as tx:
        begun = tx.drafts.find_revision(here_week, number) if isinstance(number, int) else None
    if begun is None or begun.hash != told.get("hash"):
        raise StageError(f"{folder / BASE}: this workspace has no such revision: export the draft again")
    edited = _edited(workspace, begun.draft, folder, data)

    def work_out(change: DraftChange) -> Revision:
        stood = change.revision
        if _read(folder / TEXT) != data:
            raise Conflict(f"{folder / TEXT} was saved again while it was read: import it again")
        merged = merge(begun.draft, stood.draft, edited)
        for card in stood.draft.cards:
            if card.id not in {kept.id for kept in merged.cards}:
                change.record(Status.REJECTED.value, card.id, _reject(change, card))
        revision = change.append(merged, by)
        if revision is not stood:
            change.record("imported", data={"revision": revision.number})
        return revision

    revision = change_draft(workspace, here_week, by, work_out)
    written = _bytes(workspace, revision)
    if written != data and not files.replace_unchanged(folder / TEXT, data, written):
        raise Conflict(f"{folder / TEXT} was saved again while v{revision.number} was made of it: it is left as it is")
    _write(revision, folder, written)
    return revision


def _edited(workspace: Workspace, begun: Draft, folder: Path, data: bytes) -> Draft:
    """The draft that the file makes of the one that it was written from."""
    shown = [begun.cover, *(card.picture for card in begun.cards)]
    known = {f"{PICTURES}/{picture.file}": picture for picture in shown if picture}

    def find(url: str, alt: str) -> Picture:
        if url in known:
            return known[url]
        if on_the_web(url):
            return pictures(workspace).fetch(workspace.client.fetcher("pictures"), url, alt)
        place = (folder / url).resolve()
        if not place.is_relative_to(folder.resolve()) or not place.is_file():
            raise UnfitPicture(f"no picture: {url[:100]} is neither a file beside {TEXT} nor an address on the web")
        return pictures(workspace).keep(place.read_bytes(), url, alt)

    text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    edited = read_draft(text, begun, lambda draft: _written(workspace, draft), find)
    check_lengths(begun, edited)
    return edited


def read_base(folder: Path) -> Mapping[str, Any]:
    """What `draft.json` says of where the text came from; raises ParseError for what is no such file."""
    try:
        told = json.loads(_read(folder / BASE))
    except ValueError as error:
        raise ParseError(f"{folder / BASE}: not JSON: export the draft again") from error
    if not isinstance(told, dict):
        raise ParseError(f"{folder / BASE}: an object is needed: export the draft again")
    return told


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise ParseError(f"{path}: larger than {_LARGEST:,} bytes")
        data = path.read_bytes()
        data.decode()
        if b"\0" in data:
            raise ParseError(f"{path}: a binary file (byte {data.index(0)} is 0)")
    except OSError as error:
        raise ParseError(f"{path}: cannot be read: {error.strerror}: 'weekly draft export' writes it") from error
    except UnicodeDecodeError as error:
        raise ParseError(f"{path}: not UTF-8 (byte {error.start})") from error
    return data


def _reject(change: DraftChange, card: Card) -> dict[str, Any]:
    """A card that the file left out is rejected as on the page, and can be taken back there."""
    status = change.candidate(card.id).status
    change.decide(card.id, Status.REJECTED)
    at = [one.id for one in change.revision.draft.cards].index(card.id)
    return {"from": status.value, "place": at, "text": codec.dump(card)}
