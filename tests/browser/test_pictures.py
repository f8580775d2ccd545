"""The picture of a card in a real browser."""

from __future__ import annotations

import io

from PIL import Image

from tests.browser.asking import card, cards, open_card, wait_until


def png():
    out = io.BytesIO()
    Image.effect_noise((300, 150), 90).save(out, "PNG")
    return out.getvalue()


def test_a_file_is_uploaded_shown_and_removed_and_what_is_no_picture_is_said(page, site):
    wanted, body = cards(site)[0], png()
    open_card(page, wanted)
    page.locator("[data-picture] summary").click()
    page.locator("#picture-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"})
    page.locator('[data-action="picture-upload"]').click()
    page.locator("[data-alert]:not([hidden])").wait_for()
    assert "PNG, JPEG, GIF or WebP" in page.locator("[data-alert]").inner_text()
    page.locator("#picture-file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": body})
    page.locator('[data-action="picture-upload"]').click()
    wait_until(page, lambda: card(site, wanted).picture is not None and card(site, wanted).picture.origin == "")
    assert (site.root / ".weekly" / "pictures" / card(site, wanted).picture.file).read_bytes() == body
    page.wait_for_load_state()
    page.locator(f'form[data-card="{wanted}"]').wait_for()
    page.locator("[data-picture] summary").click()
    page.wait_for_function(
        "() => { const image = document.querySelector('[data-picture] img'); return image.complete && image.naturalWidth === 300; }"
    )
    with page.expect_navigation():
        page.locator('[data-action="picture-remove"]').click()
    wait_until(page, lambda: card(site, wanted).picture is None)
