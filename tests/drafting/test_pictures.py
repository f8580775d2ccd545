from __future__ import annotations

import io

import pytest
from PIL import Image

from weekly.drafting.page_preview import preview_address
from weekly.drafting.picture_decoding import HEAVIEST, TALLEST, WIDEST, UnfitPicture, fit


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


def test_files_on_which_decoders_stumble_are_refused_in_words(shared):
    files = sorted((shared / "cases" / "pictures").iterdir())
    assert files
    for file in files:
        with pytest.raises(UnfitPicture, match="no picture"):
            fit(file.read_bytes(), file.name)


@pytest.mark.parametrize(
    ("size", "reason"), [((64, 60_000), "too narrow"), ((9000, 9000), "too many"), ((60_000, 500), "too narrow")]
)
def test_what_is_endless_or_huge_when_it_is_decoded_is_refused_by_its_header(size, reason):
    out = io.BytesIO()
    Image.new("1", size).save(out, "PNG")
    assert len(out.getvalue()) < HEAVIEST
    with pytest.raises(UnfitPicture, match=reason):
        fit(out.getvalue(), "u")


def test_a_tall_picture_is_made_as_tall_as_a_page_may_be():
    out = io.BytesIO()
    Image.linear_gradient("L").resize((400, 5000)).save(out, "PNG")
    data, suffix, size = fit(out.getvalue(), "u")
    assert suffix == ".jpg"
    assert size[1] == TALLEST
    assert len(data) <= HEAVIEST


def test_a_jpeg_of_two_thousand_scans_is_refused_before_it_is_decoded():
    body = made(400, 400, "JPEG", progressive=True)
    scan = body.index(b"\xff\xda")
    with pytest.raises(UnfitPicture, match="scans are too many"):
        fit(body[:scan] + body[scan:-2] * 250 + b"\xff\xd9", "u")


def test_the_picture_that_a_page_shows_where_it_is_linked_to():
    body = b'<meta property="og:image" content="/t.png">'
    assert preview_address(body, "https://a.example/b/") == "https://a.example/t.png"
    assert preview_address(b"<p>none</p>", "https://a.example") == ""
    assert preview_address(b'<meta property="og:image" content="http://[x">', "https://a.example") == ""


@pytest.mark.parametrize("form", ["BMP", "TIFF", "ICO", "PPM", "TGA"])
def test_only_four_kinds_are_read_at_all(form):
    with pytest.raises(UnfitPicture, match="PNG, JPEG, GIF or WebP"):
        fit(made(200, 100, form), "u")
