"""The icon of the archive, drawn without a library so that it is the same bytes everywhere."""

from __future__ import annotations

import struct
from collections.abc import Iterator

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="6" fill="#1450a3"/>
<path d="M7 9h18M7 16h18M7 23h11" stroke="#fff" stroke-width="3"/></svg>
"""
_SIDE = 32
_BLUE, _WHITE, _NONE = b"\xa3\x50\x14\xff", b"\xff\xff\xff\xff", b"\0\0\0\0"
"""Blue, green, red and how opaque, as a bitmap has them."""
_CORNER = 6
_LINES = {8: 25, 9: 25, 10: 25, 15: 25, 16: 25, 17: 25, 22: 18, 23: 18, 24: 18}
"""The rows that are written on, and how far."""
_MARGIN = 7


def ico() -> bytes:
    """The same as an icon file with one bitmap (https://learn.microsoft.com/en-us/previous-versions/ms997538(v=msdn.10))."""
    pixels = b"".join(_row(row) for row in reversed(range(_SIDE)))  # bitmaps stand on their heads
    mask = bytes(_SIDE * _SIDE // 8)
    head = struct.pack("<IiiHHIIiiII", 40, _SIDE, 2 * _SIDE, 1, 32, 0, len(pixels) + len(mask), 0, 0, 0, 0)
    image = head + pixels + mask
    return struct.pack("<HHHBBBBHHII", 0, 1, 1, _SIDE, _SIDE, 0, 0, 1, 32, len(image), 22) + image


def _row(row: int) -> bytes:
    return b"".join(_pixels(row))


def _pixels(row: int) -> Iterator[bytes]:
    for column in range(_SIDE):
        across, down = (max(_CORNER - at, at - (_SIDE - 1 - _CORNER), 0) for at in (column, row))
        if across**2 + down**2 > _CORNER**2:
            yield _NONE
        else:
            yield _WHITE if _MARGIN <= column < _LINES.get(row, 0) else _BLUE
