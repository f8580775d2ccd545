"""review: serves the review page; and the editors' decisions from the command line."""

from __future__ import annotations

import secrets
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands.console import (
    LIFE,
    ByOption,
    HostOption,
    JsonOption,
    PortOption,
    WeekOption,
    command_workspace,
    note,
    opened_week,
    say,
    say_json,
    say_table,
)
from weekly.errors import SettingsError, WeeklyError

review = App(name="review", help="The review page, where an editor turns a draft into an approved issue.", group=LIFE)


@review.default
def serve(*, port: PortOption = 8765, host: HostOption = "127.0.0.1") -> None:
    """Serves the review page until it is interrupted; its address is the first line on stdout."""
    from weekly.settings import secret
    from weekly.web.review.access import SHORTEST_TOKEN
    from weekly.web.review.app import create
    from weekly.web.serving import listening, run

    with command_workspace() as workspace, listening(host, port) as (listener, address):
        token = secret("WEEKLY_REVIEW_TOKEN")
        if not token:
            token = secrets.token_urlsafe(24)
            way_in = f"{address}/review/{workspace.this_week}?token={token}"
            note(f"WEEKLY_REVIEW_TOKEN is not set; for this run: {way_in}")
        elif len(token) < SHORTEST_TOKEN:
            raise SettingsError(
                f"WEEKLY_REVIEW_TOKEN: {len(token)} characters can be guessed, {SHORTEST_TOKEN} are needed:"
                " set a longer one, for example of 'openssl rand -hex 16'"
            )
        page = create(workspace, token)
        page.state.site.prepare()
        run(page, listener, workspace.settings.serve.trusted_proxies)


@review.command
def log(*, week: WeekOption = None, json: JsonOption = False) -> None:
    """What editors did to the week, newest first: who, when, what, on which card."""
    with opened_week(week) as (workspace, chosen), workspace.store.read() as tx:
        entries = tx.reviews.history(chosen)
    if json:
        rows = [
            {
                "at": entry.at.isoformat(),
                "by": entry.by,
                "action": entry.action,
                "card": entry.card,
                "data": dict(entry.data),
            }
            for entry in entries
        ]
        say_json(rows)
        return
    say_table(
        ("at", "by", "action", "card"), [(f"{entry.at:%F %T}", entry.by, entry.action, entry.card) for entry in entries]
    )


@review.command
def decide(
    action: Annotated[str, Parameter(help="accept, reject, later or pending.")],
    /,
    *ids: Annotated[str, Parameter(help="Candidates, as 'weekly candidates' names them; or addresses to accept.")],
    week: WeekOption = None,
    by: ByOption = "editor",
) -> None:
    """Decides about candidates, as the page does; what no source brought is accepted by its address."""
    from weekly.models import Status
    from weekly.review.add import add_address
    from weekly.review.decide import decide, decide_undrafted

    known = {"accept": Status.ACCEPTED, "reject": Status.REJECTED, "later": Status.LATER, "pending": Status.PENDING}
    if action not in known or not ids:
        raise WeeklyError("write accept, reject, later or pending and the ids of candidates: see 'weekly candidates'")
    with opened_week(week) as (workspace, chosen):
        with workspace.store.read() as tx:
            candidates = tx.candidates.statuses(chosen)
        for identifier in ids:
            if action == "accept" and identifier not in candidates and "://" in identifier:
                add_address(workspace, chosen, identifier, by)
            elif not decide_undrafted(workspace, chosen, identifier, known[action], by):
                decide(workspace, chosen, identifier, known[action], by)
    say(f"{chosen}: {known[action]}: {', '.join(ids)}")


