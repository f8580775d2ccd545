"""The mail that asks whether an address wants the newsletter: only an answer from there makes a subscriber."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta
from typing import Any

from weekly.delivery.deliver import mailer_of
from weekly.delivery.message import MessageTemplate
from weekly.errors import WeeklyError
from weekly.models import Delivery, Mail, State
from weekly.store.subscribers import Subscriber
from weekly.web.pages import Pages
from weekly.workspace import Workspace

VALID = timedelta(days=3)
_PURPOSE = "confirm"


def offer(workspace: Workspace, subscriber: Subscriber, now: datetime) -> str:
    """A token that says who wants what, for three days; nothing is stored of somebody who never answers."""
    wishes = {
        "email": subscriber.email,
        "topics": subscriber.topics,
        "language": subscriber.language,
        "whole_issue": subscriber.whole_issue,
    }
    return workspace.signer.wrap(_PURPOSE, {**wishes, "at": now.timestamp()}, now + VALID)


def read_offer(workspace: Workspace, token: str, now: datetime) -> Subscriber | None:
    """Who *token* offers, None when it is not ours, too old, or older than their wish to get no mail."""
    offer: dict[str, Any] | None = workspace.signer.unwrap(_PURPOSE, token, now)
    if offer is None:
        return None
    with workspace.store.read() as tx:
        left = tx.suppressions.find(offer["email"])
    if left is not None and left.at.timestamp() >= offer.get("at", 0.0):
        return None
    return Subscriber(
        email=offer["email"],
        topics=tuple(offer["topics"]),
        language=offer["language"],
        whole_issue=offer.get("whole_issue", False),
    )


async def ask(workspace: Workspace, pages: Pages, subscriber: Subscriber, now: datetime) -> str:
    """Sends the question; returns why no mail server took it, empty when one did."""
    token = offer(workspace, subscriber, now)
    newsletter = workspace.settings.newsletter
    language = subscriber.language or newsletter.language
    link = f"{newsletter.url}/confirm/{token}"
    text = pages.mail("confirm", link=link, language=language, hours=int(VALID.total_seconds() // 3600))
    subject = f"请确认订阅{newsletter.title}" if language == "zh" else f"Please confirm: {newsletter.title}"
    name = hashlib.sha256(token.encode()).hexdigest()[:16]
    try:
        template = MessageTemplate.of(
            Mail(subject=subject, html="", text=text),
            newsletter,
            workspace.signer,
            slot=f"no-slot-{name}",
            boundary=f"=_{name}",
            fields={"Auto-Submitted": "auto-generated"},
            fixed_sender=workspace.settings.fixed_sender,
        )
        message = template.plain(Delivery(week=f"confirm-{name}", email=subscriber.email), now)
        session = await mailer_of(workspace).open()
        try:
            _, refusal = await session.exchange(None, message)
            outcome = refusal or (await session.exchange(message, None))[0]
        finally:
            await asyncio.shield(session.close())
    except WeeklyError as error:
        return str(error)
    assert outcome is not None
    return "" if outcome.state is State.SENT else outcome.detail
