"""The picture of a card: another figure, an address, a file, none; at the door only what can be used."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from tests.stand_in import standing_in
from tests.stored import stored
from tests.web.review.conftest import HOME, visiting
from weekly.errors import ParseError
from weekly.models import Week
from weekly.review import pictures
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")
PAGE = "".join(
    f'<figure class="ltx_figure"><img class="ltx_graphics" src="x{number}.png">'
    f"<figcaption>Figure {number}: Part {number}.</figcaption></figure>"
    for number in (1, 2)
)


def png(colour="red", size=(200, 100)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def world(drafted, monkeypatch):
    """A workspace whose papers and pictures are a stand-in's."""
    answers = {
        "/html/": lambda asked: httpx.Response(200, text=PAGE),
        "/html/x1.png": lambda _: httpx.Response(200, content=png("red")),
        "/p.png": lambda _: httpx.Response(200, content=png("green")),
        "/page": lambda _: httpx.Response(200, text="<html>no picture"),
    }

    def paper(asked):
        name = asked.url.path.rpartition("/")[2]
        return (
            httpx.Response(200, content=png("blue" if "2" in name else "red"))
            if name.endswith("png")
            else httpx.Response(200, text=PAGE)
        )

    with standing_in(answers) as stand_in:
        stand_in.answers["/html/"] = paper
        monkeypatch.setenv("WEEKLY_HTTP__REPLAY", "")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__HTML_URL", f"{stand_in.url}/html")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__PACE", "0")
        with open_workspace(drafted) as workspace:
            yield workspace, stand_in


def paper(workspace):
    return next(card for card in stored(workspace).drafts.find(WEEK).draft.cards if card.id.startswith("arxiv:"))


def colour(workspace):
    place = workspace.root / ".weekly" / "pictures" / paper(workspace).picture.file
    return Image.open(place).convert("RGB").getpixel((50, 50))


def test_another_figure_of_the_paper_comes_with_its_caption(world):
    workspace, _ = world
    card = paper(workspace)
    assert [caption for _, caption in pictures.figures(workspace, WEEK, card)] == ["Part 1.", "Part 2."]
    pictures.choose_figure(workspace, WEEK, card, 1, "ada")
    assert colour(workspace) == (0, 0, 255)
    assert paper(workspace).picture.alt.endswith("Part 2.")
    with pytest.raises(ParseError, match="has no figure 3"):
        pictures.choose_figure(workspace, WEEK, card, 2, "ada")


def test_a_picture_comes_from_an_address_or_a_file_and_goes(world):
    workspace, stand_in = world
    pictures.choose_address(workspace, WEEK, paper(workspace), f"{stand_in.url}/p.png", "ada")
    assert colour(workspace) == (0, 128, 0)
    assert paper(workspace).picture.origin == f"{stand_in.url}/p.png"
    pictures.upload(workspace, WEEK, paper(workspace), png("white"), "ada")
    assert (colour(workspace), paper(workspace).picture.origin) == ((255, 255, 255), "")
    pictures.remove(workspace, WEEK, paper(workspace), "ada")
    assert paper(workspace).picture is None
    assert stored(workspace).reviews.history(WEEK)[0].data["fields"] == ["picture"]


@pytest.mark.parametrize(
    "address",
    ["{url}/page", "{url}/gone", "javascript:alert(1)", "file:///etc/passwd", "http://169.254.169.254/x.png", "x"],
)
def test_what_is_no_picture_leaves_the_one_that_is_there(world, address):
    workspace, stand_in = world
    before = paper(workspace)
    with pytest.raises(ParseError) as caught:
        pictures.choose_address(workspace, WEEK, before, address.replace("{url}", stand_in.url), "ada")
    assert "\n" not in str(caught.value)
    assert paper(workspace) == before


def test_a_form_uploads_the_very_bytes_and_what_is_too_large_or_no_picture_is_refused(world):
    workspace, _ = world
    card, body = paper(workspace), png("white")
    json = {"accept": "application/json"}
    with visiting(workspace, "ada") as ada:
        sent = ada.post(f"{HOME}/picture", data={"card": card.id}, files={"file": ("a.png", body, "image/png")})
        assert sent.status_code == 200
        kept = workspace.root / ".weekly" / "pictures" / paper(workspace).picture.file
        assert kept.read_bytes() == body
        for content, status in ((b"GIF89a" + b"\r\n\x00\xff" * 9, 422), (b"x" * 8_000_001, 413), (b"", 422)):
            refused = ada.post(
                f"{HOME}/picture", data={"card": card.id}, files={"file": ("a.png", content, "image/png")}, headers=json
            )
            assert (refused.status_code, set(refused.json())) == (status, {"error"})
        assert (
            ada.post(f"{HOME}/picture", content=b"--", headers={"content-type": "multipart/form-data"}).status_code
            == 400
        )
        assert ada.get(f"{HOME}/figures", params={"card": card.id}).text.count('data-action="figure"') == 2
        shown = ada.get(f"{HOME}/figure", params={"card": card.id, "number": "1"})
        assert Image.open(io.BytesIO(shown.content)).size == (200, 100)
        assert ada.get(f"{HOME}/figure", params={"card": card.id, "number": "x"}).status_code == 422
    assert kept.read_bytes() == body
