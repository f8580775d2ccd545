"""What the owner's templates make of a sample: a card, an issue, a page of each evergreen publication, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment

from weekly.drafting.context import DraftingContext
from weekly.drafting.extractive_drafter import create
from weekly.drafting.issue import compose
from weekly.formats.collection import Collection
from weekly.formats.digest import Digest
from weekly.formats.handbook import Chapter, Handbook
from weekly.models import Candidate, Card, Entry, Kind, TopicScore, Week, Work
from weekly.net.client import Client
from weekly.render.documents import render
from weekly.render.environment import environment
from weekly.render.issue import IssueRenderer
from weekly.render.markdown import to_html
from weekly.render.pages import collection_entry, handbook_questions, topic_page
from weekly.select.identity import keys, preferred_key
from weekly.settings import Settings
from weekly.text.vocabulary import vocabulary
from weekly.workspace import present

_WEEK = Week.parse("2025-W15")
_DAY = datetime(2025, 4, 8, 12, tzinfo=UTC)
_ENTRIES = (
    Entry(
        source="arxiv",
        key="2504.00001",
        kind=Kind.PAPER,
        title="TideNet: Drawing the Sea from Tide Gauges",
        url="https://arxiv.org/abs/2504.00001",
        text="Pictures of the sea are dear. We introduce TideNet, a model of 12M parameters that draws the sea from "
        "the records of tide gauges. It reads the neighbouring gauges through a graph neural network and the position "
        "of the moon through an embedding. On 212 gauges the experiments show an error of 3.1 cm, 29.5% less than "
        "harmonic analysis. Code: https://github.com/example/tidenet",
        authors=("Ada Marsh", "Li Hai"),
        affiliations=("Harbour University",),
        comment="ICLR 2026",
        published=_DAY,
        version="1",
    ),
    Entry(
        source="arxiv",
        key="2504.00002",
        kind=Kind.PAPER,
        title="How Long Does a Lighthouse Remember? A Study of Memory in Language Models",
        url="https://arxiv.org/abs/2504.00002",
        text="We study how much large language models remember of a document that they read once. We compare nine "
        "models on 3,400 documents. Experiments show that recall falls by 18% after ten further documents.",
        authors=("Wen Deng",),
        published=_DAY,
        version="1",
    ),
    Entry(
        source="github",
        key="example/harbour",
        kind=Kind.PROJECT,
        title="example/harbour",
        url="https://github.com/example/harbour",
        text="A library that reads the logs of ships",
        stars=1200,
        licence="MIT",
        published=_DAY,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSample:
    """A sample in one language."""

    language: str
    markdown: str

    @property
    def html(self) -> str:
        """The same as HTML without a page around it."""
        return to_html(self.markdown)


def sample(name: str, settings: Settings, owner: Iterable[Path], language: str) -> TemplateSample:
    """The sample *name*, one of NAMES, through the templates of the *owner*'s folders."""
    newsletter = settings.newsletter.model_copy(update={"language": language})
    local = settings.model_copy(update={"newsletter": newsletter})
    templates = environment(owner)
    client = Client(local.http)
    drafter = create(DraftingContext(settings=local, root=Path(), client=client, now=present, templates=templates))
    topic = next(iter(local.topics)).slug
    cards = [drafter.card(_candidate(entry, topic)) for entry in _ENTRIES]
    return TemplateSample(language=language, markdown=_SAMPLES[name](cards, local, templates))


def _candidate(entry: Entry, topic: str) -> Candidate:
    identities = keys(entry)
    work = Work(id=preferred_key(identities), keys=identities, entries=(entry,))
    return Candidate(work=work, topics=(TopicScore(topic=topic, score=1.0, reason="sample"),), score=1.0, parts=())


def _issue(cards: list[Card], settings: Settings, templates: Environment) -> str:
    draft = compose(_WEEK, cards, None, settings, templates)
    return render(IssueRenderer(settings, templates).digest(draft), templates)


def _card(cards: list[Card], settings: Settings, templates: Environment) -> str:
    draft = compose(_WEEK, cards[:1], None, settings, templates)
    whole = IssueRenderer(settings, templates).digest(draft)
    return render(Digest(headlines=whole.headlines, items=whole.items, labels=whole.labels, contents=()), templates)


def _topic(cards: list[Card], settings: Settings, templates: Environment) -> str:
    name = settings.topic(cards[0].topic).label(settings.newsletter.language)
    return render(topic_page(name, cards[:2], "images"), templates)


def _entry(cards: list[Card], settings: Settings, templates: Environment) -> str:
    language = settings.newsletter.language
    title = settings.topic(cards[0].topic).label(language)
    return render(
        Collection(
            title=title, entries=(collection_entry(cards[0], language),), contents_label=vocabulary(language).contents
        ),
        templates,
    )


def _question(cards: list[Card], settings: Settings, templates: Environment) -> str:
    language = settings.newsletter.language
    title = settings.topic(cards[0].topic).label(language)
    chapter = Chapter(title=title, questions=tuple(handbook_questions(cards[0], language)))
    return render(Handbook(chapters=(chapter,), contents_label=vocabulary(language).contents), templates)


_SAMPLES: Mapping[str, Callable[[list[Card], Settings, Environment], str]] = {
    "card": _card,
    "issue": _issue,
    "topic": _topic,
    "entry": _entry,
    "question": _question,
}
NAMES = tuple(_SAMPLES)
"""What there is a sample of."""
