"""Whose a link in a mail is."""

from __future__ import annotations

from starlette.requests import Request

from weekly.delivery.message import SUBSCRIBER
from weekly.store.subscribers import Subscriber
from weekly.workspace import Workspace

_TAKEN_ALONG = "/.>,;:)]}\"'。，；）"
"""What mail programs take along from the text around a link."""


def token(request: Request) -> str:
    """The token of a link, without marks of the text around it."""
    given: str = request.path_params["token"]
    return given.strip().rstrip(_TAKEN_ALONG)


def find_number(workspace: Workspace, request: Request) -> int | None:
    """The number of the subscriber whose link it is; None when we did not write it."""
    return workspace.signer.read_number(SUBSCRIBER, token(request))


def find_subscriber(workspace: Workspace, request: Request) -> Subscriber | None:
    """The subscriber whose link it is; None for a stranger's, and of one who was erased."""
    if (number := find_number(workspace, request)) is None:
        return None
    with workspace.store.read() as tx:
        return tx.subscribers.find_by_number(number)
