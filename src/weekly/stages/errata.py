"""Correcting: what was wrong in an issue stands beside it; the issue itself never changes."""

from __future__ import annotations

from difflib import get_close_matches

from weekly.errors import NotApproved, StageError
from weekly.formats.anchors import Slugger
from weekly.models import Week
from weekly.publishers.archive import Archive
from weekly.render.errata import Corrected, Correction, ErrataRenderer
from weekly.render.places import folder
from weekly.stages.preview import renderer, templates
from weekly.stages.publish import edition, published_issue, refresh
from weekly.store.deliveries import Deliveries
from weekly.store.issues import Erratum, Issue
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
            Deliveries(workspace.store.database).notify(tx.connection, erratum.notice, now)
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
    return ErrataRenderer(workspace.settings, templates(workspace))


def corrections(workspace: Workspace, issue: Issue) -> Corrected:
    """The issue with its corrections, as readers see them."""
    data, anchors = renderer(workspace).data(edition(issue)), Slugger()
    places = {item["id"]: item.get("anchor") or anchors.slug(item["title"]) for item in data["items"]}
    names = {card.id: card.name for card in issue.draft.cards}
    week = Week.parse(issue.week)
    return Corrected(
        week=week,
        number=issue.number,
        hash=issue.hash,
        title=data["title"],
        language=issue.draft.language,
        corrections=tuple(
            Correction(
                number=one.number,
                card=one.card,
                name=names[one.card],
                anchor=places[one.card],
                text=one.text,
                at=one.at,
            )
            for one in errata_of(workspace, week)
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
    card = wanted if wanted in ids else names.get(wanted, "")
    if not card:
        close = get_close_matches(wanted, [*ids, *names], n=1, cutoff=0.5)
        mend = f"did you mean {close[0]}?" if close else f"it has {', '.join(ids)}"
        raise StageError(f"{issue.week} has no card {wanted[:80]!r}: {mend}")
    return card
