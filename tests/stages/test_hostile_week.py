"""A week in which every foreign thing misbehaves at once: each costs its own card or line, and its own time."""

from __future__ import annotations

import json
from threading import Event

import pytest

from tests.drafting.endpoint import endpoint, says
from tests.drafting.works import paper
from weekly import pipeline
from weekly.models import Finding, Level, Verdict, Week
from weekly.review.findings import findings
from weekly.sources import Report
from weekly.stages.draft import draft, select
from weekly.testing import SavedAnswers, workspace

WEEK = Week.parse("2025-W15")
released = Event()


class Waiting:
    """A source that gives what is good, and then no more for ever."""

    name = "waiting"

    def __init__(self, context):
        self.fetcher, self.report = context.client.fetcher("waiting"), Report()

    def collect(self, window):
        yield [paper(key="2504.07777", url="https://arxiv.org/abs/2504.07777", title="Patience: Waiting for Agents")]
        released.wait()


def waiting(context):
    return [Waiting(context)]


def raising(context):
    raise ZeroDivisionError("no source today")


def silent_drafter(context):
    class Drafter:
        at_once = 1

        def card(self, candidate):
            released.wait()

    return Drafter()


def silent_check(context):
    released.wait()
    yield Finding(check="silent", level=Level.WARN, card="", message="never said")


def silent_classifier(topics, weights):
    class Classifier:
        def classify(self, entries):
            released.wait()

    return Classifier()


def raising_check(context):
    raise LookupError("nothing to look up")


HERE = "tests.stages.test_hostile_week"
FEED = b"""<rss version="2.0"><channel><title>F</title>
<item><title>A good post about agents</title><link>https://blog.example/good</link><guid>1</guid>
<pubDate>Tue, 08 Apr 2025 10:00:00 GMT</pubDate><description>Agents that plan together.</description></item>
<item><title>&#27;[31mA post&#8238; with a picture of nothing</title><link>https://blog.example/bad</link><guid>2</guid>
<pubDate>Tue, 08 Apr 2025 10:00:00 GMT</pubDate><description>&lt;script&gt;alert(1)&lt;/script&gt;Agents.</description></item>
<item><title>An address that is none</title><link>http://[x</link><guid>3</guid>
<pubDate>Tue, 08 Apr 2025 10:00:00 GMT</pubDate><description>Agents once more.</description></item>
</channel></rss>"""
ATTRIBUTES = b"<rss><channel><item " + b" ".join(b'a%d="1"' % one for one in range(40_000)) + b"/></channel></rss>"
PAGE = b'<html><head><meta property="og:image" content="http://[x"></head></html>'
PICTURED = b'<html><head><meta property="og:image" content="https://blog.example/x.png"></head></html>'
REPOSITORIES = json.dumps(
    {
        "total_count": 1,
        "items": [
            {
                "full_name": "someone/agents",
                "html_url": "https://github.com/someone/agents",
                "description": "Agents that write code",
                "stargazers_count": 900,
                "created_at": "2025-04-08T10:00:00Z",
                "pushed_at": "2025-04-09T10:00:00Z",
                "homepage": "http://[x",
                "topics": ["agents"],
            }
        ],
    }
).encode()

SETTINGS = """
[newsletter]
cover = "https://blog.example/cover.png"
[plugins]
seconds = 0.5
[sources.arxiv]
enabled = false
[sources.github]
queries = ["agents"]
[[sources.feeds]]
name = "good"
url = "https://blog.example/feed"
[[sources.feeds]]
name = "heavy"
url = "https://heavy.example/feed"
[llm]
base_url = "MODEL"
model = "odd"
"""


@pytest.fixture
def hostile(tmp_path, installed):
    """The draft of such a week, with the workspace that it stands in."""
    installed("weekly.sources", f"waiting = {HERE}:waiting", f"broken = {HERE}:raising")
    installed("weekly.drafters", f"silent = {HERE}:silent_drafter")
    installed("weekly.classifiers", f"silent = {HERE}:silent_classifier")
    installed("weekly.sources", "lost = nowhere.to_be_found:create")
    installed("weekly.checks", f"silent = {HERE}:silent_check", f"raising = {HERE}:raising_check")
    html = {"content-type": "text/html"}
    answers = SavedAnswers(
        {
            "https://blog.example/feed": (200, {"content-type": "application/rss+xml"}, FEED),
            "https://heavy.example/feed": (200, {"content-type": "application/rss+xml"}, ATTRIBUTES),
            "https://blog.example/good": (200, html, PICTURED),
            "https://blog.example/bad": (200, html, PAGE),
            "https://blog.example/x.png": (200, {"content-type": "image/png"}, b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
            "https://blog.example/cover.png": (200, {"content-type": "image/png"}, b"SPIDER"),
            "https://api.github.com/search": (200, {"content-type": "application/json"}, REPOSITORIES),
            "https://api.github.com/repos/someone/agents/readme": (200, {}, b'{"content": "%%%", "encoding": 3}'),
            "https://export.arxiv.org/": (200, html, PAGE),
            "https://arxiv.org/html": (200, html, b"<math " * 20_000),
        }
    )
    with (
        endpoint([says("\x1b[31mThe best paper of all times, by 99.9%.")]) as model,
        workspace(tmp_path / "week", SETTINGS.replace("MODEL", model.url), answers) as opened,
    ):
        yield opened
    released.set()


@pytest.mark.sample(3, of="weeks with faults")
def test_it_is_drafted_with_every_card_that_could_be_and_each_loss_is_a_note(hostile):
    health = {one.source: one for one in pipeline.collect(hostile, WEEK)}
    pipeline.classify(hostile, WEEK)
    made = draft(hostile, WEEK).draft

    assert "ZeroDivisionError: no source today" in health["broken"].detail
    assert "gave no answer within 0.5 s" in health["waiting"].detail
    assert "plugin lost of example: cannot be loaded" in health["lost"].detail
    assert health["waiting"].verdict is Verdict.PARTIAL
    assert "took more than 10 s, given up" in health["feed:heavy"].detail

    titles = {card.title: card for card in made.cards}
    assert {"Patience: Waiting for Agents", "A good post about agents"} <= titles.keys()
    assert health["feed:good"].fetched == 3
    assert any("someone/agents" in title for title in titles)
    assert {card.id for card in made.cards} == {one.work.id for one in select(hostile, WEEK)}
    for card in made.cards:
        notes = "\n".join(card.notes)
        assert card.summary
        assert "drafter silent gave no answer within 0.5 s" in notes
        assert "the model's text is not used" in notes
    assert "no picture" in "\n".join(titles["A good post about agents"].notes)
    assert any(note.startswith("the cover: no picture") for note in made.notes)
    assert any(note.startswith("classifier silent gave no answer within 0.5 s") for note in made.notes)
    assert "\x1b" not in "".join(titles)

    blocking = {one.check: one.message for one in findings(hostile, made) if one.level is Level.BLOCK}
    assert "gave no answer within 0.5 s" in blocking["silent"]
    assert "LookupError: nothing to look up" in blocking["raising"]
