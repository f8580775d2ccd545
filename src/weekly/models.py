"""The nouns: what came in (`Entry`), what it is (`Work`, `Candidate`), what we make of it (`Card`, `Draft`).

Everything here is frozen; times are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from weekly.blocks import Block, BlockKind
from weekly.weeks import Mailing, Notice, Week, Window, mailing

__all__ = [
    "EDITOR",
    "RATINGS",
    "Block",
    "BlockKind",
    "Candidate",
    "Card",
    "Delivery",
    "Draft",
    "Entry",
    "Evidence",
    "Fact",
    "Finding",
    "Issue",
    "Kind",
    "LeftOut",
    "Level",
    "Link",
    "LinkKind",
    "Mail",
    "Mailing",
    "Message",
    "Notice",
    "Omission",
    "Outcome",
    "Picture",
    "Reach",
    "ScorePart",
    "Section",
    "SourceHealth",
    "Spent",
    "State",
    "Status",
    "TopicScore",
    "Verdict",
    "Week",
    "Window",
    "Work",
    "mailing",
]


class Kind(StrEnum):
    """What sort of thing an entry or a work is."""

    PAPER = "paper"
    PROJECT = "project"
    MODEL = "model"
    """The page of its weights."""
    RELEASE = "release"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing as one source gave it, cleaned of markup but not interpreted."""

    source: str
    """Which source: `arxiv`, `github`, `feed:NAME`."""
    key: str
    """What the source calls it; unique within the source and the same for every version."""
    kind: Kind
    title: str
    url: str
    text: str = ""
    """Abstract, description or release notes, as plain text."""
    authors: tuple[str, ...] = ()
    affiliations: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """arXiv categories with the primary one first; a repository's topics; a post's tags."""
    published: datetime | None = None
    updated: datetime | None = None
    version: str = ""
    """`2` for the second version of a paper, a release's tag; empty when the source has none."""
    comment: str = ""
    links: tuple[str, ...] = ()
    """Further addresses that the source names as fields: home page, DOI, the project of a release."""
    withdrawn: bool = False
    stars: int | None = None
    star_counts: tuple[tuple[date, int], ...] = ()
    """The stars that it had on the days on which it was seen, the newest last; the store keeps them."""
    votes: int | None = None
    """How many readers of a community have voted for it."""
    picked: bool = False
    """Whether somebody, an editor or a community, has chosen it."""
    remarks: str = ""
    """Who picked it when, for the editor."""
    licence: str = ""
    unknown: tuple[str, ...] = ()
    """Fields that are empty because this way to the source cannot tell them: arXiv's RSS has no comments."""
    ids: tuple[str, ...] = ()
    """Identities that outlast names and addresses: `github-id:123` of a repository."""
    shares_address: bool = False
    """Other entries of the source have the same address: it does not tell them apart."""
    late: str = ""
    """Why it is news although its date lies before the week: held by moderation, listed elsewhere since, …"""


class Omission(StrEnum):
    """Why something that a source showed was not taken."""

    OLDER = "older"
    """It was there before the source was read for the first time: never news."""
    OUTSIDE = "outside"
    """Not of this week, or not of a kind that is wanted: another run may take it."""
    UNUSABLE = "unusable"
    """Nothing can be made of it as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that a source showed and that was not taken."""

    source: str
    key: str
    omission: Omission
    reason: str
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One paper, project, model, release or post, with every entry that announced it; the first entry leads."""

    id: str
    keys: frozenset[str]
    entries: tuple[Entry, ...]
    claims: frozenset[str] = frozenset()
    """Identities that its own words lay claim to, there or not: the one repository that the paper names."""

    @property
    def lead(self) -> Entry:
        """The entry that tells most: the paper before the repository, the repository before the post."""
        return self.entries[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """How well a topic fits, between 0 and 1, and why, in words."""

    topic: str
    score: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One summand of a candidate's score and why it is there."""

    name: str
    value: float
    reason: str


class Status(StrEnum):
    """What the editor, or the machine in the editor's place, decided about a candidate."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A work that may enter the week's issue."""

    work: Work
    topics: tuple[TopicScore, ...]
    """The best topic first, at most two; `other` when none fits."""
    score: float
    parts: tuple[ScorePart, ...]
    status: Status = Status.PENDING

    @property
    def topic(self) -> str:
        """The slug of the topic that it is filed under."""
        return self.topics[0].topic

    @property
    def also(self) -> tuple[str, ...]:
        """The addresses of the entries that were merged into it."""
        lead = self.work.lead.url
        return tuple(dict.fromkeys(entry.url for entry in self.work.entries if entry.url != lead))


