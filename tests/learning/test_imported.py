"""Imported pages teach with the abstracts of their papers, which arXiv is asked for by id."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.stages.test_collect import W15
from tests.wire_formats import NOW, Api, paper
from weekly.archive.importing import import_documents
from weekly.learning.imported import imported_works
from weekly.models import Entry, Kind
from weekly.select.house import FILE
from weekly.testing import SavedAnswers, workspace

API = "https://export.arxiv.org/api/query"
LIKED = "Gaussian splatting of an avatar: gaussian avatars relight, splatting is quick."
PAGES, EACH = 4, 8


def ids(page):
    return [f"2503.{page}{number:04d}" for number in range(EACH)]


@pytest.fixture
def pages(tmp_path):
    """Topic pages that link to papers on arXiv."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for page in range(PAGES):
        entries = "\n".join(f"## Paper {one}\n\n简介\n\n- https://arxiv.org/abs/{one}\n" for one in ids(page))
        (folder / f"page{page}.md").write_text(f"# 图像生成\n\n{entries}", encoding="utf-8")
    return folder


def answers(missing=()):
    known = [one for page in range(PAGES) for one in ids(page) if one not in missing]
    return SavedAnswers({API: Api([paper(one, title=f"Avatar {one}", abstract=LIKED) for one in known])})


def test_abstracts_that_the_store_lacks_are_asked_for_by_id_in_one_request(tmp_path, pages):
    asked = answers(missing=ids(0)[:1])
    with workspace(tmp_path / "w", "", asked, now=NOW) as opened:
        import_documents(opened, [pages], "collection")
        known = Entry(source="arxiv", key=ids(1)[0], kind=Kind.PAPER, title="Known", url="", text="Stored.")
        with opened.store.write() as tx:
            tx.entries.put(W15, [known], NOW)
        works, lines = imported_works(opened)
    (request,) = asked.asked
    wanted = parse_qs(urlsplit(str(request.url)).query)["id_list"][0].split(",")
    assert len(wanted) == PAGES * EACH - 1
    assert ids(1)[0] not in wanted
    assert {one.work.lead.text for one in works} == {"Stored.", LIKED}
    assert {one.source for one in works} == {f"import:page{page}.md" for page in range(PAGES)}
    assert lines == ["1 of 32 imported papers are left out for want of an abstract"]


def test_what_has_no_arxiv_id_is_counted(tmp_path, pages):
    with (pages / "page0.md").open("a", encoding="utf-8") as page:
        page.write("\n## A tool without a paper\n\n简介\n\n- https://github.com/someone/tool\n")
    with workspace(tmp_path / "w", "", answers(), now=NOW) as opened:
        import_documents(opened, [pages], "collection")
        works, lines = imported_works(opened)
    assert len(works) == PAGES * EACH
    assert lines == ["1 of 33 imported works have no arXiv id and teach nothing"]


def test_without_arxiv_what_is_stored_teaches_and_the_rest_is_said(tmp_path, pages):
    with workspace(tmp_path / "w", "", SavedAnswers({API: (503, {}, b"")}), now=NOW) as opened:
        import_documents(opened, [pages], "collection")
        works, lines = imported_works(opened)
    assert works == []
    assert lines[0].startswith("32 abstracts of imported papers could not be had: ")


def test_a_house_learns_from_its_archive_alone_and_takes_it_back(tmp_path, pages, weekly):
    from weekly.learning.labels import learn_published

    with workspace(tmp_path / "w", "", answers(), now=NOW) as opened:
        import_documents(opened, [pages], "collection")
        file = opened.root / ".weekly" / FILE
        assert "a dry run" in learn_published(opened, dry_run=True).report
        assert not file.exists()
        assert "rises: " in learn_published(opened).report
        first = file.read_bytes()
        learn_published(opened)
    undo = ("--workspace", tmp_path / "w", "learn", "undo", "house")
    assert weekly(*undo).out == "house: the last lesson is taken back\n"
    assert file.read_bytes() == first
    weekly(*undo)
    assert not file.exists()
    assert weekly(*undo).out == "house: nothing was learned, nothing is taken back\n"
