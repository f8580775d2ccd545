"""Pictures, fetched through our client, checked by content, made fit for mail and web, kept by content hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from weekly import files, isolated
from weekly.drafting.picture_decoding import UnfitPicture, fit
from weekly.errors import FetchError, OverBudget
from weekly.models import Picture
from weekly.net.client import Fetcher
from weekly.text import one_line


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
        """The picture that *body* is, which came from *url*, stored; raises UnfitPicture when it cannot be used."""
        where = url or "the file"
        try:
            data, suffix, size = isolated.call(fit, body, where)
        except OverBudget as error:
            raise UnfitPicture(f"no picture: {where} {error}") from error
        name = hashlib.sha256(data).hexdigest()[:20] + suffix
        files.replace(self._folder / name, data, durable=True)
        return Picture(file=name, alt=one_line(alt, 200), origin=url, width=size[0], height=size[1])

    def path(self, picture: Picture) -> Path:
        """Where the picture's file is."""
        return self._folder / picture.file
