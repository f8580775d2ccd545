"""Unpacking what a host packed, within a limit."""

from __future__ import annotations

import zlib

from weekly.errors import FetchError, Refused

LIMIT = 10 * 1024 * 1024
"""Bytes of an answer, decoded, beyond which it is refused."""


def gunzipped(body: bytes, url: str, limit: int) -> bytes:
    """*body*, a gzip file, unpacked; raises Refused beyond *limit* bytes, FetchError when it is broken."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        whole = unpacking.decompress(body, limit)
    except zlib.error as error:
        raise FetchError(f"{url}: the answer is broken: {error}", url=url, status=200) from error
    if not (unpacking.eof or unpacking.unconsumed_tail):
        raise FetchError(f"{url}: the answer is broken: cut off", url=url, status=200)
    if unpacking.unconsumed_tail:
        raise Refused(f"{url}: more than the {limit:,} bytes taken", url=url)
    return whole
