"""What editors do with the words beside the cards: add, edit, move, remove."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from weekly.errors import Conflict, ParseError, StageError
from weekly.models import Block, BlockKind, Card, Draft, Week
from weekly.review.decide import DraftChange, change_draft
from weekly.review.order import as_mailed
from weekly.store import codec
from weekly.store.drafts import Revision
from weekly.text import storable
from weekly.workspace import Workspace

LONGEST_TITLE, LONGEST_BODY = 300, 20_000
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFields:
    """What an editor wrote, before it is looked at."""

    kind: str
    title: str
    body: str
    after: str = ""


def version(block: Block) -> str:
    """Names what a block says: equal blocks have equal versions."""
    return codec.digest(codec.dump(block))[:20]


def add(workspace: Workspace, week: Week, fields: BlockFields, by: str) -> Revision:
    """Adds a block behind the others of its place.

    Raises ParseError for a field that cannot be, StageError when the issue has as many as `[newsletter] blocks`
    allows, no draft or no such card.
    """

    def work_out(change: DraftChange) -> Revision:
        draft = change.revision.draft
        most = workspace.settings.newsletter.blocks
        if len(draft.blocks) >= most:
            raise StageError(f"{week} has {len(draft.blocks)} blocks, as many as [newsletter] blocks allows: {most}")
        return _save(change, (*draft.blocks, _block(draft, fields)), "block added", fields.title)

    return change_draft(workspace, week, by, work_out)


def edit(workspace: Workspace, week: Week, number: int, fields: BlockFields, by: str, expected: str = "") -> Revision:
    """Writes the block of that *number*, from 1, anew; *expected* is its version when the writing began.

    Raises as `add` does, and Conflict when somebody else has written on it, moved or removed it since.
    """

    def work_out(change: DraftChange) -> Revision:
        draft = change.revision.draft
        at = _place(draft, number, expected)
        blocks = (*draft.blocks[:at], _block(draft, fields), *draft.blocks[at + 1 :])
        return _save(change, blocks, "block edited", fields.title)

    return change_draft(workspace, week, by, work_out)


def remove(workspace: Workspace, week: Week, number: int, by: str, expected: str = "") -> Revision:
    """Takes a block out; earlier versions of the draft keep it. Raises as `edit` does."""

    def work_out(change: DraftChange) -> Revision:
        draft = change.revision.draft
        at = _place(draft, number, expected)
        rest = (*draft.blocks[:at], *draft.blocks[at + 1 :])
        return _save(change, rest, "block removed", draft.blocks[at].title)

    return change_draft(workspace, week, by, work_out)


def move(workspace: Workspace, week: Week, number: int, steps: int, by: str, expected: str = "") -> Revision:
    """Moves a block up (negative) or down past so many cards and other blocks; raises as `edit` does."""

    def work_out(change: DraftChange) -> Revision:
        draft = change.revision.draft
        moved = draft.blocks[_place(draft, number, expected)]
        row: list[Card | Block] = [block for block in draft.blocks if not block.after]
        for card in as_mailed(draft.cards):
            row += [card, *(block for block in draft.blocks if block.after == card.id)]
        at = next(place for place, one in enumerate(row) if one is moved)
        row.insert(max(0, min(len(row) - 1, at + steps)), row.pop(at))
        blocks, after = list[Block](), ""
        for one in row:
            if isinstance(one, Card):
                after = one.id
            else:
                blocks.append(replace(one, after=after))
        return _save(change, blocks, "block moved", moved.title)

    return change_draft(workspace, week, by, work_out)


def _save(change: DraftChange, blocks: Iterable[Block], action: str, title: str) -> Revision:
    return change.carry_out(replace(change.revision.draft, blocks=tuple(blocks)), action, what=title[:200])


def _place(draft: Draft, number: int, expected: str) -> int:
    if not 0 < number <= len(draft.blocks):
        raise StageError(f"{draft.week} has no block {number}: it has {len(draft.blocks)}")
    if expected and version(draft.blocks[number - 1]) != expected:
        raise Conflict(f"block {number} is another one since you looked: look at the blocks again, then write")
    return number - 1


def _block(draft: Draft, fields: BlockFields) -> Block:
    known = {kind.value for kind in BlockKind}
    if fields.kind not in known:
        raise ParseError(f"kind: {fields.kind[:40]!r} is none of {', '.join(sorted(known))}")
    title, body = " ".join(_clean(fields.title).split()), _clean(fields.body).strip()
    for name, text, longest in (("title", title, LONGEST_TITLE), ("body", body, LONGEST_BODY)):
        if not text:
            raise ParseError(f"{name}: a block says something")
        if len(text) > longest:
            raise ParseError(f"{name} has {len(text):,} characters: at most {longest:,} are kept; shorten it")
    if fields.after and fields.after not in {card.id for card in draft.cards}:
        raise StageError(f"the draft of {draft.week} has no card {fields.after[:80]!r} to stand behind")
    return Block(kind=BlockKind(fields.kind), title=title, body=body, after=fields.after)


def _clean(text: str) -> str:
    return storable(text.replace("\r\n", "\n").replace("\r", "\n"))
