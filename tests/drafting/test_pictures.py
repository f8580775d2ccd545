from __future__ import annotations

import io

import pytest
from PIL import Image

from weekly.drafting.pictures import HEAVIEST, WIDEST, UnfitPicture, fit, preview_address


def made(width: int, height: int, form: str = "PNG", mode: str = "RGB", **more) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 90).convert(mode).save(out, form, **more)
    return out.getvalue()


def test_a_small_picture_stays_as_it_is():
    body = made(200, 100)
    assert fit(body, "u") == (body, ".png", (200, 100))


def test_a_large_one_becomes_a_jpeg_that_fits():
    data, suffix, size = fit(made(2400, 1600), "u")
    assert suffix == ".jpg"
    assert size[0] == WIDEST
    assert len(data) <= HEAVIEST


def test_of_an_animation_the_first_frame():
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    data, suffix, _ = fit(out.getvalue(), "u")
    assert suffix == ".jpg"
    red, _, blue = Image.open(io.BytesIO(data)).convert("RGB").getpixel((50, 50))
    assert red > blue


def test_transparency_becomes_white_paper():
    out = io.BytesIO()
    Image.new("RGBA", (1500, 100), (0, 0, 0, 0)).save(out, "PNG")
    data, _, _ = fit(out.getvalue(), "u")
    assert min(Image.open(io.BytesIO(data)).convert("RGB").getpixel((5, 5))) > 250


@pytest.mark.parametrize(
    "body", [b"", b"<html>", made(20, 20), made(400, 400)[:200], b"\x89PNG\r\n\x1a\n" + b"\x00" * 50]
)
def test_what_is_no_picture_for_readers_is_refused_in_words(body):
    with pytest.raises(UnfitPicture, match="no picture"):
        fit(body, "https://a.example/x.png")


def test_the_picture_that_a_page_shows_where_it_is_linked_to():
    body = b'<meta property="og:image" content="/t.png">'
    assert preview_address(body, "https://a.example/b/") == "https://a.example/t.png"
    assert preview_address(b"<p>none</p>", "https://a.example") == ""


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PPM", "TGA"])
def test_only_four_kinds_are_read_at_all(form):
    with pytest.raises(UnfitPicture, match="PNG, JPEG, GIF or WebP"):
        fit(made(200, 100, form), "u")


def test_a_picture_that_is_very_high_is_made_smaller_or_refused_before_it_is_decoded():
    out = io.BytesIO()
    Image.new("L", (100, 10_000)).save(out, "PNG")
    _, suffix, size = fit(out.getvalue(), "u")
    assert (suffix, size[1]) == (".jpg", 3 * WIDEST)
    out = io.BytesIO()
    Image.new("L", (100, 30_000)).save(out, "PNG")
    with pytest.raises(UnfitPicture, match="too high"):
        fit(out.getvalue(), "u")


def test_a_jpeg_of_very_many_scans_is_refused_and_a_usual_progressive_one_is_not():
    usual = made(300, 200, "JPEG", progressive=True)
    assert fit(usual, "u")[1] == ".jpg"
    scan = usual[usual.index(b"\xff\xda") : -2]
    with pytest.raises(UnfitPicture, match="scans"):
        fit(usual[:-2] + scan * 50 + usual[-2:], "u")


def test_a_png_that_says_it_is_huge_is_refused_by_its_head():
    body = bytearray(made(200, 100))
    body[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(UnfitPicture):
        fit(bytes(body), "u")
