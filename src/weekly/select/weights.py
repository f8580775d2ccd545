"""The file that learned weights are kept in, and what a text scores by them.

A line that names the format, then, compressed by zlib: a line of JSON, the words and pairs of words, one a line, and
for each of them one byte per class. Scoring needs nothing beyond the standard library.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from math import log, sqrt
from pathlib import Path
from typing import Any

from weekly.errors import ParseError

FORMAT = b"weekly-weights-1"
ZERO = 128
"""The byte that stands for the weight 0."""
LANE = 32
"""Bits per class in a packed row."""
LARGEST = 64 * 2**20
"""Bytes that a file may unpack to."""
MOST = 64
COUNTS = (0, *(round(16 * (1 + log(count))) for count in range(1, MOST + 1)))
"""What a word that occurs so often counts: 1 + log(count), in sixteenths. Bounded so that no lane runs over: 8,000
words and pairs (`words.LONGEST`, twice) of 255 times 83 are below 2 to the 28th."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A linear model over words and pairs of words, with as many outputs as *classes*."""

    classes: tuple[str, ...]
    bias: tuple[float, ...]
    scale: tuple[float, ...]
    """What one step of a byte is worth, per class."""
    table: Mapping[str, int] = field(repr=False)
    """Per word the bytes of all classes packed into one integer, LANE bits each: adding two rows adds every class."""
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What else the header holds."""

    def scores(self, counts: Mapping[str, int]) -> list[float]:
        """One number per class for a text whose words occur *counts* times; without a known word, the bias."""
        find, once = self.table.get, COUNTS[1]
        # Most words occur once: they are added all at once, the others' further times one by one.
        known = [row for row in map(find, counts) if row is not None]  # a row of nought is a weight too
        total, whole, squares = once * sum(known), once * len(known), once * once * len(known)
        for word, count in counts.items():
            if count > 1 and (row := find(word)) is not None:
                times = COUNTS[min(count, MOST)]
                total += (times - once) * row
                whole += times - once
                squares += times * times - once * once
        if not squares:
            return list(self.bias)
        nought, length, mask = whole * ZERO, sqrt(squares), (1 << LANE) - 1
        return [
            ((total >> LANE * place & mask) - nought) * step / length + base
            for place, (step, base) in enumerate(zip(self.scale, self.bias, strict=True))
        ]

    def loudest(self, counts: Mapping[str, int], place: int, limit: int) -> list[str]:
        """The words that add most to class number *place*, at most *limit*, the loudest first."""
        shift, mask, table = LANE * place, (1 << LANE) - 1, self.table
        worth = [
            (-steps * COUNTS[min(counts[word], MOST)], word)
            for word in counts.keys() & table.keys()
            if (steps := (table[word] >> shift & mask) - ZERO) > 0
        ]
        return [word for _, word in nsmallest(limit, worth)]


def pack(header: Mapping[str, Any], words: Sequence[str], rows: bytes) -> bytes:
    """The content of a file; *rows* holds a byte per word and class, the classes of a word side by side."""
    body = "\n".join(words).encode()
    head = json.dumps({**header, "words": len(words), "text": len(body)}, sort_keys=True).encode()
    return FORMAT + b"\n" + zlib.compress(head + b"\n" + body + rows, 9)


def load(path: Path) -> Weights:
    """The weights in the file at *path*; raises ParseError, naming the file, for anything else."""
    try:
        return unpack(path.read_bytes())
    except OSError as error:
        raise ParseError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise ParseError(f"{path}: not a file of weights ({error}): delete it or learn it anew") from error


def unpack(content: bytes) -> Weights:
    """The weights in *content*; raises ValueError and the like when it is something else."""
    name, _, packed = content.partition(b"\n")
    if name != FORMAT:
        raise ValueError(f"its first line does not say {FORMAT.decode()}")
    head, _, body = zlib.decompressobj().decompress(packed, LARGEST).partition(b"\n")
    header = json.loads(head)
    classes = tuple(str(name) for name in header.pop("classes"))
    bias, scale = (tuple(float(number) for number in header.pop(key)) for key in ("bias", "scale"))
    count, length = int(header.pop("words")), int(header.pop("text"))
    words = body[:length].decode().split("\n") if count else []
    rows = body[length:]
    if not len(classes) == len(bias) == len(scale) or len(words) != count or len(rows) != count * len(classes):
        raise ValueError("its parts do not fit together")
    return Weights(classes=classes, bias=bias, scale=scale, table=_table(words, rows, len(classes)), extra=header)


def _table(words: Sequence[str], rows: bytes, classes: int) -> dict[str, int]:
    spread = bytearray(len(rows) * LANE // 8)
    spread[:: LANE // 8] = rows
    width = classes * LANE // 8
    starts = range(0, len(spread), width) if width else ()
    return {
        word: int.from_bytes(spread[start : start + width], "little")
        for word, start in zip(words, starts, strict=bool(width))
    }
