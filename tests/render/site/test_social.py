"""The picture for other sites: cover and headline, whatever the cover is, with or without a font."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from weekly.render.site import social
from weekly.render.site.social import SIZE, draw, font


def a_cover(size=(1600, 800), kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(out, kind)
    return out.getvalue()


def opened(data):
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture


@pytest.mark.parametrize(
    "cover", [a_cover(), a_cover((10, 3000)), a_cover(kind="GIF"), b"", b"no picture", a_cover()[:200]]
)
def test_it_has_the_size_that_other_sites_want(cover):
    picture = opened(draw(cover, "标题 | Headline", "No. 1 · 2025-W15"))
    assert picture.size == SIZE
    assert picture.format == "JPEG"


def test_the_cover_is_in_it():
    red, green, blue = opened(draw(a_cover(), "A", "B")).getpixel((600, 100))
    assert red > 150
    assert max(green, blue) < 80


def test_a_headline_of_any_length_stays_inside():
    picture = opened(draw(b"", "很长的标题 " * 100, "x" * 1000))
    assert picture.size == SIZE


def test_the_headline_is_drawn_where_there_is_a_font():
    plain, titled = (opened(draw(b"", text, "No. 1")).convert("L") for text in ("", "标题"))
    assert (plain.histogram() != titled.histogram()) == bool(font())
    assert social.font() == font()
