from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from weekly.archive.folder import Archive
from weekly.archive.grow import grow
from weekly.models import Draft
from weekly.render.paths import page_path
from weekly.workspace import Workspace


def growth(workspace: Workspace, draft: Draft) -> Iterator[str]:
    """What the cards of *draft* add to the evergreen pages, as one unified diff for each page; nothing is written.

    Raises StageError when a page that is to grow cannot be read.
    """
    topics = workspace.settings.topics
    named = {page_path(topic.collection, "collections") for topic in topics if topic.collection}
    named |= {page_path(topic.handbook, "handbook") for topic in topics if topic.handbook}
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name in named:
            if (page := workspace.archive / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(page, root / name)
        grow(workspace, draft, root)
        for name in sorted(named):
            before, after = Archive(workspace.archive).read(name), Archive(root).read(name)
            if before != after:
                yield _diff(name, before, after)


def _diff(name: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{name}" if before else "/dev/null", f"b/{name}", lineterm=""
    )
    return "\n".join(lines)
