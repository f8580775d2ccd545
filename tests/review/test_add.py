"""What no source brought comes in by its address, or by an editor's hand; nobody is asked while a transaction is open."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from tests.stand_in import standing_in
from tests.stored import stored
from weekly.errors import FetchError, ParseError, StageError
from weekly.models import Kind, Level, Status, Week
from weekly.pipeline import classify
from weekly.review import decide as review
from weekly.review import edit
from weekly.review.add import add_address, add_item
from weekly.review.edit import etag
from weekly.review.findings import findings
from weekly.workspace import open_workspace

WEEK = Week.parse("2025-W15")
PAGE = """<!doctype html><title>Site</title><meta property="og:title" content="A New Decoder"><meta name="author" content="Ada">
<meta property="og:description" content="It decodes 3 times faster."><meta property="article:published_time"
content="2025-04-09"><nav><p>Menu</p></nav><article><p>We tried 40 models.</p><script>alert(1)</script></article>"""
PAPER = """<title>x</title><meta name="citation_title" content="On Things"><meta name="citation_author" content="Ada Lovelace">
<meta name="citation_doi" content="10.1234/things"><meta name="citation_abstract" content="We study things."><h1>y</h1>"""


@pytest.fixture
def world(drafted, monkeypatch):
    """A workspace whose sources are a stand-in on this machine."""
    answers = {
        "/blog/": lambda _: httpx.Response(200, text=PAGE),
        "/doi/": lambda _: httpx.Response(200, text=PAPER),
        "/hf/": lambda _: httpx.Response(
            200, text='<meta name="citation_arxiv_id" content="2504.99999"><title>x</title>'
        ),
        "/empty": lambda _: httpx.Response(200, text="<p>Nothing</p>"),
        "/api/query": lambda _: httpx.Response(200, text=feed()),
        "/repos/ada/engine": lambda _: httpx.Response(200, json=REPOSITORY),
        "/html": lambda _: httpx.Response(404),
    }
    with standing_in(answers) as stand_in:
        monkeypatch.setenv("WEEKLY_HTTP__REPLAY", "")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__API_URL", f"{stand_in.url}/api/query")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__HTML_URL", f"{stand_in.url}/html")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__PACE", "0")
        monkeypatch.setenv("WEEKLY_SOURCES__GITHUB__API_URL", stand_in.url)
        with open_workspace(drafted) as workspace:
            yield workspace, stand_in


REPOSITORY = {
    "full_name": "Ada/Engine",
    "html_url": "https://github.com/Ada/Engine",
    "description": "An engine for analysis.",
    "id": 77,
    "created_at": "2025-04-08T00:00:00Z",
    "stargazers_count": 321,
}


def feed(*, entry=True):
    paper = """<entry><id>http://arxiv.org/abs/2504.99999v1</id><published>2025-04-08T00:00:00Z</published>
    <updated>2025-04-08T00:00:00Z</updated><title>Engines of Analysis</title><summary>We present Engines, 4 of them.</summary>
    <author><name>Ada Lovelace</name></author><arxiv:primary_category term="cs.CV"/><category term="cs.CV"/></entry>"""
    return f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"
    xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"><opensearch:totalResults>{int(entry)}</opensearch:totalResults>
    <opensearch:startIndex>0</opensearch:startIndex>{paper if entry else ""}</feed>"""


def card(workspace, identifier):
    return next(one for one in stored(workspace).drafts.find(WEEK).draft.cards if one.id == identifier)


@pytest.mark.parametrize(
    "address", ["https://arxiv.org/pdf/2504.99999v2", "2504.99999", "https://huggingface.co/papers/2504.99999"]
)
def test_a_paper_comes_in_as_if_its_source_had_brought_it(world, address):
    workspace, _ = world
    identifier = add_address(workspace, WEEK, address, "ada")
    candidate = stored(workspace).candidates.find(WEEK, identifier)
    assert (identifier, candidate.status, candidate.work.lead.source) == ("arxiv:2504.99999", Status.ACCEPTED, "arxiv")
    assert candidate.parts[0].reason == "added by ada"
    assert "4 of them" in card(workspace, identifier).gathered[1].quote
    assert {one.key for one in stored(workspace).entries.of(WEEK)} >= {"2504.99999"}


def test_a_page_that_names_its_arxiv_paper_brings_the_paper(world):
    workspace, stand_in = world
    assert add_address(workspace, WEEK, f"{stand_in.url}/hf/x", "ada") == "arxiv:2504.99999"


def test_a_repository_comes_with_what_github_tells(world):
    workspace, _ = world
    identifier = add_address(workspace, WEEK, "https://github.com/Ada/Engine/tree/main", "ada")
    made = card(workspace, identifier)
    assert (identifier, made.kind) == ("github:ada/engine", Kind.PROJECT)
    assert any(fact.value == "321" for fact in made.facts)


