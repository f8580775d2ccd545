"""The picture that other sites show with a link to an issue: its cover and its headline, 1200 by 630 pixels."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
from functools import cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps

from weekly.render.columns import columns

SIZE = (1200, 630)
_BAND = 210
_TITLE, _SMALL = 46, 28
_MARGIN = 56
_LINES = 2
_COLUMNS = 46
_LARGEST = 40_000_000
"""Pixels of a cover that is worth drawing."""
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "C:/Windows/Fonts/msyhbd.ttc",
)


@cache
def _letters(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, size)


@cache
def font() -> str:
    """The file of a font with Chinese letters on this machine, empty when there is none."""
    if known := next((path for path in _FONTS if Path(path).is_file()), ""):
        return known
    if not shutil.which("fc-match"):
        return ""
    asked = ["fc-match", "--format=%{file}\n%{lang}", ":lang=zh-cn:bold"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603 - fixed
    file, _, languages = said.partition("\n")
    return file if "zh-cn" in languages and Path(file).is_file() else ""


def draw(cover: bytes, headline: str, small: str) -> bytes:
    """The picture as a JPEG: *headline* over the *cover*, *small* above it; without a font the cover alone."""
    picture = _background(cover) or _pattern(headline)
    if name := font():
        shade = Image.new("RGBA", (SIZE[0], _BAND), (12, 18, 30, 214))
        picture.paste(shade, (0, SIZE[1] - _BAND), shade)
        pen = ImageDraw.Draw(picture)
        top = SIZE[1] - _BAND + 26
        pen.text((_MARGIN, top), small[:60], font=_letters(name, _SMALL), fill=(168, 196, 236))
        lines = columns(headline, _COLUMNS).split("\n")
        shown = lines[:_LINES] if len(lines) <= _LINES else [*lines[: _LINES - 1], f"{lines[_LINES - 1].rstrip()}…"]
        large = _letters(name, _TITLE)
        for number, line in enumerate(shown):
            pen.text((_MARGIN, top + 44 + number * 60), line.removeprefix("| ")[:60], font=large, fill=(255, 255, 255))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=84)
    return out.getvalue()


def _background(cover: bytes) -> Image.Image | None:
    """The cover cut to size; nothing where there is none or it cannot be read."""
    try:
        with Image.open(io.BytesIO(cover)) as image:
            if image.width * image.height <= _LARGEST:
                return ImageOps.fit(image.convert("RGB"), SIZE, Image.Resampling.BICUBIC, centering=(0.5, 0.4))
    except (OSError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        pass
    return None


def _pattern(headline: str) -> Image.Image:
    """Calm circles on blue, others for each headline and always the same for one.

    Each circle lightens what it covers. In a picture of as many colours as there are ways of being covered, a circle is
    one bit of a point's number, and only these few colours are blended.
    """
    covered = Image.new("L", SIZE)
    colours = Image.new("RGB", (256, 1), (22, 42, 78))
    seed = hashlib.sha256(headline.encode(errors="replace")).digest()
    for number, (across, down, size, light) in enumerate(zip(*(seed[part:28:4] for part in range(4)), strict=True)):
        radius, bit = 90 + size, 1 << number
        circle = Image.new("L", (2 * radius + 1, 2 * radius + 1))
        ImageDraw.Draw(circle).ellipse((0, 0, 2 * radius, 2 * radius), fill=bit)
        left, top = across * SIZE[0] // 255 - radius, down * SIZE[1] // 255 - radius
        box = (left, top, left + circle.width, top + circle.height)
        covered.paste(ImageChops.add(covered.crop(box), circle), box)
        colours.paste((138, 184, 255), mask=_shade(bit, 18 + light // 8))
    covered.putpalette(colours.tobytes())
    return covered.convert("RGB")


def _shade(bit: int, light: int) -> Image.Image:
    """A row of 256 points, *light* where the number of the point has this *bit*."""
    return Image.frombytes("L", (256, 1), (bytes(bit) + bytes([light]) * bit) * (128 // bit))
