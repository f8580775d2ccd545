from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from tests.drafting.test_arxiv_page import PAGE
from tests.drafting.works import candidate, paper
from weekly.drafting.material import gather
from weekly.models import Entry, Kind, LinkKind
from weekly.stages.draft import drafting_context
from weekly.testing import SavedAnswers, workspace

HTML = "https://arxiv.org/html/2504.06263v1"
README = "https://api.github.com/repos/acme/thing/readme"
PROJECT = Entry(
    source="github",
    key="acme/thing",
    kind=Kind.PROJECT,
    title="acme/thing",
    url="https://github.com/acme/thing",
    text="Does things",
)
SETTINGS = '[http]\nallow_private = ["arxiv.org", "api.github.com", "omnisvg.github.io", "github.com"]\nmax_wait = 0\n'


def picture(width=300, height=200) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def gathered(tmp_path):
    def gathered(of, **answers):
        transport = SavedAnswers({url: (200, {}, body) for url, body in answers.pop("answers", {}).items()})
        with workspace(tmp_path, SETTINGS, transport) as opened:
            return gather(of, drafting_context(opened, "2025-W15"))

    return gathered


def test_a_papers_page_gives_institutions_sections_and_the_picture_with_its_caption(gathered):
    made = gathered(candidate(paper(affiliations=())), answers={HTML: PAGE.encode(), f"{HTML}/x1.png": picture()})
    assert made.institutions == ("复旦大学", "Institute of Odd Things")
    assert made.picture.alt == "OmniSVG Teaser 图：From words to drawings."
    assert (made.picture.width, made.picture.height) == (300, 200)
    assert made.page.section("experiments") == "It gains 12.5%."
    assert {fact.origin for fact in made.facts if fact.name == "affiliation"} == {HTML}
    assert made.notes == []


def test_a_page_that_does_not_answer_is_a_note(gathered):
    made = gathered(candidate(paper()))
    assert "no page with figures and affiliations" in made.notes[0]
    assert made.institutions == ("复旦大学", "阶跃星辰（StepFun）")


def test_a_broken_picture_is_a_note_and_the_project_page_may_have_one(gathered):
    answers = {
        HTML: PAGE.encode(),
        f"{HTML}/x1.png": b"not a picture",
        "https://omnisvg.github.io/": b'<meta property="og:image" content="t.png">',
        "https://omnisvg.github.io/t.png": picture(),
    }
    made = gathered(candidate(paper()), answers=answers)
    assert made.picture.origin == "https://omnisvg.github.io/t.png"
    assert made.notes[0].startswith("no picture")


def test_a_projects_readme_gives_links_and_its_points(gathered):
    text = "# thing\n[Demo](https://huggingface.co/acme/thing)\n\n## Features\n\n- Turns words into drawings\n- Runs on small machines\n\n## License\n\nfree"
    body = json.dumps({"content": base64.b64encode(text.encode()).decode()}).encode()
    made = gathered(candidate(PROJECT, topic="agents"), answers={README: body})
    assert [link.kind for link in made.links] == [LinkKind.CODE, LinkKind.MODEL]
    assert made.links[1].origin == README
    assert "Turns words into drawings" in made.readme


@pytest.mark.parametrize("body", [b"[]", b"not json", b'{"content": 5}', b'{"content": "%%%"}', b'{"content": null}'])
def test_a_readme_that_is_none_is_passed_over(gathered, body):
    assert gathered(candidate(PROJECT, topic="agents"), answers={README: body}).readme == ""


def test_the_owner_of_a_repository_is_an_institution_only_when_the_account_is_one(gathered):
    theirs = Entry(
        source="github",
        key="m/t",
        kind=Kind.PROJECT,
        title="microsoft/thing",
        url="https://github.com/microsoft/thing",
        text="x",
    )
    assert gathered(candidate(theirs, topic="agents")).institutions == ("微软",)
    assert gathered(candidate(PROJECT, topic="agents")).institutions == ()
