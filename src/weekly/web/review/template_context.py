"""Template contexts of the review page: overview of the week, a row for each candidate, one candidate with its card."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from weekly.models import RATINGS, Candidate, Card, Draft, Finding, LinkKind, Status, Verdict
from weekly.review.approve import current_revision, voices
from weekly.review.earlier import similar_titles
from weekly.review.edit import etag, fields, head
from weekly.review.facts import fact_fields
from weekly.review.facts import version as facts_version
from weekly.review.looks import CardChange
from weekly.review.order import as_mailed
from weekly.review.redraw import WAITING
from weekly.review.search import search
from weekly.stages.assess import PUT_OFF
from weekly.stages.funnel import STEPS, week_funnel
from weekly.store import codec
from weekly.store.drafts import MACHINE, Revision
from weekly.store.transaction import Transaction
from weekly.web.review.issue_view import glance
from weekly.web.review.text_diff import (
    Span,
    abstract_spans,
    difference,
    numbers,
    quote_spans,
    readable_difference,
    sentences,
)
from weekly.web.review.visit import Visit

ICONS = {Status.PENDING: "·", Status.ACCEPTED: "✓", Status.REJECTED: "✗", Status.LATER: "→"}
FIRST = 200
"""Rows of the inbox before somebody asks for all: a browser is slow with thousands."""
ASKED = ("topic", "source", "status", "q", "all")
"""What an address of the inbox may ask for."""
TOLD = 12
"""Things that others did, of which a page is told."""
_FINE = frozenset({Verdict.OK, Verdict.NOT_MODIFIED})


def state(visit: Visit, since: int | None = None) -> dict[str, Any]:
    """What the page keeps up to date: what has changed since the entry *since* of the log, or everything."""
    workspace, week = visit.site.workspace, visit.week
    revision = current_revision(workspace, week)
    with workspace.store.read() as tx:
        entries = [] if since is None else tx.reviews.since(week, since)
        stands, counts = _version(tx, visit), tx.candidates.counts(week)
        undoable = tx.reviews.find_reversible(week, visit.editor)
        moved = tx.candidates.of(week, {entry.card for entry in entries})
        statuses = tx.candidates.statuses(week) if since is None else {one: moved[one].status for one in moved}
    names = topic_names(visit)
    told = [entry for entry in entries if entry.by not in {visit.editor, MACHINE}]
    return {
        "version": stands,
        "revision": revision.number,
        "hash": revision.hash,
        "decided": counts.total() - counts[Status.PENDING],
        "total": counts.total(),
        "statuses": {identifier: status.value for identifier, status in statuses.items()},
        "topics": {identifier: _topic(names, candidate) for identifier, candidate in moved.items()},
        "cards": [card.id for card in as_mailed(revision.draft.cards)],
        "undo": f"{visit.strings.say(undoable.action)} {undoable.card}".strip() if undoable else "",
        "others": [{"by": one.by, "action": one.action, "card": one.card} for one in told[-TOLD:]],
    }


def finding_data(visit: Visit, finding: Finding) -> dict[str, str]:
    """A finding as a page that is open gets it."""
    message, tag = visit.strings.message(finding.message)
    return {
        "check": finding.check,
        "name": visit.strings.say(finding.check),
        "level": finding.level.value,
        "card": finding.card,
        "message": message,
        "lang": tag,
        "place": finding.place,
    }


def version(visit: Visit) -> str:
    """Names all that a page shows of the week: it changes with each decision, text, approval, and whoever comes."""
    with visit.site.workspace.store.read() as tx:
        return _version(tx, visit)


def page_version(visit: Visit) -> str:
    """The same for a page that is made from now on: it need not be told what it shows.

    With others here it is one that never stands, so that the page hears of them at once.
    """
    with visit.site.workspace.store.read() as tx:
        alone = tx.reviews.presence(visit.week, visit.site.workspace.clock()).keys() <= {visit.editor}
        return _version(tx, visit) if alone else f"{visit.began}.0"


def _version(tx: Transaction, visit: Visit) -> str:
    present = tx.reviews.presence(visit.week, visit.site.workspace.clock())
    others = sorted(f"{by} {card}" for by, card in present.items() if by != visit.editor)
    more = codec.digest("\0".join([*others, str(tx.issues.has(visit.week)), str(str(visit.week) in visit.site.probed)]))
    return f"{tx.reviews.length(visit.week)}.{tx.drafts.tip(visit.week)[0]}.{more[:8]}"


def overview(visit: Visit, revision: Revision, statuses: Mapping[str, Status] | None = None) -> dict[str, Any]:
    """What stands at the top of every view: size, findings, approval, the week's health, who else is here.

    *statuses* are the decisions about all candidates, where they are at hand.
    """
    workspace, week = visit.site.workspace, visit.week
    shown = visit.site.shown(revision)
    with workspace.store.read() as tx:
        standing, issue = [*voices(tx, workspace, week).values()], tx.issues.find(week)
        voided = None if standing else tx.drafts.find_voided_approval(week)
    dues = [one.due_at for one in standing if one.due_at]
    zone = workspace.settings.newsletter.zone
    names = {card.id: card.name for card in revision.draft.cards}
    return {
        "revision": revision,
        "state": state(visit, visit.began),
        "shown": shown,
        "glance": glance(visit, revision.draft, shown),
        "blocked": {finding.card for finding in shown.blocking},
        "checks": [{"finding": finding, "name": names.get(finding.card, "")} for finding in shown.findings],
        "approvals": standing,
        "needed": workspace.settings.review.approvals,
        "due": max(dues).astimezone(zone) if dues else None,
        "voided": voided,
        "issue": issue,
        "health": health(visit, revision, statuses),
        "saved": revision.created_at.astimezone(zone),
        "topics": workspace.settings.topics,
        "topic_names": topic_names(visit),
    }


def card_statuses(visit: Visit, draft: Draft) -> dict[str, Status]:
    """What was decided about each card of the draft."""
    with visit.site.workspace.store.read() as tx:
        known = tx.candidates.of(visit.week, [card.id for card in draft.cards])
    return {identifier: candidate.status for identifier, candidate in known.items()}


def topic_names(visit: Visit) -> dict[str, str]:
    """The names of the topics in the editor's language."""
    topics = visit.site.workspace.settings.topics
    return {topic.slug: topic.label(visit.language) for topic in topics} | {"other": visit.strings.say("other")}


