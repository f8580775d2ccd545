"""What readers see, in a real browser: a picture of each kind of page of it."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageChops

W15 = "2025/W15"
PAGES = {
    "index": "index.html",
    "issue": f"{W15}/index.html",
    "topic": "topics/video_generation/index.html",
    "depth": "topics/video_generation/2025-W15.html",
    "collection": "collections/video.html",
    "handbook": "handbook/video.html",
    "search": "search.html?q=视频",
    "years": "years/2025.html",
    "topics": "topics/index.html",
    "collections": "collections/index.html",
    "tags": "tags/index.html",
    "tag": "tags/视频生成.html",
    "institutions": "institutions/index.html",
    "people": "people/index.html",
    "step": "steps/2025-W15-next.html",
    "missing": "404.html",
}
"""Each kind of page, from the archive's top."""
PICTURED = ("index", "issue", "topic", "collection", "handbook")
VIEWS = (("light", 1280), ("dark", 375))
MAILS = (("light", True), ("dark", True), ("light", False))
"""Colour scheme, and whether pictures are shown."""


def open_mail(page, place: Path, *, pictures: bool) -> None:
    """Shows the mail in the folder *place*; its pictures come from there, or not at all."""

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        if pictures and (place / "images" / name).is_file():
            route.fulfill(path=place / "images" / name)
        else:
            route.abort()

    page.route("**/images/*", answer)
    page.goto((place / "email.html").as_uri())


def pictures(browser, root: Path):
    """The name of each picture and its bytes, a PNG."""
    page = browser.new_page()
    for width in (600, 375):
        page.set_viewport_size({"width": width, "height": 2400})
        for theme, shown in MAILS:
            page.emulate_media(color_scheme=theme)
            open_mail(page, root / "archive" / W15, pictures=shown)
            yield f"mail-{theme if shown else 'off'}-{width}", page.screenshot()
    page.close()
    page = browser.new_page()
    for name in PICTURED:
        page.goto((root / "archive" / PAGES[name]).as_uri())
        for theme, width in VIEWS:
            page.set_viewport_size({"width": width, "height": 1100})
            page.emulate_media(color_scheme=theme)
            yield f"{name}-{theme}-{width}", page.screenshot()
    page.close()


def small(png: bytes) -> bytes:
    """The same picture with 128 colours."""
    with Image.open(io.BytesIO(png)) as picture:
        out = io.BytesIO()
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def unlike(one: bytes, other: bytes) -> float:
    """How unlike two pictures are: 0 for the same, 1 for another size or nothing in common.

    Both are looked at from afar, so that the edges of letters, which differ from one version of a font or browser to
    the next, do not count.
    """
    with Image.open(io.BytesIO(one)) as left, Image.open(io.BytesIO(other)) as right:
        if left.size != right.size:
            return 1.0
        size = (left.width // 8, left.height // 8)
        near = [picture.convert("L").resize(size, Image.Resampling.BOX) for picture in (left, right)]
    spread = ImageChops.difference(*near).point(lambda value: 255 if value > 24 else 0)
    return sum(spread.histogram()[255:]) / (size[0] * size[1])
