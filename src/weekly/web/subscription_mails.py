"""The mails of the subscription pages: whether an address wants the newsletter, the welcome, a word to an old one."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from starlette.concurrency import run_in_threadpool

from weekly.delivery.deliver import mailer_of, signature_of
from weekly.delivery.message import SUBSCRIBER, MessageTemplate
from weekly.errors import WeeklyError
from weekly.models import Delivery, Mail, Message, State
from weekly.render.mail_head import list_fields
from weekly.store.confirmation_requests import VALID, ConfirmationRequest
from weekly.store.subscribers import Subscriber
from weekly.web.guard import Refusals
from weekly.web.pages import Pages
from weekly.workspace import Workspace

_SUBJECTS = {
    "confirm": {"zh": "请确认订阅{}", "en": "Please confirm: {}"},
    "move": {"zh": "请确认新的收信地址：{}", "en": "Please confirm your new address: {}"},
    "moved": {"zh": "{}不再发往这个地址", "en": "{} no longer comes to this address"},
    "welcome": {"zh": "欢迎订阅{}", "en": "Welcome to {}"},
}


async def ask(workspace: Workspace, pages: Pages, wanted: Subscriber, refusals: Refusals, *, moves: int = 0) -> str:
    """Asks *wanted* by mail whether they want it; returns why no mail server took it, empty when one did.

    *moves* is the number of the subscriber whose new address it is. Who was asked often enough gets no mail,
    of which *refusals* tell the owner.
    """
    newsletter = workspace.settings.newsletter
    language = wanted.language or newsletter.language
    context = {"language": language, "hours": int(VALID.total_seconds() // 3600), "moving": bool(moves)}
    request = ConfirmationRequest(
        email=wanted.email,
        topics=wanted.topics,
        language=wanted.language,
        whole_issue=wanted.whole_issue,
        moves=moves,
        where=f"{newsletter.url}/{'address' if moves else 'subscribe'}",
        text=pages.mail("confirm.txt", link="…", **context),
    )

    def add() -> str:
        with workspace.store.write() as tx:
            return tx.confirmation_requests.add(request, workspace.now())

    if not (code := await run_in_threadpool(add)):
        refusals.note("a sign-up got no mail: 3 a day for one address, 500 an hour in all, none after a complaint")
        return ""
    link = f"{newsletter.url}/confirm/{code}"
    subject = _SUBJECTS["move" if moves else "confirm"][language].format(newsletter.title)
    text, html = (pages.mail(f"confirm.{kind}", link=link, **context) for kind in ("txt", "html"))
    name = secrets.token_hex(8)
    delivery = Delivery(week=f"confirm-{name}", email=wanted.email)
    mail = Mail(subject=subject, html=html, text=text)
    return await _send(workspace, mail, delivery, {"Auto-Submitted": "auto-generated"})


async def welcome(workspace: Workspace, pages: Pages, subscriber: Subscriber) -> str:
    """Tells a new subscriber what comes, how to choose and how to leave; returns as `ask` does."""
    newsletter = workspace.settings.newsletter
    language = subscriber.language or newsletter.language
    token = workspace.signer.number(SUBSCRIBER, subscriber.id)
    links = {name: f"{newsletter.url}/{name}/{token}" for name in ("preferences", "unsubscribe")}
    text = pages.mail("welcome.txt", language=language, **links)
    mail = Mail(subject=_SUBJECTS["welcome"][language].format(newsletter.title), html="", text=text)
    name = f"welcome-{secrets.token_hex(8)}"
    delivery = Delivery(week=name, email=subscriber.email, name=subscriber.name, subscriber=subscriber.id)
    return await _send(workspace, mail, delivery, list_fields(newsletter, name))


async def tell_old_address(workspace: Workspace, pages: Pages, subscriber: Subscriber) -> str:
    """Tells the address that *subscriber* had until now that it gets no more mail; returns as `ask` does.

    Whoever did not change it themselves hears of it there, and nowhere else.
    """
    newsletter = workspace.settings.newsletter
    language = subscriber.language or newsletter.language
    subject = _SUBJECTS["moved"][language].format(newsletter.title)
    mail = Mail(subject=subject, html="", text=pages.mail("moved.txt", language=language))
    delivery = Delivery(week=f"moved-{secrets.token_hex(8)}", email=subscriber.email)
    return await _send(workspace, mail, delivery, {"Auto-Submitted": "auto-generated"})


async def _send(workspace: Workspace, mail: Mail, delivery: Delivery, fields: dict[str, str]) -> str:
    """Sends one mail outside the ledger; only a subscriber's has their links and a list to leave."""
    name = secrets.token_hex(16)
    try:
        template = MessageTemplate.of(
            mail,
            workspace.settings.newsletter,
            workspace.signer,
            slot=f"no-slot-{name}",
            boundary=f"=_{name}",
            fields=fields,
            signature=signature_of(workspace),
            fixed_sender=workspace.settings.fixed_sender,
        )
        write = template.fill if delivery.subscriber else template.plain
        return await _hand_over(workspace, write(delivery, workspace.now()))
    except WeeklyError as error:
        return str(error)


async def _hand_over(workspace: Workspace, message: Message) -> str:
    session: Any = await mailer_of(workspace).open()
    try:
        _, refusal = await session.exchange(None, message)
        outcome = refusal or (await session.exchange(message, None))[0]
    finally:
        await asyncio.shield(session.close())
    return "" if outcome.state is State.SENT else str(outcome.detail)
