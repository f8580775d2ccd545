"""What the checks say about a draft, where editors look: at the lines of the file, on the run's page, at the commit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from weekly import files
from weekly.models import Draft, Finding, Level, Week
from weekly.repository.draft_branch import place
from weekly.repository.job import Job
from weekly.repository.markdown import annotation, code, table
from weekly.review.draft_text import TEXT, TextRefused
from weekly.review.findings import findings
from weekly.review.merge import FileConflict
from weekly.review.overrides import OVERRIDDEN, overrides
from weekly.review.preview import preview_issue, renderer
from weekly.store.drafts import Revision

PREVIEW = "preview"
"""The folder with what readers would get."""


def report_findings(job: Job, week: Week, revision: Revision, folder: Path, commit: str) -> Iterator[str]:
    """The lines for the log about a draft, which stands in *folder* and as *commit*; summary and mark follow."""
    with job.workspace.store.read() as tx:
        reasons = overrides(tx, revision)
    _write_preview(job, revision.draft)
    text = (folder / TEXT).read_text(encoding="utf-8")
    rows = []
    for finding in findings(job.workspace, revision.draft):
        reason = reasons.get(finding.check, "") if finding.level is Level.BLOCK else ""
        level = OVERRIDDEN if reason else finding.level.value
        message = f"{finding.message}; it may stand: {reason}" if reason else finding.message
        line = line_of(text, revision.draft, finding)
        rows.append((level, finding.check, line, code(message, 500)))
        kind = "error" if level == Level.BLOCK else "warning"
        yield annotation(kind, message, file=f"{place(week)}/{TEXT}", line=line, title=finding.check)
    blocking = sum(level == Level.BLOCK for level, *_ in rows)
    told = f"{blocking} findings stand in the way of {week}" if blocking else f"nothing stands in the way of {week}"
    job.summarize(f"## {told}\n\n{table(('level', 'check', 'line', ''), rows)}" if rows else f"## {told}")
    job.hosting.set_status(commit, "failure" if blocking else "success", told)


def _write_preview(job: Job, draft: Draft) -> None:
    """Writes mail and page of *draft* beside the workspace, for the run to keep."""
    issue = preview_issue(job.workspace, draft)
    for name, data in renderer(job.workspace).files(issue).items():
        files.replace(job.workspace.root / PREVIEW / draft.week / name, data)


def report_refusal(job: Job, week: Week, refusal: TextRefused, commit: str) -> Iterator[str]:
    """The lines for the log about a text of which nothing was taken."""
    file = f"{place(week)}/{TEXT}"
    for line in refusal.lines:
        yield annotation("error", line.reason, file=file, line=line.line, title="the draft cannot say this")
    rows = [(line.line, code(line.text), code(line.reason)) for line in refusal.lines]
    job.summarize(f"## Nothing was taken of {file}\n\n{table(('line', 'text', 'reason'), rows)}")
    job.hosting.set_status(commit, "failure", f"{len(refusal.lines)} lines that the draft cannot say")


def report_conflict(job: Job, week: Week, conflict: FileConflict, commit: str) -> Iterator[str]:
    """The lines for the log about a text that was changed where the draft was changed too."""
    file = f"{place(week)}/{TEXT}"
    for version in conflict.versions:
        message = (
            f"{version.place} was changed here and in the draft: take the draft's words, or change both to the same"
        )
        yield annotation("error", message, file=file, line=1, title="changed twice")
    rows = [(code(one.place), code(str(one.stands), 500), code(str(one.file), 500)) for one in conflict.versions]
    job.summarize(f"## Changed in two places\n\n{table(('where', 'the draft', 'the file'), rows)}")
    job.hosting.set_status(commit, "failure", "changed in the draft and in the file")


def line_of(text: str, draft: Draft, finding: Finding) -> int:
    """The line of *text*, from 1, that *finding* is about: of its words, else of its card's heading, else the first."""
    lines = text.splitlines()
    card = next((card for card in draft.cards if card.id == finding.card), None)
    begin = next((at for at, line in enumerate(lines) if card and line.startswith("## ") and card.name in line), 0)
    end = next((at for at in range(begin + 1, len(lines)) if lines[at].startswith("## ")), len(lines)) if card else None
    within = range(begin, end if end is not None else len(lines))
    return 1 + next((at for at in within if finding.place and finding.place in lines[at]), begin)
