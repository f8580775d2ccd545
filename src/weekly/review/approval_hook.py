"""Calls the owner's webhook when a draft is approved.

The address is `[review] on_approval`; where that is empty, what a deployment of the flows has left in
`.weekly/on_approval`. It gets a POST of JSON in the form that a Prefect server takes at
`/api/deployments/{id}/create_flow_run`: a run of `publish-issue` for the week, at the moment from which the approved
issue may be published. Nothing depends on its being heard: what looks for approvals every ten minutes finds this one.
"""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from weekly.store.drafts import Revision
from weekly.text import one_line
from weekly.workspace import Workspace

TIMEOUT = 3.0
"""Seconds that an approval may wait for whoever is told of it."""
FILE = Path(".weekly") / "on_approval"
_log = logging.getLogger(__name__)


def address(workspace: Workspace) -> str:
    """Who is told of approvals; empty for nobody."""
    if given := workspace.settings.review.on_approval:
        return given
    try:
        left = (workspace.root / FILE).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return left if left.startswith(("http://", "https://")) else ""


def call(workspace: Workspace, revision: Revision, due_at: datetime | None) -> bool:
    """Tells whoever wants to know that *revision* is approved, and whether that was heard; never raises."""
    url = address(workspace)
    if not url:
        return False
    body = _body(revision, due_at)
    try:
        with httpx.Client(timeout=TIMEOUT) as client:
            answer = client.post(url, json=body)
            if answer.status_code == httpx.codes.FORBIDDEN and (token := _token(client, url)):
                answer = client.post(url, json=body, headers=token)
        fault = "" if answer.is_success else f"HTTP {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError) as error:
        fault = one_line(str(error), 200) or type(error).__name__
    if fault:
        host = urlsplit(url).hostname  # the rest of the address may hold a secret
        _log.warning("%s is approved; %s was not told (%s): the next look finds it", revision.week, host, fault)
    return not fault


def _token(client: httpx.Client, url: str) -> dict[str, str]:
    """What a Prefect server with CSRF protection wants to see in a request; empty where there is none to be had."""
    api, found, _ = url.partition("/deployments/")
    name = secrets.token_hex(8)
    answer = client.get(f"{api}/csrf-token", params={"client": name}) if found else None
    if answer is None or not answer.is_success:
        return {}
    return {"Prefect-Csrf-Token": str(answer.json()["token"]), "Prefect-Csrf-Client": name}


def _body(revision: Revision, due_at: datetime | None) -> dict[str, Any]:
    # Another key for each approval: the same content may be approved again after it was withdrawn.
    key = f"approved {revision.week} {revision.hash[:16]} {secrets.token_hex(8)}"
    body: dict[str, Any] = {"parameters": {"week": revision.week}, "tags": ["approved"], "idempotency_key": key}
    if due_at is None:
        return body
    moment = due_at.astimezone(UTC).isoformat()
    return {**body, "state": {"type": "SCHEDULED", "state_details": {"scheduled_time": moment}}}
