"""What the pull request of a draft says: how the week went, what is in the issue, what else could be."""

from __future__ import annotations

from collections.abc import Iterator

from weekly.models import Candidate, Draft, Level, Status, Week
from weekly.repository.draft_branch import place
from weekly.repository.markdown import code, table
from weekly.repository.requests import is_writable
from weekly.review.approve import current_revision
from weekly.review.draft_text import TEXT
from weekly.review.findings import findings
from weekly.review.overrides import overrides
from weekly.store.candidates import WHOLE
from weekly.store.drafts import Revision
from weekly.workspace import Workspace

OFFERED = 30
"""Candidates that are named with the line that takes them in."""
_CHECKLIST = """## Before you merge

- [ ] the title and the summary say what is in the issue
- [ ] each card is right, and its links lead where they should
- [ ] the check of the last commit is green

Merging is the approval: the issue is published and sent after the wait of `[review] wait`. Until then a revert of the
merge withdraws it. Edit `{file}` here, or say in a comment, a line each:

```
/weekly accept ID
/weekly reject ID
/weekly topic ID SLUG
/weekly redraw ID
/weekly override CHECK=REASON
```

The last one lets the findings of a check stand in this very text; the reason stays with the issue.
"""


def describe(workspace: Workspace, week: Week) -> str:
    """The body of the pull request, in Markdown."""
    revision = current_revision(workspace, week)
    draft = revision.draft
    parts = [_health(workspace, week), _issue(workspace, revision), _CHECKLIST.format(file=f"{place(week)}/{TEXT}")]
    return "\n\n".join([*parts, _offer(workspace, week, draft)])


def title(workspace: Workspace, week: Week) -> str:
    """The title of the pull request."""
    return f"{workspace.settings.newsletter.title} {week}"


def _health(workspace: Workspace, week: Week) -> str:
    with workspace.store.read() as tx:
        health, funnel = tx.source_runs.health(week), tx.candidates.funnel(week)
    rows = [(code(one.source), one.verdict.value, one.seen, one.new, code(one.detail)) for one in health]
    told = f"{funnel.fetched} entries, {funnel.candidates} candidates, {funnel.already_published} published before"
    return f"## The week\n\n{told}\n\n{table(('source', 'verdict', 'seen', 'new', ''), rows)}"


def _issue(workspace: Workspace, revision: Revision) -> str:
    rows = [(card.topic, code(card.name), code(card.line), code(card.id)) for card in revision.draft.cards]
    with workspace.store.read() as tx:
        reasons = overrides(tx, revision)
    blocking = [one for one in findings(workspace, revision.draft) if one.level is Level.BLOCK]
    count = sum(one.check not in reasons for one in blocking)
    stands = f"{count} findings stand in the way" if count else "nothing stands in the way"
    parts = ["## The issue", f"{len(rows)} cards; {stands}", table(("topic", "card", "", "id"), rows)]
    if blocking:
        may_stand = [reasons.get(one.check, f"/weekly override {one.check}=REASON") for one in blocking]
        told = [(code(one.message, 400), code(why, 600)) for one, why in zip(blocking, may_stand, strict=True)]
        parts.insert(2, table(("finding", "why it may stand, or how you say so"), told))
    return "\n\n".join(parts)


def _offer(workspace: Workspace, week: Week, draft: Draft) -> str:
    with workspace.store.read() as tx:
        ranking = tx.candidates.ranking(week, WHOLE)
    rows = [
        (code(one.work.lead.title), one.topic, f"`/weekly accept {one.work.id}`") for one in _offered(ranking, draft)
    ]
    return f"## What else could be in it\n\n{table(('work', 'topic', ''), rows)}" if rows else ""


def _offered(ranking: list[Candidate], draft: Draft) -> Iterator[Candidate]:
    taken, count = {card.id for card in draft.cards}, 0
    for candidate in ranking:
        identifier = candidate.work.id
        if candidate.status is Status.PENDING and identifier not in taken and is_writable(identifier):
            count += 1
            yield candidate
        if count == OFFERED:
            return
