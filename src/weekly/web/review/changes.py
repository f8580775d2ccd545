"""What others do while a page is open: asked for by a request that waits until there is something to tell."""

from __future__ import annotations

import asyncio
import time

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from weekly.web.review import template_context
from weekly.web.review.pages import status
from weekly.web.review.visit import Visit, answer, enter, read_body

WAIT = 20.0
"""Seconds after which a page is answered although nothing has changed: it asks again, and so is known to be here."""
LOOK = 0.3
"""Seconds between two looks into the database, where other processes write too."""
QUIET = 4
"""Looks at most during which changes may follow each other before they are told together."""


async def presence(request: Request) -> Response:
    """Notes who is here and what they have open, and tells of the others.

    Without `since` that is answered at once; with the version that the page knows, when another one stands.
    """
    body = await read_body(request)
    visit = await run_in_threadpool(enter, request, body)
    if isinstance(visit, Response):
        return visit
    if visit.sent("since"):
        await run_in_threadpool(_note, visit)
        await _changed(visit)
        return await run_in_threadpool(answer, request, status, body)
    return await run_in_threadpool(answer, request, note_presence, body)


def note_presence(visit: Visit) -> Response:
    """Who is here, and how the week stands."""
    _note(visit)
    return JSONResponse({**template_context.state(visit), **template_context.company(visit)})


def _note(visit: Visit) -> None:
    workspace, card = visit.site.workspace, visit.sent("card")[:500]
    with workspace.store.write() as tx:
        tx.reviews.set_presence(visit.week, visit.editor, card, workspace.clock())


async def _changed(visit: Visit) -> None:
    """Returns when another version stands than the page knows, or after `WAIT`, or when nobody waits any more."""
    until, known = time.monotonic() + WAIT, visit.sent("since")
    while (stands := await run_in_threadpool(template_context.version, visit)) == known:
        if time.monotonic() > until or await visit.request.is_disconnected():
            return
        await asyncio.sleep(LOOK)
    for _ in range(QUIET):
        await asyncio.sleep(LOOK)
        known, stands = stands, await run_in_threadpool(template_context.version, visit)
        if stands == known:
            return
