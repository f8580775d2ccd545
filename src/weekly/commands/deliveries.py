"""deliveries, test-send: who got the mail of an issue."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from weekly.commands.console import (
    READERS,
    JsonOption,
    MailingOption,
    WeekOption,
    command_workspace,
    opened_mailing,
    opened_week,
    say,
    say_json,
    say_table,
)
from weekly.errors import WeeklyError

deliveries = App(name="deliveries", help="Who got the mail of an issue.", group=READERS)
_FIELDS = ("email", "state", "attempts", "due_at", "detail")
AnyState = Literal["pending", "sending", "sent", "failed", "uncertain", "suppressed", "skipped"]


@deliveries.default
def counts(*, week: MailingOption = None, json: JsonOption = False) -> None:
    """How many of the audience stand where; the five counts add up to it, the skipped ones are beside it."""
    with opened_mailing(week) as (workspace, chosen), workspace.store.read() as tx:
        counts = tx.deliveries.counts(chosen)
    if json:
        say_json(counts)
    else:
        say_table(tuple(counts), [tuple(counts.values())], right=tuple(counts))


@deliveries.command(name="list")
def list_(
    *,
    week: MailingOption = None,
    state: Annotated[AnyState | None, Parameter(help="Only these.")] = None,
    to: Annotated[str, Parameter(help="Only this address.")] = "",
    json: JsonOption = False,
) -> None:
    """Each delivery: where it stands, how often it was tried, what the mail server said."""
    with opened_mailing(week) as (workspace, chosen), workspace.store.read() as tx:
        found = tx.deliveries.rows(chosen, state or "", to)
        rows = [{**row, "due_at": row["due_at"].isoformat()} for row in found]
    if json:
        say_json(rows)
    else:
        say_table(_FIELDS, [[row[name] for name in _FIELDS] for row in rows])


@deliveries.command
def resolve(
    *,
    week: MailingOption = None,
    as_: Annotated[Literal["sent", "retry"], Parameter(name="--as", help="They arrived, or try again.")],
    to: Annotated[str, Parameter(help="Only this address.")] = "",
) -> None:
    """Decides the uncertain ones, of which nobody knows whether they arrived; a retry takes the failed ones along.

    Who is suppressed meanwhile stays out: see 'weekly suppressions'.
    """
    from weekly.models import State

    state, of = (State.SENT, (State.UNCERTAIN,)) if as_ == "sent" else (State.PENDING, (State.UNCERTAIN, State.FAILED))
    with opened_mailing(week) as (workspace, chosen), workspace.store.write() as tx:
        changed = tx.deliveries.resolve(chosen, state, to, workspace.now(), of=of)
    if to and not any(changed.values()):
        raise WeeklyError(
            f"{chosen}: no {' or '.join(of)} delivery to {to} of somebody who gets mail:"
            f" see 'weekly deliveries list --week {chosen}' and 'weekly suppressions show {to}'"
        )
    say(f"{chosen}: {', '.join(f'{count} {name}' for name, count in changed.items())} now {state.value}")


@deliveries.command
def recover() -> None:
    """Lets a ledger send again: after a database was restored from a backup, or the secret of the links was lost.

    What may have been sent since the backup becomes uncertain: 'weekly deliveries resolve' decides about it.
    """
    from weekly.delivery import safeguards

    with command_workspace(mends=True) as workspace:
        doubted = safeguards.recover(workspace)
    for week, count in doubted.items():
        say(f"{week}: {count} may have been sent, and are uncertain: 'weekly deliveries resolve --week {week}' decides")
    say("mail may be sent from this database, with this secret")


def send_test(
    *,
    week: WeekOption = None,
    to: Annotated[str, Parameter(help="Who gets it.")],
    draft: Annotated[
        bool, Parameter(negative="", help="The draft as it stands, before anything is published.")
    ] = False,
) -> None:
    """Sends the exact mail of the week to one address, its subject marked."""
    from weekly.delivery.deliver import send_test_mail
    from weekly.models import State
    from weekly.subscribers.addresses import address

    with opened_week(week) as (workspace, chosen):
        outcome = send_test_mail(workspace, chosen, address(to), of_draft=draft)
    if outcome.state is not State.SENT:
        raise WeeklyError(f"{chosen}: test mail to {to}: {outcome.state.value}: {outcome.detail}")
    say(f"{chosen}: test mail to {to}: {outcome.state.value} {outcome.detail}")
