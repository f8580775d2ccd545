"""suppressions: who gets no mail, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from weekly.commands.console import READERS, JsonOption, command_workspace, say, say_json, say_table
from weekly.errors import WeeklyError

if TYPE_CHECKING:
    from weekly.store.suppressions import Suppression
    from weekly.store.transaction import Transaction

suppressions = App(name="suppressions", help="Who gets no mail, and why.", group=READERS)
_FIELDS = ("email", "reason", "at", "detail")
AnyReason = Literal["unsubscribed", "bounce", "complaint", "owner", "erased"]
ReasonOption = Annotated[AnyReason | None, Parameter(help="Only for this reason.")]
DomainOption = Annotated[str, Parameter(help="Only addresses of this domain.")]
SinceOption = Annotated[date | None, Parameter(help="Only since this day.")]


@suppressions.command(name="list")
def list_(
    *, reason: ReasonOption = None, domain: DomainOption = "", since: SinceOption = None, json: JsonOption = False
) -> None:
    """Every suppression, the newest first; of who was erased, only the hash of the address is known."""
    with command_workspace() as workspace, workspace.store.read() as tx:
        rows = [_row(email, held) for email, held in _chosen(tx, reason, domain, since)]
    if json:
        say_json(rows)
    else:
        say_table(_FIELDS, [[row[name] for name in _FIELDS] for row in rows])


@suppressions.command
def show(email: str, /, *, json: JsonOption = False) -> None:
    """Why one address gets no mail, since when, and what the mail server said."""
    with command_workspace() as workspace, workspace.store.read() as tx:
        held = tx.suppressions.find(email)
    if held is None:
        raise WeeklyError(f"{email} is not on the suppression list")
    row = _row(email, held)
    if json:
        say_json(row)
    else:
        for name, value in row.items():
            say(f"{name}: {value}")


@suppressions.command
def lift(
    email: Annotated[str, Parameter(help="This address; else those that the options choose.")] = "",
    /,
    *,
    reason: ReasonOption = None,
    domain: DomainOption = "",
    since: SinceOption = None,
) -> None:
    """Gives mail again to whom a server or you kept from it; what a reader decided only they take back."""
    if not (email or reason or domain or since):
        raise WeeklyError("whose suppression? Give an address, --reason, --domain or --since")
    with command_workspace() as workspace, workspace.store.write() as tx:
        held = tx.suppressions.find(email) if email else None
        if email and (held is None or held.decided):
            url = workspace.settings.newsletter.url
            why = f"{held.reason} by themselves: only they come back, at {url}/subscribe" if held else "not suppressed"
            raise WeeklyError(f"{email} is {why}")
        emails = [email] if email else [known for known, _ in _chosen(tx, reason, domain, since) if known]
        lifted = tx.subscribers.lift(emails, workspace.now(), "by the owner")
    say(f"{lifted} lifted: what failed to them is sent by 'weekly deliveries resolve --as retry' and 'weekly deliver'")


def _chosen(
    tx: Transaction, reason: AnyReason | None, domain: str, since: date | None
) -> Iterator[tuple[str, Suppression]]:
    """Those that the options choose, each with its address where a subscriber has it."""
    from weekly.store.suppressions import fingerprint

    known = {fingerprint(one.email): one.email for one in tx.subscribers.all() if one.status.value != "active"}
    start = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None
    for held in tx.suppressions.all():
        email = known.get(held.key, "")
        fits = (not domain or email.lower().endswith(f"@{domain.lower()}")) and (start is None or held.at >= start)
        if fits and reason in {None, held.reason.value}:
            yield email, held


def _row(email: str, held: Suppression) -> dict[str, str]:
    return {
        "email": email or f"sha256:{held.key}",
        "reason": held.reason.value,
        "at": held.at.isoformat(),
        "detail": held.detail,
    }
