"""Pictures checked by their content and made fit for mail and web, in bounded time and memory."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

WIDEST = 1200
"""Pixels."""
TALLEST = 3 * WIDEST
HEAVIEST = 300_000
"""Bytes."""
SMALLEST = 64
"""Pixels; what is smaller is an icon or a tracker."""
MOST_PIXELS = 25_000_000
"""Four bytes each when decoded, and as much again while colours are converted."""
MOST_SCANS = 100
"""Of a progressive JPEG, each of which is decoded over the whole picture; encoders write about ten."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""What browsers show and Pillow decodes without a helper program."""
_KEPT_AS_THEY_ARE = {"PNG": ".png", "JPEG": ".jpg"}
_JPEG = frozenset({"JPEG", "MPO"})
_SCAN = b"\xff\xda"


class UnfitPicture(Exception):
    """Why a picture is not used, in words for the editor."""


def fit(body: bytes, url: str) -> tuple[bytes, str, tuple[int, int]]:
    """The picture's bytes made fit, their file suffix, and width and height in pixels; raises UnfitPicture alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound is lower
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                return _fit(image, body)
    except (UnfitPicture, MemoryError):
        raise
    except UnidentifiedImageError as error:
        raise UnfitPicture(f"no picture: {url} does not hold one that can be used: PNG, JPEG, GIF or WebP") from error
    except Exception as error:  # decoders raise whatever they stumble over
        raise UnfitPicture(f"no picture: {url} is broken: {type(error).__name__}: {error}") from error


def _fit(image: Image.Image, body: bytes) -> tuple[bytes, str, tuple[int, int]]:
    _check(image, body)
    width, height = image.size
    as_it_is = width <= WIDEST and height <= TALLEST and len(body) <= HEAVIEST
    if not as_it_is and image.format in _JPEG:
        image.draft(None, (WIDEST, TALLEST))  # decodes at a half, a quarter or an eighth where that is enough
    image.load()
    if as_it_is and image.format in _KEPT_AS_THEY_ARE and getattr(image, "n_frames", 1) == 1:
        return body, _KEPT_AS_THEY_ARE[image.format], (width, height)
    image.seek(0)
    see_through = "transparency" in image.info or image.mode in {"RGBA", "LA", "PA"}
    frame = image.convert("RGBA" if see_through else "RGB")
    frame.thumbnail((WIDEST, TALLEST), Image.Resampling.LANCZOS)
    if see_through:  # pictures of papers are drawn for white paper
        white = Image.new("RGBA", frame.size, "white")
        frame = Image.alpha_composite(white, frame).convert("RGB")
    for quality in (88, 75, 60, 45):
        out = io.BytesIO()
        frame.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= HEAVIEST:
            return out.getvalue(), ".jpg", frame.size
    raise UnfitPicture(f"no picture: {frame.width} × {frame.height} pixels do not fit into {HEAVIEST:,} bytes")


def _check(image: Image.Image, body: bytes) -> None:
    width, height = image.size
    shown = min(1.0, WIDEST / width, TALLEST / height) * min(width, height)
    if shown < SMALLEST:
        raise UnfitPicture(f"no picture: {width} × {height} pixels are too few, or too narrow")
    if width * height > MOST_PIXELS:
        raise UnfitPicture(f"no picture: {width} × {height} pixels are too many")
    if image.format in _JPEG and body.count(_SCAN) > MOST_SCANS:
        raise UnfitPicture(f"no picture: {body.count(_SCAN)} scans are too many")