def _topic(names: Mapping[str, str], candidate: Candidate) -> str:
    return names.get(candidate.topic, candidate.topic)


def health(visit: Visit, revision: Revision, statuses: Mapping[str, Status] | None) -> dict[str, Any]:
    """What is missing from the week and why, and what became of what its sources showed."""
    with visit.site.workspace.store.read() as tx:
        sources, funnel = tx.source_runs.health(visit.week), week_funnel(tx, visit.week, revision, statuses)
    return {
        "sources": sources,
        "ill": [source for source in sources if source.verdict not in _FINE],
        "funnel": funnel,
        "steps": [(name, getattr(funnel, name), told) for name, told in STEPS],
    }


def matches(visit: Visit, revision: Revision, candidates: Sequence[Candidate]) -> list[tuple[int, Candidate]]:
    """The candidates that the filters let through, best first, each with its place in the ranking, from 1."""
    cards = {card.id for card in revision.draft.cards}
    named = {one.work.id for one in search(candidates, visit.query("q"))}
    found = [(number, one) for number, one in enumerate(candidates, 1) if one.work.id in named]
    asked = {name: visit.query(name) for name in ("topic", "source", "status")}
    if not any(asked.values()):
        return found
    return [(number, one) for number, one in found if _matches_filters(asked, one, proposed=_is_proposed(one, cards))]


def _is_proposed(candidate: Candidate, cards: Collection[str]) -> bool:
    return candidate.status is Status.PENDING and candidate.work.id in cards


def rows(
    visit: Visit, revision: Revision, candidates: Sequence[tuple[int, Candidate]], chosen: str
) -> list[dict[str, Any]]:
    """A row for each of the best *candidates*, and of the others for those decided, proposed, talked about or chosen.

    For all of them where the address asks for all.
    """
    cards = {card.id for card in revision.draft.cards}
    with visit.site.workspace.store.read() as tx:
        assignments, comments = tx.reviews.assignments(visit.week), tx.reviews.comment_counts(visit.week)
    names = topic_names(visit)
    preview, everything = visit.site.shown(revision), visit.query("all")
    filtered = visit.path(**{name: visit.query(name) for name in ASKED})
    address = f"{filtered}{'&' if '?' in filtered else '?'}card="
    blocked, found = {one.card for one in preview.blocking}, {one.card for one in preview.findings}
    kept = {chosen, *cards, *assignments, *comments}
    made = []
    for place, (number, one) in enumerate(candidates):
        proposed = _is_proposed(one, cards)
        if place >= FIRST and one.status is Status.PENDING and one.work.id not in kept and not everything:
            continue
        made.append(
            {
                "id": one.work.id,
                "number": number,
                "address": address + quote(one.work.id, safe=""),
                "title": one.work.lead.title[:300],
                "topic": _topic(names, one),
                "score": f"{one.score:.2f}",
                "status": one.status.value,
                "icon": ICONS[one.status],
                "proposed": proposed,
                "put_off": next((part.reason for part in one.parts if part.name == PUT_OFF), ""),
                "claim": assignments.get(one.work.id, ""),
                "comments": comments.get(one.work.id, 0),
                "blocked": one.work.id in blocked,
                "warned": one.work.id in found,
            }
        )
    return made


def _matches_filters(asked: Mapping[str, str], candidate: Candidate, *, proposed: bool) -> bool:
    if asked["topic"] and candidate.topic != asked["topic"]:
        return False
    if asked["source"] and asked["source"] not in {entry.source for entry in candidate.work.entries}:
        return False
    status = {"undecided": Status.PENDING.value}.get(asked["status"], asked["status"])
    return proposed if status == "proposed" else status in {"", candidate.status.value}


