"""An article for a 公众号, as a file: its editor takes what is pasted from a browser, and has no door for programs."""

from __future__ import annotations

from html import escape
from pathlib import Path

from weekly import files
from weekly.destinations import Post
from weekly.net.client import Client
from weekly.render.article import for_wechat
from weekly.settings import Settings


def create(settings: Settings, root: Path, client: Client) -> Wechat | None:
    """The folder of the settings, None when they name none."""
    del client
    place = settings.destinations.wechat
    return Wechat(root / place.path) if place else None


class Wechat:
    """A `Destination` that is a folder."""

    repeatable = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def plan(self, post: Post) -> str:
        """The file that would be written."""
        return f"write {self._path(post)}, {len(self._page(post).encode()):,} bytes; {_pictures(post)}"

    def announce(self, post: Post) -> str:
        """Writes the file; one that says so already is left alone."""
        path = self._path(post)
        files.replace(path, self._page(post).encode())
        return f"{path}: open it in a browser, select all, paste it into the editor; {_pictures(post)}"

    def _path(self, post: Post) -> Path:
        return self._folder / f"{post.week}.html"

    def _page(self, post: Post) -> str:
        language = "en" if post.language == "en" else "zh-Hans"
        head = f'<meta charset="utf-8">\n<title>{escape(post.title)}</title>\n'
        head += f'<meta name="content-hash" content="{post.hash}">\n'
        body = for_wechat(post.article, post.language)
        return f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n{head}</head>\n<body>\n{body}</body>\n</html>\n'


def _pictures(post: Post) -> str:
    count = post.article.count("<img ")
    return f"{count} pictures are fetched from {post.address} when it is pasted: publish the archive first"