def test_a_blog_and_a_paper_of_another_place_tell_by_their_tags(world):
    workspace, stand_in = world
    post = (
        stored(workspace).candidates.find(WEEK, add_address(workspace, WEEK, f"{stand_in.url}/blog/a", "ada")).work.lead
    )
    assert (post.kind, post.title, post.authors) == (Kind.POST, "A New Decoder", ("Ada",))
    assert post.text == "It decodes 3 times faster.\n\nWe tried 40 models."
    assert f"{post.published:%F}" == "2025-04-09"
    paper = stored(workspace).candidates.find(WEEK, add_address(workspace, WEEK, f"{stand_in.url}/doi/a", "ada")).work
    assert (paper.lead.kind, paper.lead.title) == (Kind.PAPER, "On Things")
    assert "doi:10.1234/things" in paper.keys


def test_a_candidate_that_is_there_already_is_accepted_without_asking_anybody(world):
    workspace, stand_in = world
    known = next(one for one in stored(workspace).candidates.ranking(WEEK) if one.work.id.startswith("arxiv:"))
    before = len(stand_in.log)
    assert add_address(workspace, WEEK, known.work.lead.url, "ada") == known.work.id
    assert len(stand_in.log) == before
    assert stored(workspace).candidates.statuses(WEEK)[known.work.id] is Status.ACCEPTED


def test_what_was_added_stays_when_the_week_is_classified_again(world):
    workspace, stand_in = world
    added = [
        add_address(workspace, WEEK, f"{stand_in.url}/blog/a", "ada"),
        add_item(workspace, WEEK, "ada", title="By hand", text="Words."),
    ]
    classify(workspace, WEEK)
    statuses = stored(workspace).candidates.statuses(WEEK)
    assert [statuses[one] for one in added] == [Status.ACCEPTED] * 2
    assert len([one for one in stored(workspace).candidates.ranking(WEEK) if one.work.id in added]) == 2


@pytest.mark.parametrize(
    ("address", "error", "told"),
    [
        ("", ParseError, "an address is needed"),
        ("hello there", ParseError, "is no address"),
        ("javascript:alert(1)", ParseError, "is no address"),
        ("ftp://example.org/x", ParseError, "is no address"),
        ("http://169.254.169.254/latest/meta-data", FetchError, "private"),
        ("https://github.com/nobody/nothing", FetchError, "404"),
        ("{url}/gone", FetchError, "404"),
        ("{url}/empty", FetchError, "no title: write the item by hand"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_line_and_changes_nothing(world, address, error, told):
    workspace, stand_in = world
    before = stored(workspace).candidates.statuses(WEEK)
    with pytest.raises(error, match=told) as caught:
        add_address(workspace, WEEK, address.replace("{url}", stand_in.url), "ada")
    assert "\n" not in str(caught.value)
    assert stored(workspace).candidates.statuses(WEEK) == before


def test_arxiv_without_such_a_paper_says_so(world):
    workspace, stand_in = world
    stand_in.answers["/api/query"] = lambda _: httpx.Response(200, text=feed(entry=False))
    with pytest.raises(FetchError, match="arXiv has no such paper"):
        add_address(workspace, WEEK, "2504.99998", "ada")


def test_an_item_by_hand_rests_on_its_editors_word_also_when_it_is_edited(workspace):
    text = "OpenThing 9 got 99.5 %, says [its page](https://open.example.org/)."
    identifier = add_item(
        workspace, WEEK, "ada", title="OpenThing 9", text=text, topic="agents", url="https://o.example.org"
    )
    made = card(workspace, identifier)
    assert (made.summary, made.topic, made.links[0].url) == (text, "agents", "https://o.example.org")
    edit.edit(workspace, WEEK, identifier, {"body": f"{text} GPT-77 got 12.3 %."}, etag(made), "ada")
    told = [one for one in findings(workspace, stored(workspace).drafts.find(WEEK).draft) if one.card == identifier]
    assert [one for one in told if one.level is Level.BLOCK] == []
    review.decide(workspace, WEEK, identifier, Status.REJECTED, "bob")
    review.decide(workspace, WEEK, identifier, Status.ACCEPTED, "bob")
    assert "GPT-77" in card(workspace, identifier).summary


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"title": " "}, ParseError), ({"text": ""}, ParseError), ({"url": "javascript:alert(1)"}, ParseError),
     ({"text": "x" * 20_001}, ParseError), ({"topic": "nonsense"}, StageError)],
)  # fmt: skip
def test_an_item_that_cannot_be_is_refused(workspace, wrong, error):
    with pytest.raises(error):
        add_item(workspace, WEEK, "ada", **{"title": "T", "text": "Words.", **wrong})


def test_against_the_stand_in_with_real_papers_and_repositories(drafted, shared, monkeypatch):
    command = [sys.executable, str(shared / "wire" / "wire.py"), "--port", "0", "--data", str(shared / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().split()[0]
        monkeypatch.setenv("WEEKLY_HTTP__REPLAY", "")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__API_URL", f"{url}/api/query")
        monkeypatch.setenv("WEEKLY_SOURCES__ARXIV__PACE", "0")
        monkeypatch.setenv("WEEKLY_SOURCES__GITHUB__API_URL", url)
        try:
            with open_workspace(drafted) as workspace:
                paper = add_address(workspace, WEEK, "https://arxiv.org/abs/2501.13942", "ada")
                project = add_address(workspace, WEEK, "https://github.com/onlook-dev/onlook", "ada")
                assert "Monte Carlo Tree Search" in card(workspace, paper).title
                assert card(workspace, project).kind is Kind.PROJECT
        finally:
            process.terminate()
