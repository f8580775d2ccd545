"""Pictures, fetched through our client, checked by content, made fit for mail and web, kept by content hash."""

from __future__ import annotations

import hashlib
import io
import warnings
from pathlib import Path
from urllib.parse import urljoin

from lxml import etree, html
from PIL import Image, UnidentifiedImageError

from weekly import files
from weekly.errors import FetchError
from weekly.models import Picture
from weekly.net.client import Fetcher
from weekly.text import one_line

WIDEST = 1200
"""Pixels."""
HEAVIEST = 300_000
"""Bytes."""
SMALLEST = 64
"""Pixels; what is smaller is an icon or a tracker."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
"""Of Pillow's many readers only those that every browser has an equal of are asked."""
_MOST_PIXELS = 60_000_000
_HIGHEST = 20_000
"""Pixels."""
_MOST_SCANS = 40
"""Of a progressive JPEG, each of which is decoded over the whole picture; usual ones have ten."""
_SCAN = b"\xff\xda"
"""Start of scan (ITU-T T.81, table B.1); within a scan an 0xFF is followed by 0x00."""
_PILLOW_TOO = (RuntimeError, TypeError, NotImplementedError, AttributeError, IndexError, MemoryError)
"""What Pillow raises of broken files beside its own errors."""
_KEPT_AS_THEY_ARE = {"PNG": ".png", "JPEG": ".jpg"}


class UnfitPicture(Exception):
    """Why a picture is not used, in words for the editor."""


class Pictures:
    """The pictures of a workspace's drafts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, fetcher: Fetcher, url: str, alt: str) -> Picture:
        """The picture at *url*, stored; raises UnfitPicture, in words, when there is none that can be used."""
        try:
            body = fetcher.get(url).body
        except FetchError as error:
            raise UnfitPicture(f"no picture: {error}") from error
        return self.keep(body, url, alt)

    def keep(self, body: bytes, url: str, alt: str) -> Picture:
        """The picture that *body* is, stored; raises UnfitPicture as `fetch` does."""
        data, suffix, size = fit(body, url or "the file")
        name = hashlib.sha256(data).hexdigest()[:20] + suffix
        files.replace(self._folder / name, data, durable=True)
        return Picture(file=name, alt=one_line(alt, 200), origin=url, width=size[0], height=size[1])

    def path(self, picture: Picture) -> Path:
        """Where the picture's file is."""
        return self._folder / picture.file


def fit(body: bytes, url: str) -> tuple[bytes, str, tuple[int, int]]:
    """The picture's bytes made fit, their file suffix, and width and height in pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=FORMATS) as image:
                return _fit(image, body)
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnfitPicture(f"no picture: {url} does not hold one that can be used: PNG, JPEG, GIF or WebP") from error
    except (OSError, ValueError, SyntaxError, EOFError, *_PILLOW_TOO) as error:
        raise UnfitPicture(f"no picture: {url} is broken: {error}") from error


def _fit(image: Image.Image, body: bytes) -> tuple[bytes, str, tuple[int, int]]:
    if min(image.size) < SMALLEST:
        raise UnfitPicture(f"no picture: {image.width} × {image.height} pixels are too few")
    if image.width * image.height > _MOST_PIXELS:
        raise UnfitPicture(f"no picture: {image.width} × {image.height} pixels are too many")
    if image.height > _HIGHEST:
        raise UnfitPicture(f"no picture: {image.height} pixels are too high: at most {_HIGHEST:,}")
    if image.format in {"JPEG", "MPO"} and (scans := body.count(_SCAN)) > _MOST_SCANS:
        raise UnfitPicture(f"no picture: a JPEG of {scans} scans: at most {_MOST_SCANS} are decoded")
    image.load()
    still = getattr(image, "n_frames", 1) == 1
    if (
        image.format in _KEPT_AS_THEY_ARE
        and still
        and max(image.width, image.height / 3) <= WIDEST
        and len(body) <= HEAVIEST
    ):
        return body, _KEPT_AS_THEY_ARE[image.format], image.size
    image.seek(0)
    see_through = "transparency" in image.info or image.mode in {"RGBA", "LA", "PA"}
    frame = image.convert("RGBA" if see_through else "RGB")
    frame.thumbnail((WIDEST, WIDEST * 3), Image.Resampling.LANCZOS)
    if see_through:  # pictures of papers are drawn for white paper
        white = Image.new("RGBA", frame.size, "white")
        frame = Image.alpha_composite(white, frame).convert("RGB")
    for quality in (88, 75, 60, 45):
        out = io.BytesIO()
        frame.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= HEAVIEST:
            break
    else:
        raise UnfitPicture(f"no picture: {frame.width} × {frame.height} pixels do not fit into {HEAVIEST:,} bytes")
    return out.getvalue(), ".jpg", frame.size


def preview_address(body: bytes, url: str) -> str:
    """The address of the picture that a web page shows where it is linked to (https://ogp.me/); empty for none."""
    try:
        tree = html.document_fromstring(body[:1_000_000], parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.LxmlError, ValueError):
        return ""
    rule = "//meta[@property='og:image' or @name='og:image' or @name='twitter:image']/@content"
    found = next(iter(tree.xpath(rule)), "")
    return urljoin(url, str(found).strip()) if found else ""
