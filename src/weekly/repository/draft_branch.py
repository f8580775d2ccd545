"""The draft of a week on its branch: a folder with the text, where it came from, and its pictures."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from weekly import files
from weekly.models import Week
from weekly.render.paths import PICTURES
from weekly.repository.job import Job, branch_of
from weekly.review.draft_files import export
from weekly.stages.draft import pictures

FOLDER = "issues"


def place(week: Week) -> str:
    """Where in the repository the draft of *week* is."""
    return f"{FOLDER}/{week}"


def take_folder(job: Job, commit: str, week: Week) -> Path:
    """The draft's folder as *commit* has it; its pictures are known again to the workspace.

    A picture is believed to be one of ours if it has the name that its content gives it.
    """
    folder = job.workspace.root / ".weekly" / place(week)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    job.branches.extract(commit, place(week), folder)
    for path in sorted((folder / PICTURES).glob("*")):
        data = path.read_bytes()
        if path.stem == hashlib.sha256(data).hexdigest()[:20]:
            files.replace(job.workspace.root / ".weekly" / PICTURES / path.name, data)
    return folder


def push_folder(job: Job, week: Week, folder: Path, parent: str) -> str:
    """Writes the draft of *week* as it stands into *folder*, and that onto its branch after *parent*.

    Returns the branch's newest commit. *parent* is the tip of the branch, or where a new one begins. Raises StageError
    where the text in *folder* was edited and not taken back, Conflict where somebody pushed meanwhile.
    """
    revision = export(job.workspace, week, folder)
    kept = pictures(job.workspace)
    for picture in (revision.draft.cover, *(card.picture for card in revision.draft.cards)):
        if picture and kept.path(picture).exists():
            files.replace(folder / PICTURES / picture.file, kept.path(picture).read_bytes())
    branch = branch_of(week)
    commit = job.branches.commit(folder, place(week), parent, f"{week}: draft v{revision.number}\n")
    job.branches.push(commit, branch, job.branches.tip(branch))
    return commit
