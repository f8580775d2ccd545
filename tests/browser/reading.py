"""What readers see, in a real browser: a picture of each kind of page of it."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from PIL import Image, ImageChops

from tests.published import WEEK
from tests.web.visitor import Visitor
from weekly.render.selection import select
from weekly.review.preview import renderer
from weekly.web.app import create
from weekly.workspace import open_workspace

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
EVERGREEN = {"collection", "handbook"}
"""Pages that the demo alone does not have."""
VIEWS = (("light", 1280), ("dark", 375))
MAILS = (("light", True), ("dark", True), ("light", False))
"""Colour scheme, and whether pictures are shown."""


OTHERS = (
    *(("mail-en", "light", 600), ("mail-en", "dark", 375), ("mail-bare", "light", 375)),
    *(("issue-en", "light", 1280), ("issue-en", "dark", 375), ("subscribe", "light", 1280), ("subscribe", "dark", 375)),
)
"""What no file of the archive shows, its colour scheme and its width."""
PART = ("3d", "agents")
"""Topics of a reader of English."""


def open_mail(page, place: Path, *, pictures: bool, mail: Path | None = None) -> None:
    """Shows the mail in the folder *place*, or another *mail*; its pictures come from there, or not at all."""

    def answer(route):
        name = route.request.url.rpartition("/")[2]
        if pictures and (place / "images" / name).is_file():
            route.fulfill(path=place / "images" / name)
        else:
            route.abort()

    page.route("**/images/*", answer)
    page.goto((mail or place / "email.html").as_uri())


@contextmanager
def others(root: Path) -> Iterator[Path]:
    """A folder with what no file of the archive shows: a part in English, a mail without styles, the form."""
    place = root / "archive" / W15
    with tempfile.TemporaryDirectory() as name, open_workspace(root) as workspace:
        with workspace.store.read() as tx:
            issue = tx.issues.find(WEEK)
        chosen = select(issue.draft, PART, "en")
        mail = (place / "email.html").read_text(encoding="utf-8")
        based = f'<head><base href="{place.as_uri()}/">'
        texts = {
            "mail-en": renderer(workspace).mail(issue, "token", chosen).html,
            "mail-bare": re.sub(r"(?s)<style.*?</style>", "", mail),
            "issue-en": renderer(workspace).page(issue, chosen).replace("<head>", based, 1),
            # Playwright has an event loop in this thread.
            "subscribe": ThreadPoolExecutor(1).submit(Visitor(create(workspace)).get, "/subscribe").result().text,
        }
        for title, text in texts.items():
            (Path(name) / f"{title}.html").write_text(text, encoding="utf-8")
        yield Path(name)


def pictures(browser, demo: Path, library: Path):
    """The name of each picture, and what draws it there and then: of the *demo*, which archive/ is, and evergreen pages."""
    page, place = browser.new_page(), demo / "archive" / W15
    for width in (600, 375):
        for theme, shown in MAILS:
            show = partial(open_mail, page, place, pictures=shown)
            yield f"mail-{theme if shown else 'off'}-{width}", partial(draw, page, show, theme, width, 2400)
    with others(demo) as folder:
        for name, theme, width in OTHERS:
            show = partial(open_mail, page, place, pictures=True, mail=folder / f"{name}.html")
            yield f"{name}-{theme}-{width}", partial(draw, page, show, theme, width)
    page.close()
    page = browser.new_page()
    for name in PICTURED:
        root = library if name in EVERGREEN else demo
        show = partial(page.goto, (root / "archive" / PAGES[name]).as_uri())
        for theme, width in VIEWS:
            yield f"{name}-{theme}-{width}", partial(draw, page, show, theme, width)
    page.emulate_media(media="print")
    yield (
        "issue-print-794",
        partial(draw, page, partial(page.goto, (place / "index.html").as_uri()), "light", 794, 1123),
    )
    page.close()


def draw(page, show: Callable[[], object], theme: str, width: int, height: int = 1100) -> Image.Image:
    """What *show* shows, in a window of that size."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=theme)
    show()
    return small(page.screenshot())


def small(png: bytes) -> Image.Image:
    """The same picture with 128 colours."""
    with Image.open(io.BytesIO(png)) as picture:
        return picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)


def unlike(one: Image.Image, other: Image.Image) -> int:
    """How many places of two pictures, of 2 × 2 points, differ in what a person sees; all of them where sizes differ.

    Both have the colours of a palette, as `small` gives them; a little lighter or darker does not count.
    """
    size = (one.width // 2, one.height // 2)
    if size != (other.width // 2, other.height // 2):
        return size[0] * size[1]
    near = [picture.convert("L").resize(size, Image.Resampling.BOX) for picture in (one, other)]
    return sum(ImageChops.difference(*near).histogram()[20:])
