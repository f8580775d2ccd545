"""bounces: what came back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from weekly.commands.console import JsonOption, command_workspace, say, say_json


def bounces(
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
        tally = asdict(process_reports(workspace.store, workspace.signer, messages(place), workspace.now()))
    if json:
        say_json(tally)
    else:
        say(", ".join(f"{count} {name}" for name, count in tally.items()))
