"""Correcting: what was wrong in an issue stands beside it; the issue itself never changes."""

from __future__ import annotations

from weekly.archive.folder import Archive
from weekly.archive.publish import published_issue, refresh
from weekly.errors import NotApproved, StageError, did_you_mean
from weekly.formats.anchors import Slugger
from weekly.models import Issue, Week
from weekly.render.errata import CorrectedIssue, Correction, ErrataRenderer
from weekly.render.paths import folder
from weekly.review.preview import renderer
from weekly.store.issues import Erratum
from weekly.text import paragraphs
from weekly.workspace import Workspace

LONGEST = 4000
"""Characters of a correction."""


def correct(workspace: Workspace, week: Week, *, card: str, text: str, by: str = "", notify: bool = False) -> Erratum:
    """Notes that something about *card* in the issue of *week* was wrong; *text* is Markdown.

    The row, and with *notify* the audience of a mail about it, are one transaction; the files follow from them. The
    same again is the same correction: it repairs a run that was killed, and *notify* adds who has got the issue since.
    Raises StageError when there is no such issue or card, NotApproved when *by* is no editor.
    """
    issue = _archived_issue(workspace, week)
    _may(workspace, by)
    named, words = _card(issue, card), paragraphs(text, LONGEST)
    if not words:
        raise StageError(f"{week}: a correction has to say something: write --text")
    now = workspace.now()
    with workspace.store.write() as tx:
        erratum = tx.issues.correct(week, card=named, text=words, by=by, at=now)
        if notify:
            tx.deliveries.notify(erratum.notice, now)
    rewrite(workspace, week)
    return erratum


def rewrite(workspace: Workspace, week: Week) -> list[Erratum]:
    """Writes the files of all corrections of *week* again, and the pages that show them; returns the corrections."""
    issue = _archived_issue(workspace, week)
    archive = Archive(workspace.archive)
    for name, data in files(workspace, issue).items():
        archive.write(f"{folder(week)}/{name}", data.decode())
    refresh(workspace, archive)
    return errata_of(workspace, week)


def errata_of(workspace: Workspace, week: Week) -> list[Erratum]:
    """The corrections of *week*, in their order."""
    with workspace.store.read() as tx:
        return tx.issues.errata(week)


def files(workspace: Workspace, issue: Issue) -> dict[str, bytes]:
    """The files of the issue's corrections, by name; none while nothing was corrected."""
    return errata_renderer(workspace).files(corrections(workspace, issue))


def errata_renderer(workspace: Workspace) -> ErrataRenderer:
    """What renders this workspace's corrections."""
    return ErrataRenderer(workspace.settings, workspace.environment)


def corrections(workspace: Workspace, issue: Issue) -> CorrectedIssue:
    """The issue with its corrections, as readers see them."""
    data, anchors = renderer(workspace).data(issue), Slugger()
    places = {item["id"]: item.get("anchor") or anchors.slug(item["title"]) for item in data["items"]}
    names = {card.id: card.name for card in issue.draft.cards}
    week = Week.parse(issue.week)
    return CorrectedIssue(
        week=week,
        number=issue.number,
        hash=issue.hash,
        title=data["title"],
        language=issue.draft.language,
        corrections=tuple(
            Correction(
                number=erratum.number,
                card=erratum.card,
                name=names[erratum.card],
                anchor=places[erratum.card],
                text=erratum.text,
                at=erratum.at,
            )
            for erratum in errata_of(workspace, week)
        ),
    )


def _archived_issue(workspace: Workspace, week: Week) -> Issue:
    issue = published_issue(workspace, week)
    if not issue.files:
        raise StageError(f"{week} is not in the archive yet: run 'weekly publish --week {week}' first")
    return issue


def _may(workspace: Workspace, by: str) -> None:
    editors = workspace.settings.review.editors
    if editors and by not in editors:
        raise NotApproved(
            f"{by or 'nobody'!r} may not correct: say who does with --by; editors are {', '.join(editors)}"
        )


def _card(issue: Issue, wanted: str) -> str:
    names = {card.name: card.id for card in issue.draft.cards}
    ids = list(names.values())
    known = wanted if wanted in ids else names.get(wanted, "")
    if not known:
        raise StageError(f"{issue.week} has no card {wanted[:80]!r}{did_you_mean(wanted, [*ids, *names])}")
    return known
