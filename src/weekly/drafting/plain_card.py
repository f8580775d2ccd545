"""The card of a work that its drafter stumbles over: what its source says of itself, and a note."""

from __future__ import annotations

from weekly.drafting import Drafter
from weekly.errors import WeeklyError
from weekly.models import Candidate, Card, Evidence, Link, LinkKind
from weekly.render.markdown import escape
from weekly.text import one_line

_LONGEST = 600
"""Characters of the source's text that the card shows."""


def card_or_plain(writer: Drafter, candidate: Candidate) -> Card:
    """The card that *writer* makes of *candidate*; where it fails at this one, the plain card with a note.

    Raises what concerns all cards: a WeeklyError, such as a template that cannot be read or a database that is away.
    """
    try:
        return writer.card(candidate)
    except WeeklyError:
        raise
    except Exception as error:  # noqa: BLE001 - a stranger's text, and one of them costs its own card alone
        why = one_line(f"{type(error).__name__}: {error}", 160)
        return plain_card(candidate, f"it could not be drafted ({why}): this is what its source says; write it by hand")


def plain_card(candidate: Candidate, note: str) -> Card:
    """The title and the first words of *candidate*, with *note* for the editor."""
    lead = candidate.work.lead
    title, text = one_line(lead.title), one_line(lead.text, _LONGEST)
    return Card(
        id=candidate.work.id,
        kind=lead.kind,
        topic=candidate.topic,
        name=title,
        line="",
        title=title,
        summary=escape(text or title),
        tags=(),
        links=(Link(kind=LinkKind.POST, url=lead.url, origin=lead.source),) if lead.url else (),
        evidence=(Evidence(quote=f"{title}\n{text}", url=lead.url, origin=lead.source),),
        notes=(note,),
        keys=tuple(sorted(candidate.work.keys)),
    )
