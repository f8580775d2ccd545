"""BibTeX that a real parser reads, whatever the works are called."""

from __future__ import annotations

import bibtexparser
import pytest
from bibtexparser import middlewares
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from tests.render.test_issue import card
from weekly.drafting.facts import bibliographic
from weekly.models import Entry, Fact, Kind, Link, LinkKind, Work
from weekly.render.bibtex import MOST, bibliography, key
from weekly.text import one_line

HOSTILE = (
    r"50% of {Everything}, unbalanced: } and { and \ at 3^2 ~ $x_1$ # & more",
    "}}}",
    "{{{",
    "\\",
    "@misc{stolen, title = {x}}",
    'He said "no", % and went',
    "清影：智谱的视频生成模型 {2.0}",
    "\u202egnirts\u202c \u05e9\u05dc\u05d5\u05dd",
    "line\nbreak\r\n@article{x,",
    "x" * 900,
)


def latex():
    """What prints LaTeX as text; the library of the parser has three of LaTeX's own commands wrong."""
    known = get_default_latex_context_db()
    signs = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    known.add_context_category("signs", prepend=True, macros=[MacroTextSpec(*one) for one in signs.items()])
    return LatexNodes2Text(latex_context=known)


def read(text):
    """The entries as a reader of LaTeX sees them, by their keys."""
    library = bibtexparser.parse_string(text, append_middleware=[middlewares.LatexDecodingMiddleware(decoder=latex())])
    assert not library.failed_blocks
    return {entry.key: entry for entry in library.entries}


def facts(**values):
    return tuple(Fact(name=name, value=value, origin="arxiv") for name, value in values.items())


def authors(*names):
    return tuple(Fact(name="author", value=name, origin="arxiv") for name in names)


def test_a_paper_cites_as_arxiv_itself_has_it():
    paper = card(
        name="OmniSVG", id="arxiv:2504.06263", title="OmniSVG: A Unified Model", tags=("svg", "vector graphics"),
        links=(
            Link(kind=LinkKind.CODE, url="https://github.com/OmniSVG/OmniSVG", origin="abstract"),
            Link(kind=LinkKind.PAPER, url="https://arxiv.org/abs/2504.06263v2", origin="arxiv"),
        ),
        facts=(*facts(date="2025-04-08", category="cs.CV", venue="CVPR 2025"), *authors("Yiying Yang", "Wei Cheng")),
    )  # fmt: skip
    (entry,) = read(bibliography([paper])).values()
    assert (entry.key, entry.entry_type) == ("arxiv:2504.06263", "misc")
    assert {field.key: field.value for field in entry.fields} == {
        "title": "OmniSVG: A Unified Model",
        "author": "Yiying Yang and Wei Cheng",
        "year": "2025",
        "month": "apr",
        "eprint": "2504.06263",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.CV",
        "url": "https://arxiv.org/abs/2504.06263v2",
        "keywords": "svg, vector graphics",
        "note": "CVPR 2025",
    }


def test_repositories_and_releases_are_software_and_posts_are_online():
    link = Link(kind=LinkKind.RELEASE, url="https://github.com/o/n/releases/tag/v1.0", origin="github")
    release = card(name="n v1.0", id="release:o/n@v1.0", kind=Kind.RELEASE, links=(link,), facts=facts(version="v1.0"))
    project = card(name="n", id="github:o/n", kind=Kind.PROJECT, links=(), facts=authors("o"))
    post = card(name="p", id="url:blog.example/p", kind=Kind.POST, links=())
    made = read(bibliography([release, project, post]))
    assert [entry.entry_type for entry in made.values()] == ["software", "software", "online"]
    first, second, _ = made.values()
    assert first["version"] == "v1.0"
    assert first["url"] == "https://github.com/o/n/releases/tag/v1.0"
    assert second.key == "github:o/n"


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_one_entry_and_reads_as_it_was(title):
    text = bibliography(
        [card(name="first"), card(name="hostile", title=title, facts=authors(title)), card(name="last")],
        head=[f"% {title}"],
    )
    made = list(read(text).values())
    assert [entry["title"] for entry in (made[0], made[-1])] == ["first", "last"]
    assert len(made) == 3
    assert made[1]["title"].split() == one_line(title, 1000).split()


def test_keys_last_and_no_two_works_share_one():
    identities = [
        "arxiv:2504.06263",
        "github:o/n",
        "release:o/n@v1",
        "release:o/n-v1",
        "url:x.example/ä",
        "url:x.example/ö",
    ]
    assert key("arxiv:2504.06263") == "arxiv:2504.06263"
    assert len({key(one) for one in identities}) == len(identities)
    assert all(key(one) == key(one) and not set(key(one)) & set(' {}(),=#%"\\~@') for one in identities)


def test_names_that_bibtex_would_take_apart_are_kept_whole():
    paper = card(facts=authors("Ada Lovelace", "Research and Development Team", "Doe, Jane", "张三", "et al."))
    library = bibtexparser.parse_string(
        bibliography([paper]),
        append_middleware=[middlewares.SeparateCoAuthors(), middlewares.SplitNameParts()],
    )
    names = library.entries[0]["author"]
    assert [(" ".join(name.first), " ".join(name.last)) for name in names] == [
        ("Ada", "Lovelace"),
        ("", "{Research and Development Team}"),
        ("", "{Doe, Jane}"),
        ("", "{张三}"),
        ("", "others"),
    ]


def test_a_collaboration_of_thousands_is_cut_to_others():
    entry = Entry(
        source="arxiv", key="1", kind=Kind.PAPER, title="t", url="https://arxiv.org/abs/2504.00001",
        authors=tuple(f"Author Number{i}" for i in range(3000)), categories=("hep-ex", "cs.LG"),
    )  # fmt: skip
    known = bibliographic(Work(id="arxiv:1", keys=frozenset(), entries=(entry,)))
    assert len(known) == MOST + 4
    made = bibliography([card(facts=known)])
    assert "Number99 and others}" in made
    assert "primaryClass  = {hep-ex}" in made


def test_an_address_ends_no_field():
    link = Link(kind=LinkKind.PAPER, url='https://x.example/{a}\\b%20c} and "d"', origin="arxiv")
    (entry,) = bibtexparser.parse_string(bibliography([card(links=(link,))])).entries
    assert entry["url"] == "https://x.example/%7Ba%7D%5Cb%20c%7D%20and%20%22d%22"
