"""bounces: reports of mail servers about mail that was not delivered."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter

from weekly.commands.console import READERS, JsonOption, command_workspace, note, say, say_json, say_table

bounces = App(name="bounces", help="What came back.", group=READERS)
_FIELDS = ("week", "domain", "kind", "cause", "count", "detail")


@bounces.default
def take_reports(
    place: Annotated[
        str, Parameter(help="A Maildir, an mbox file, a folder of .eml files, or imaps://USER@HOST/FOLDER.")
    ],
    /,
    *,
    json: JsonOption = False,
) -> None:
    """Reads reports: hard bounces and complaints end the mail to an address, soft ones count."""
    from weekly.delivery.bounces import process_reports
    from weekly.delivery.mailboxes import messages

    with command_workspace() as workspace:
        mails = messages(place, workspace.settings.schedule.mailbox_token_command)
        tally = asdict(process_reports(workspace.store, workspace.signer, mails, workspace.now()))
    if json:
        say_json(tally)
    else:
        if tally["held"]:
            note("most mails of an issue came back for good: that is about the relay, and nobody is dropped")
        for mail in tally.pop("unrecognized"):
            note(f"{mail['reason']}: {mail['sender']}: {mail['subject']}")
        say(", ".join(f"{count} {name}" for name, count in tally.items()))


@bounces.command
def report(*, json: JsonOption = False) -> None:
    """What came back or was refused at once, by week, domain and reason, with the words of a mail server."""
    from weekly.delivery.bounce_report import bounce_report

    with command_workspace() as workspace, workspace.store.read() as tx:
        rows = bounce_report(tx)
    if json:
        say_json(rows)
    else:
        say_table(_FIELDS, [[row[name] for name in _FIELDS] for row in rows], right=("count",))
