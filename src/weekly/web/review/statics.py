"""What the pages load beside themselves, compressed once and not for every browser that asks."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from weekly.web.review.site import SCRIPT, STATIC


@dataclass(frozen=True, slots=True)
class Static:
    """A file as it is sent."""

    kind: str
    plain: bytes
    packed: bytes


def _static(kind: str, plain: bytes) -> Static:
    return Static(kind, plain, gzip.compress(plain, 9, mtime=0))


_FILES = {
    "review.js": _static("text/javascript", SCRIPT.encode()),
    "review.css": _static("text/css", (STATIC / "review" / "review.css").read_bytes()),
    "icon.svg": _static("image/svg+xml", (STATIC / "review" / "icon.svg").read_bytes()),
}


async def static(request: Request) -> Response:
    """One of them, packed for whoever takes it so."""
    found = _FILES.get(request.path_params["file"])
    if found is None:
        raise HTTPException(404, "No such file.")
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(found.plain, media_type=found.kind, headers={"Vary": "Accept-Encoding"})
    headers = {"Vary": "Accept-Encoding", "Content-Encoding": "gzip"}
    return Response(found.packed, media_type=found.kind, headers=headers)