@review.command
def write(
    *,
    title: Annotated[str, Parameter(help="What it is called.")],
    text: Annotated[str, Parameter(help="Markdown; your word is its evidence.")],
    line: Annotated[str, Parameter(help="What it is, in one line.")] = "",
    url: Annotated[str, Parameter(help="Where it leads.")] = "",
    topic: Annotated[str, Parameter(help="The slug of its topic; else it is classified.")] = "",
    week: WeekOption = None,
    by: ByOption = "editor",
) -> None:
    """Adds an item that no source brought, written by hand, and accepts it."""
    from weekly.review.add import add_item

    with opened_week(week) as (workspace, chosen):
        identifier = add_item(workspace, chosen, by, title=title, text=text, line=line, url=url, topic=topic)
    say(f"{chosen}: accepted: {identifier}")


@review.command
def merge(
    candidate: Annotated[str, Parameter(help="The candidate that stays, as 'weekly candidates' names it.")],
    other: Annotated[str, Parameter(help="The one that is the same work: its id or its address.")],
    /,
    *,
    week: WeekOption = None,
    by: ByOption = "editor",
) -> None:
    """Makes one of two candidates that are the same work, with the links and sources of both."""
    from weekly.review.regroup import merge

    with opened_week(week) as (workspace, chosen):
        gone = merge(workspace, chosen, candidate, other, by)
    say(f"{chosen}: {gone} is part of {candidate}")


@review.command
def split(
    candidate: Annotated[str, Parameter(help="The candidate, as 'weekly candidates' names it.")],
    address: Annotated[str, Parameter(help="Its source that is another work, by an address among its 'also'.")],
    /,
    *,
    week: WeekOption = None,
    by: ByOption = "editor",
) -> None:
    """Makes a source of a candidate a candidate of its own."""
    from weekly.review.regroup import find_source, split

    with opened_week(week) as (workspace, chosen):
        entry = find_source(workspace, chosen, candidate, address)
        new = split(workspace, chosen, candidate, entry.source, entry.key, by)
    say(f"{chosen}: {new} is a candidate of its own")


@review.command
def undo(*, week: WeekOption = None, by: ByOption = "editor") -> None:
    """Takes the last act of the same person back, texts excepted, unless somebody else has changed the same since."""
    from weekly.review.undo import undo

    with opened_week(week) as (workspace, chosen):
        entry = undo(workspace, chosen, by)
    say(f"{chosen}: taken back: {entry.action} {entry.card}".rstrip() if entry else f"{chosen}: nothing to undo")


@review.command
def withdraw(*, week: WeekOption = None, by: ByOption = "editor") -> None:
    """Takes the approval back as long as nothing is published."""
    from weekly.review.approve import withdraw

    with opened_week(week) as (workspace, chosen):
        withdraw(workspace, chosen, by)
    say(f"{chosen}: the approval is withdrawn")


sessions = App(name="sessions", help="What opens the review page without its token: sign-ins, and links for guests.")
review.command(sessions)


@sessions.default
def list_sessions(*, json: JsonOption = False) -> None:
    """Who is signed in since when and from where, and which links for guests are open."""
    from dataclasses import asdict

    from weekly.review.sessions import ways_in

    with command_workspace() as workspace:
        rows = [asdict(one) for one in ways_in(workspace)]
    rows = [{**row, **{name: row[name] and f"{row[name]:%F %T}Z" for name in ("since", "until")}} for row in rows]
    if json:
        say_json(rows)
        return
    columns = ("key", "kind", "who", "since", "until", "detail")
    say_table(columns, [[row[name] or "" for name in columns] for row in rows])


@sessions.command(name="revoke")
def revoke_sessions(
    *keys: Annotated[str, Parameter(help="Sessions or links, as 'weekly review sessions' names them.")],
    all_: Annotated[bool, Parameter(name="--all", negative="", help="Every one: each editor signs in anew.")] = False,
    by: ByOption = "owner",
) -> None:
    """Ends sessions and links: from then on they open nothing."""
    from weekly.review.sessions import revoke_all, revoke_way_in

    if all_ is bool(keys):
        raise WeeklyError("name what to end, or write --all: see 'weekly review sessions'")
    with command_workspace() as workspace:
        count = revoke_all(workspace, by) if all_ else len(keys)
        for key in keys:
            revoke_way_in(workspace, key, by)
    say(f"{count} ended")
