"""Announcing: an issue is made known elsewhere, each place on its own, by rows that are written before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from weekly import processes
from weekly.archive.errata import errata_of
from weekly.archive.publish import published_issue
from weekly.context import PluginContext
from weekly.deadline import Budget
from weekly.destinations import CardLine, Destination, Post
from weekly.destinations.plugin_destination import PluginDestination
from weekly.errors import StageError, Unanswered, WeeklyError, did_you_mean
from weekly.models import Issue, State, Week
from weekly.plugins import ask, is_ours, parts, unexpected
from weekly.render.article import article
from weekly.review.preview import renderer
from weekly.store.announcements import Announcement
from weekly.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementOutcome:
    """What became of the announcement at one place."""

    destination: str
    state: State
    detail: str
    fresh: bool = False
    """Whether it was this run that announced it."""

    @property
    def is_settled(self) -> bool:
        """Whether it is there, or needs nobody to look."""
        return self.state is State.SENT


def announce(workspace: Workspace, week: Week, to: str = "") -> Iterator[AnnouncementOutcome]:
    """Announces the issue of *week* at every place that the settings name, or only at the one called *to*.

    A place that fails does not keep the others from theirs. What is at a place already is not announced there again,
    nor where nobody knows whether it is; a destination that may be repeated is. Raises StageError when the week is
    not published or no such place is set.
    """
    issue = published_issue(workspace, week)
    places, post = destinations(workspace, to), post_of(workspace, issue)
    for name, place in places.items():
        yield _announce_at(workspace, week, name, place, post)


def plans(workspace: Workspace, week: Week, to: str = "") -> Iterator[tuple[str, str, bool]]:
    """What `announce` would do at each place, in words, and whether it could; changes and sends nothing."""
    issue = published_issue(workspace, week)
    places, post = destinations(workspace, to), post_of(workspace, issue)
    with workspace.store.read() as tx:
        known = {announcement.destination: announcement for announcement in tx.announcements.rows(week)}
    for name, place in places.items():
        stands = known.get(name)
        if stands is not None and stands.state in {State.SENT, State.UNCERTAIN} and not place.repeatable:
            yield name, _explain(stands).detail, True
            continue
        try:
            yield name, place.plan(post), True
        except WeeklyError as error:
            yield name, str(error), False
        except Exception as error:  # noqa: BLE001 - a plugin's fault is its own, and the others say what they would do
            yield name, unexpected(error), False


def destinations(workspace: Workspace, to: str = "") -> Mapping[str, Destination]:
    """The places that the settings name, by name; raises StageError when *to* is none of them or there are none."""
    known = {}
    for name, create in parts("destinations"):
        if (place := _made(name, create, workspace.context("destinations", name))) is not None:
            known[name] = place
    if not known:
        raise StageError("no destination is set: add [destinations.git], [destinations.webhook], … to weekly.toml")
    if to and to not in known:
        raise StageError(f"no destination is called {to[:80]!r}{did_you_mean(to, known)}")
    return {to: known[to]} if to else known


def _made(
    name: str, create: Callable[[PluginContext], Destination | None], context: PluginContext
) -> Destination | None:
    if is_ours(create):
        return create(context)
    budget = Budget(context.settings.plugins.seconds)
    theirs, why_not = ask(budget, lambda: create(context))
    return PluginDestination(name, theirs, budget, why_not) if theirs is not None or why_not else None


def post_of(workspace: Workspace, issue: Issue) -> Post:
    """The issue in the forms that destinations take; raises StageError while it is not in the archive."""
    week, render = Week.parse(issue.week), renderer(workspace)
    if not issue.files:
        raise StageError(f"{week} is not in the archive yet: run 'weekly publish --week {week}' first")
    errata: dict[str, list[str]] = {}
    for erratum in errata_of(workspace, week):
        errata.setdefault(erratum.card, []).append(erratum.text)
    address = render.address(week)
    markup, text = article(issue, workspace.settings, workspace.environment, errata, address)
    return Post(
        week=issue.week,
        number=issue.number,
        hash=issue.hash,
        title=render.title(issue.draft),
        newsletter=workspace.settings.newsletter.title,
        language=issue.draft.language,
        address=address,
        lines=tuple(CardLine(name=card.name, line=card.line) for card in issue.draft.cards),
        article=markup,
        text=text,
        archive=workspace.archive,
        at=workspace.clock(),
    )


def _announce_at(workspace: Workspace, week: Week, name: str, place: Destination, post: Post) -> AnnouncementOutcome:
    me = processes.identity()
    with workspace.store.write() as tx:
        standing = tx.announcements.begin(
            week,
            name,
            content=post.hash,
            holder=me,
            at=workspace.clock(),
            gone=processes.has_ended,
            repeatable=place.repeatable,
        )
    if standing is not None:
        return _explain(standing)
    state, detail = _outcome(place, post)
    with workspace.store.write() as tx:
        tx.announcements.settle(week, name, me, state, detail)
    return AnnouncementOutcome(destination=name, state=state, detail=detail, fresh=True)


def _outcome(place: Destination, post: Post) -> tuple[State, str]:
    try:
        return State.SENT, place.announce(post)
    except Unanswered as error:
        return State.UNCERTAIN, str(error)
    except WeeklyError as error:
        return State.FAILED, str(error)
    except Exception as error:  # noqa: BLE001 - a plugin's fault is its own, and nobody knows how far it came
        unknown = State.FAILED if place.repeatable else State.UNCERTAIN
        return unknown, unexpected(error)


def _explain(row: Announcement) -> AnnouncementOutcome:
    """What keeps an announcement from leaving, in words."""
    if row.state is State.SENT:
        told = f"announced before, {row.at:%Y-%m-%d %H:%M} UTC: {row.detail}"
    elif row.state is State.SENDING:
        told = "another process is announcing it"
    else:
        told = f"nobody knows whether it arrived ({row.detail}): look there, then 'weekly announcements resolve'"
    return AnnouncementOutcome(destination=row.destination, state=row.state, detail=told)
