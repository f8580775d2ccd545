"""A database that is lost, older than the archive beside it, or another newsletter's: every command notices."""

from __future__ import annotations

import json
from pathlib import Path

from weekly.errors import StoreError
from weekly.store import Store
from weekly.store.faults import without_password

_COMPARED = 5
"""The newest issues of an archive, which are compared."""


def refuse_foreign(store: Store, archive: Path, *, lacking: bool = True) -> None:
    """Raises StoreError when *store* does not know the newest issues in *archive* as they stand there.

    Without *lacking* only for what it knows otherwise, of all issues.
    """
    told = [(path, one) for path in contents(archive)[: _COMPARED if lacking else None] if (one := _told(path))]
    if not told:
        return
    with store.read() as tx:
        known = tx.issues.numbers()
    weeks = {number: week for week, (number, _) in known.items()}
    for path, (week, number, digest) in told:
        if known.get(week, (number, digest)) != (number, digest) or weeks.get(number, week) != week:
            cause = f"it has another No. {number} or another issue of {week} than the one in {path.parent}"
            mend = "check [database] url: it belongs to another archive"
        elif lacking and week not in known:
            cause = f"it does not know No. {number} of {week}, which stands in {path.parent}"
            mend = "'weekly archive restore' makes it whole from there, or restore a newer backup"
        else:
            continue
        raise StoreError(database=without_password(store.database.engine.url), cause=cause, mend=mend)


def contents(archive: Path) -> list[Path]:
    """The content of every issue in *archive*, newest first."""
    return sorted(archive.glob("[0-9][0-9][0-9][0-9]/W[0-9][0-9]/issue.json"), reverse=True)


def _told(path: Path) -> tuple[str, int, str] | None:
    """The week, the number and the hash that an `issue.json` tells; 'weekly archive verify' says what is broken."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return str(value["week"]), int(value["number"]), str(value["hash"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