class LinkKind(StrEnum):
    """What an address of a work leads to; the order is that of the reference list."""

    PROJECT = "project"
    CODE = "code"
    MODEL = "model"
    PAPER = "paper"
    RELEASE = "release"
    POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address of a work and the place that named it."""

    kind: LinkKind
    url: str
    origin: str
    """Where it was found: `abstract`, `comment`, `arxiv`, `github`, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A quote of a source that a card rests on."""

    quote: str
    url: str
    origin: str = ""
    """The part of the source: `abstract`, `comment`, `method`, `readme`, …"""
    supports: tuple[str, ...] = ()
    """The sentences of the card that rest on it."""


EDITOR = "editor"
"""The origin of what an editor has said, of whose word it rests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something known of a work that is no sentence: its date, its venue, its licence."""

    name: str
    value: str
    origin: str
    """Where it was found: `arxiv`, `comment`, the address of a page, …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of what an evergreen publication says about a work."""

    publication: str
    """`topic`, `collection` or `handbook`."""
    heading: str
    body: str
    """Markdown."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that is kept with the issue."""

    file: str
    """Its file name, made of its content's hash."""
    alt: str
    origin: str
    """The address that it was fetched from."""
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What the reader gets about one work."""

    id: str
    kind: Kind
    topic: str
    name: str
    line: str
    """What it is in one line; with the name it makes the card's heading."""
    title: str
    """The work's own title."""
    summary: str
    """One paragraph of Markdown."""
    tags: tuple[str, ...]
    links: tuple[Link, ...]
    picture: Picture | None = None
    institutions: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gathered: tuple[Evidence, ...] = ()
    """The texts that the work's sources gave, whole: what the card is held against."""
    notes: tuple[str, ...] = ()
    """What went wrong while it was made, for the editor."""
    keys: tuple[str, ...] = ()
    """Every identity of the work, so that it counts as published under each of them."""
    facts: tuple[Fact, ...] = ()
    sections: tuple[Section, ...] = ()
    """What the evergreen publications say about the work; the issue does not show them."""
    rating: str = ""
    """One of `RATINGS`, given by an editor; it stands on the topic page."""


RATINGS = ("", "🟡", "⭐️", "⭐️🟡", "⭐️⭐️")
"""How much a paper is recommended, from nothing said to most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole issue before it is approved."""

    week: str
    language: str
    headlines: tuple[str, ...]
    summary: str
    cards: tuple[Card, ...]
    cover: Picture | None = None
    cover_credit: str = ""
    notes: tuple[str, ...] = ()
    """What went wrong while the opening was made, for the editor."""
    blocks: tuple[Block, ...] = field(default=(), metadata={"later": True})
    """What stands beside the cards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A published issue, or a draft as if it were: the content, its number and its moment."""

    week: str
    number: int
    hash: str
    """SHA-256 of the content, which is what was approved."""
    published_at: datetime
    draft: Draft
    approved_by: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each of its files in the archive; empty until all of them are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What calls of a model used; money is in the currency of the prices that the owner set."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    outcome: str = ""


class Level(StrEnum):
    """Whether a finding blocks approval or only warns."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about a draft that the editor should know."""

    check: str
    level: Level
    card: str
    """The card's id, or empty when it is about the whole issue."""
    message: str
    place: str = ""
    """The words of the card's text that it is about, where it is about some."""


class Reach(StrEnum):
    """Whether what a link leads to is there."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"
    """The host did not answer, or did not let us in: readers may fare better."""


class Verdict(StrEnum):
    """How a source's part of a run went."""

    OK = "ok"
    NOT_MODIFIED = "not modified"
    THROTTLED = "throttled"
    SUSPICIOUS = "suspicious empty"
    DOWN = "down"
    PARTIAL = "partial"
    NO_ANNOUNCEMENT = "no announcement day"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """What one source gave in one run: seen = new + known + outside + unusable + merged."""

    source: str
    verdict: Verdict
    fetched: int = 0
    """Taken: new, known or merged."""
    new: int = 0
    requests: int = 0
    retries: int = 0
    not_modified: int = 0
    detail: str = ""
    seen: int = 0
    known: int = 0
    """Taken, and stored by an earlier run."""
    outside: int = 0
    """Left out because of its date or its kind."""
    unusable: int = 0
    merged: int = 0
    """Shown again in the same run: one entry with what came first."""


class State(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SUPPRESSED = "suppressed"
    SKIPPED = "skipped"
    """The issue has none of the subscriber's topics: they are not of its audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail to one subscriber."""

    week: str
    """The issue, or the notice about it (2025-W15+1)."""
    email: str
    name: str = ""
    attempts: int = 0
    id: int = 0
    subscriber: int = 0
    """Their number."""
    language: str = ""
    topics: tuple[str, ...] = ()
    """What they chose when the audience was frozen; empty means everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one mail."""

    email: str
    state: State
    detail: str = ""
    again_after: timedelta | None = None
    """For a mail that goes back to `pending`: when it may be tried again."""
    tried: bool = True
    """Whether it counts as a try: a connection that broke before the message left does not."""
    unknown: bool = False
    """The address does not exist, said the mail server: nobody writes to it again."""
    ours: bool = False
    """It was refused for something about us: a limit, a right at the relay, a reputation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail of an issue, the same for every subscriber."""

    subject: str
    html: str
    text: str
    cut: int = 0
    """How many of its cards the HTML names by title alone, because the whole would be too large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One mail to one subscriber, ready to be handed over."""

    sender: str
    """Envelope sender, an address."""
    recipient: str
    """Envelope recipient, an address."""
    message_id: str
    pieces: tuple[bytes, ...]
    """Its content in parts, most of which the mails of an issue share: nothing is copied for each of them."""
    dotless: bool = False
    """That no line begins with a dot is known: SMTP doubles such dots, and looking for them takes a while."""

    @property
    def data(self) -> bytes:
        """Its content."""
        return b"".join(self.pieces)