def filters(candidates: Sequence[Candidate]) -> dict[str, list[str]]:
    """What can be chosen among these candidates."""
    return {
        "topic": sorted({candidate.topic for candidate in candidates}),
        "source": sorted({entry.source for candidate in candidates for entry in candidate.work.entries}),
        "status": ["proposed", "undecided", *(status.value for status in Status if status is not Status.PENDING)],
    }


def panel(visit: Visit, revision: Revision, candidate: Candidate | None) -> dict[str, Any]:
    """One candidate with its card and everything that is known about it."""
    if candidate is None:
        return {"one": None}
    identifier = candidate.work.id
    card = next((card for card in revision.draft.cards if card.id == identifier), None)
    findings = [finding for finding in visit.site.shown(revision).findings if finding.card == identifier]
    with visit.site.workspace.store.read() as tx:
        assignments, comments = tx.reviews.assignments(visit.week), tx.reviews.comments(visit.week, identifier)
        before = tx.candidates.earlier_decisions(visit.week, identifier)
    return {
        "one": candidate,
        "parts": [(entry.source, entry.key, entry.title[:200]) for entry in candidate.work.entries[1:]],
        "url": web(candidate.work.lead.url),
        "sources": [(entry.source, web(entry.url)) for entry in candidate.work.entries],
        "text": candidate.work.lead.text[:20_000],
        "sentences": [(sentence, is_quoted(card, sentence)) for sentence in sentences(candidate.work.lead.text)]
        if card
        else [],
        "claim": assignments.get(identifier, ""),
        "comments": comments,
        "similar": similar_titles(visit.site.workspace, visit.week, candidate.work.lead.title),
        "before": before,
        "back": visit.query("back") == "order",
        **(_card(visit, card, findings, candidate.work.lead.text[:20_000]) if card else {"card": None}),
    }


def _card(visit: Visit, card: Card, findings: Sequence[Finding], text: str) -> dict[str, Any]:
    machine = machine_card(visit, card.id)
    spans_of_abstract = abstract_spans(text, card)
    shown_there = {span.quote for span in spans_of_abstract}
    return {
        "card": card,
        "fields": fields(card),
        "ratings": RATINGS,
        "facts": fact_fields(card),
        "facts_etag": facts_version(card),
        "link_kinds": [kind.value for kind in LinkKind],
        "etag": etag(card),
        "findings": findings,
        "marks": list(dict.fromkeys(span for span in numbers(card, findings) if span.kind != "plain")),
        "abstract": spans_of_abstract,
        "quotes": [
            (number, proof, web(proof.url), quote_spans(proof.quote, card))
            for number, proof in enumerate(card.evidence, 1)
            if number not in shown_there
        ],
        "diff": changes(machine, card) if machine else [],
        "waits": WAITING in card.notes,
    }


def is_quoted(card: Card | None, sentence: str) -> bool:
    """Whether the card rests on this sentence already."""
    return card is not None and any(sentence in proof.quote or proof.quote in sentence for proof in card.evidence)


def machine_card(visit: Visit, identifier: str) -> Card | None:
    """What the machine wrote about a work."""
    with visit.site.workspace.store.read() as tx:
        first, drawn = tx.drafts.find_untouched(visit.week), tx.reviews.find_drawn(visit.week, identifier)
    card = next((card for card in first.draft.cards if card.id == identifier), None) if first else None
    return codec.load(Card, drawn) if card is None and drawn else card


def changes(before: Card, after: Card) -> list[tuple[str, list[Span]]]:
    """What was changed on a card since the machine wrote it, field by field."""
    old, new = fields(before), fields(after)
    return [(name, difference(old[name], new[name])) for name in old if old[name] != new[name]]


def spans(change: CardChange) -> list[tuple[str, list[Span]]]:
    """What somebody else has changed, field by field; of what came or went, its text."""
    old, new = _texts(change.before), _texts(change.after)
    names = dict.fromkeys([*old, *new])
    return [
        (name, readable_difference(old.get(name, ""), new.get(name, "")))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _texts(shown: Card | Draft | None) -> dict[str, str]:
    if shown is None:
        return {}
    return head(shown) if isinstance(shown, Draft) else {**fields(shown), "topic": shown.topic}


def web(url: str) -> str:
    """*url* if it leads to the web, otherwise nothing: a source's `javascript:` link is text, never a link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def company(visit: Visit) -> dict[str, Any]:
    """The other editors who are here, the card that each has open, and who works on which cards."""
    workspace = visit.site.workspace
    with workspace.store.read() as tx:
        presence, assignments = tx.reviews.presence(visit.week, workspace.clock()), tx.reviews.assignments(visit.week)
    others = [{"by": by, "card": card} for by, card in presence.items() if by != visit.editor]
    return {"present": others, "claims": assignments}
