"""Where a relay tells by HTTP what came back; only who knows the secret of the settings is heard."""

from __future__ import annotations

import hmac
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from weekly.delivery.bounce_events import apply_events, read_events
from weekly.errors import ParseError, SettingsError
from weekly.settings import secret
from weekly.workspace import Workspace

BOUNCES = "/hooks/bounces"
SECRET = "WEEKLY_HOOK_SECRET"  # noqa: S105 - the name of the variable
SHORTEST = 32
"""Characters of the secret."""
LARGEST = 1_000_000
"""Bytes of a request: 1,000 events of 1,000 bytes."""


def routes(workspace: Workspace) -> list[Route]:
    """Where events are taken: nowhere without a secret. Raises SettingsError for one that can be guessed."""
    known = secret(SECRET)
    if not known:
        return []
    if len(known) < SHORTEST:
        raise SettingsError(
            f"{SECRET}: {len(known)} characters can be guessed, {SHORTEST} are needed: set a longer one, for example"
            " of 'openssl rand -hex 32'"
        )

    async def bounces(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), known.encode()):
            return JSONResponse({"error": f"Authorization: Bearer with {SECRET} is wanted"}, 401)
        try:
            events = read_events(await request.body())
        except ParseError as error:
            return JSONResponse({"error": str(error)}, 400)
        counts = await run_in_threadpool(apply_events, workspace.store, events, workspace.now())
        return JSONResponse(asdict(counts))

    return [Route(BOUNCES, bounces, methods=["POST"])]
